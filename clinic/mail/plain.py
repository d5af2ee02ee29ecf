"""What hindered a mail, in words for the team. What the server itself said is for whoever looks after it."""

import re

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clinic.mail.outcomes import CANNOT_BUILD, CANNOT_SEND, NO_ADDRESS
from clinic.models import MailState, OutgoingMail

# A reply of RFC 5321, with the enhanced code of RFC 3463 where there is one.
REPLY = re.compile(r"(?:^|[.:] )(?P<code>[45]\d\d)\b(?:[ -](?P<enhanced>[45]\.\d{1,3}\.\d{1,3})\b)?")
NO_MAILBOX = frozenset({"550", "551", "553"})
FULL = frozenset({"452", "552"})


def failure_in_words(reply: str) -> str:
    """What a refusal means, as part of a sentence; empty for one that has no code and is not ours."""
    if reply.startswith(NO_ADDRESS):
        return _("this is no address that a mail can go to")
    if reply.startswith((CANNOT_BUILD, CANNOT_SEND)):
        return _("something is wrong with this mail itself; please tell whoever runs this server")
    found = REPLY.search(reply)
    if found is None:
        return ""
    code, enhanced = found["code"], found["enhanced"] or ""
    if code in FULL or enhanced.endswith(".2.2"):
        return _("the mailbox is full")
    if code.startswith("4"):
        return _("the mail server asks to try later")
    if enhanced.startswith("5.7."):
        return _("the mail server does not take this mail from us")
    if code in NO_MAILBOX or enhanced.startswith("5.1."):
        return _("there is no such mailbox")
    return _("the mail server refuses this mail")


def problem_of(mail: OutgoingMail) -> str:
    """Why a mail has not arrived, in a sentence; empty where nothing is wrong with it."""
    if mail.state == MailState.WITHDRAWN:
        return mail.reply
    if mail.state == MailState.UNCERTAIN:
        return _("The connection broke once it was handed over, so nobody knows whether it arrived.")
    if mail.state not in (MailState.FAILED, MailState.RETRYING) or not mail.reply:
        return ""
    if mail.state == MailState.RETRYING and mail.maybe_duplicate:
        return _("The connection broke while it was handed over.")
    why = failure_in_words(mail.reply) or _("the mail server could not be reached")
    if mail.state == MailState.FAILED and mail.not_after and mail.settled_at and mail.not_after <= mail.settled_at:
        # Without a try no server had a say: mail was held, or the worker stood still.
        late = _("It could not go out in time: %(why)s.") if mail.attempts else _("It could not go out in time.")
        return late % {"why": why}
    return f"{capfirst(why)}."
