"""A rendered message, and how templates become one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse

from clinic.mail.rendering import rendered_mail
from clinic.models import ClientLink

# What a program may take for a web or mail address, or for markup.
NO_NAME = re.compile(r"[<>{}\[\]@\\/:]|\w\.\w")


class Unneeded(Exception):  # noqa: N818 - an answer, not a fault
    """There is nothing to say; the text is the reason."""


@dataclass(frozen=True)
class Message:
    """Everything a mail needs but its recipient."""

    subject: str
    text: str
    html: str
    calendar: str = ""
    calendar_method: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    links: Sequence[ClientLink] = ()
    """The links in it, unsaved."""

    @property
    def columns(self) -> dict[str, Any]:
        """The message as the ledger of outgoing mail takes it."""
        return {name: value for name, value in vars(self).items() if name != "links"}


def render_message(code: str, context: Mapping[str, Any], **more: Any) -> Message:
    """The words of a kind with these variables; `own` among them holds the practice's own, if it has any
    (booking.reminders.wording.FilledText). `more` is the rest of the message."""
    own, privacy_url = context.get("own"), settings.SITE_URL + reverse("privacy")
    words = rendered_mail(code, {**context, "privacy_url": privacy_url}, subject=own.subject if own else "")
    return Message(**words, **more)


def greeting_name(first_name: str) -> str:
    """A first name fit for a mail, or an empty text for something that is no name.

    Whoever books types both name and address, so without this a stranger could have us mail an advertisement.
    """
    name = " ".join(first_name.split())
    return "" if len(name) > 40 or NO_NAME.search(name) else name
