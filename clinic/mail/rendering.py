"""A mail's subject, text and HTML: the words of templates/emails/<code>.txt, each time in another frame."""

import re
from collections.abc import Mapping
from typing import Any, TypedDict

from django.template.loader import render_to_string
from django.utils import timezone, translation

EMPTY_LINES = re.compile(r"\n\s*\n\s*\n+")


class MailWords(TypedDict):
    """What of a mail is read, as the ledger takes it."""

    subject: str
    text: str
    html: str


def rendered_mail(code: str, context: Mapping[str, Any], *, subject: str = "") -> MailWords:
    """The words of a kind with an allow-list of variables, in the language and the zone of the `practice` among them.

    `subject` takes the place of the shipped one.
    """

    def framed(frame: str, suffix: str, **more: str) -> str:
        return render_to_string(
            f"emails/{code}.txt", {**context, "layout": f"emails/frames/{frame}", "suffix": suffix, **more}
        )

    practice = context["practice"]
    with translation.override(practice.formats.tag), timezone.override(practice.zone):
        said = " ".join((subject or framed("subject.txt", "txt")).split())
        text = EMPTY_LINES.sub("\n\n", framed("layout.txt", "txt", subject=said)).strip() + "\n"
        return {"subject": said, "text": text, "html": framed("layout.html", "html", subject=said)}
