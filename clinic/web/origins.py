"""Origins of other web sites, as an owner types them: one per line."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Scheme, host and port only: what a browser compares, and nothing that could end a Content-Security-Policy directive.
HOST_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
ORIGIN_PATTERN = re.compile(
    rf"https://{HOST_LABEL}(?:\.{HOST_LABEL})+(?::[0-9]{{1,5}})?|http://localhost(?::[0-9]{{1,5}})?"
)


def origins(text: str) -> list[str]:
    """The lines of a text that are not empty, in small letters and without a slash at the end."""
    lines = (line.strip().lower().rstrip("/") for line in text.splitlines())
    return [line for line in lines if line]


def check_origins(text: str) -> None:
    """Accept only origins such as `https://www.example.org`. Raises ValidationError that names the first other line."""
    for line in origins(text):
        if not ORIGIN_PATTERN.fullmatch(line):
            raise ValidationError(
                _("“%(line)s” is not the address of a web site. Write it like https://www.example.org, one per line."),
                params={"line": line},
            )
