"""The admin's forms as a person sends them."""

import re
from html import unescape
from typing import Any

from booking.scheduling.confirmed_edits import CONFLICTS_CONFIRMED_FIELD

BOX = re.compile(r"<(input|textarea|select)\b([^>]*)>(?:(.*?)</\1>)?", re.DOTALL)
OPTION = re.compile(r'<option value="([^"]*)"[^>]*\bselected')


def attribute(tag: str, name: str) -> str | None:
    """An attribute's value; None where it is not there."""
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else None


def filled(page: Any, **edited: object) -> dict[str, Any]:
    """What the form on an admin page sends as it stands, with some fields edited; None leaves one out."""
    body = page.content.decode()
    form = body[body.index("<form") :] if 'id="content-main"' not in body else body[body.index('id="content-main"') :]
    sent: dict[str, Any] = {}
    for kind, tag, inner in re.findall(r"<(input|textarea)\b([^>]*)>([^<]*)", form) + re.findall(
        r"<(select)\b([^>]*)>(.*?)</select>", form, re.DOTALL
    ):
        name, sort = attribute(tag, "name"), attribute(tag, "type")
        if name is None or sort in {"submit", "button", "search"} or name.startswith("csrf"):
            continue
        if sort in {"checkbox", "radio"}:
            if re.search(r"\bchecked\b", tag):
                sent.setdefault(name, []).append(attribute(tag, "value") or "on")
        elif kind == "select":
            sent[name] = [unescape(each) for each in OPTION.findall(inner)] or [""]
        else:
            typed = unescape(inner).strip() if kind == "textarea" else attribute(tag, "value") or ""
            sent.setdefault(name, []).append(typed)
    for name, value in edited.items():
        sent.pop(name, None)
        if value is not None:
            sent[name] = value
    return sent


def all_the_same(page: Any) -> dict[str, Any]:
    """The second tap, on the page that shows which appointments do not fit an edit."""
    sent = filled(page)
    assert CONFLICTS_CONFIRMED_FIELD in sent, "this page asks nothing"
    return sent
