"""A mail as a member of the team sees it: it looks as it does in a mail program, does nothing, and opens nothing."""

import base64
import hashlib
import html
import re

from django.http import HttpResponse

from clinic.operations.logs import mask_tokens

LINK = re.compile(r'\shref="[^"]*"')
STYLE_ATTRIBUTE = re.compile(r'\sstyle="([^"]*)"')
STYLE_ELEMENT = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


def preview_page(body: str) -> HttpResponse:
    """Show a mail that Warmstone wrote. Links lead nowhere and tokens are masked: they are the recipient's alone.

    Mails carry their looks inline, which our pages forbid. So each style that stands in this mail is allowed by its
    hash, and nothing else: no script, no picture, no frame.
    """
    page = mask_tokens(LINK.sub("", body))
    styles = {html.unescape(found) for found in STYLE_ATTRIBUTE.findall(page)} | set(STYLE_ELEMENT.findall(page))
    allowed = " ".join(sorted(style_source(style) for style in styles)) or "'none'"
    response = HttpResponse(page)
    response["Content-Security-Policy"] = (
        "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox; "
        f"style-src 'unsafe-hashes' {allowed}"
    )
    return response


def style_source(style: str) -> str:
    """A style as the policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"
