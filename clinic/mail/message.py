"""A ledger row as a mail: text and HTML, and where there is one the calendar file."""

import re
from email.generator import BytesGenerator
from email.headerregistry import Address
from email.policy import compat32
from email.utils import format_datetime, parseaddr
from io import BytesIO
from unicodedata import category

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from clinic.identity import envelope_address, mailed_form
from clinic.models import OutgoingMail, Practice

# Control characters, halves of surrogate pairs, and the line and paragraph ends of Unicode.
NOT_IN_A_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})
# A value holds no line break, so no other line begins like these.
ONE_CALENDAR = re.compile(r"^BEGIN:VCALENDAR\r?$.*?^END:VCALENDAR\r?$\n?", re.DOTALL | re.MULTILINE)
# Django has folded what is long; folded once more, a header would begin with a space.
WIRE = compat32.clone(linesep="\r\n", max_line_length=None)


def email_message(mail: OutgoingMail, practice: Practice) -> EmailMultiAlternatives:
    """A row as Django's message, from the practice to the recipient.

    The calendar of one appointment goes twice: as an alternative with its METHOD, which mail programs turn into an
    invitation, and as a file for those that do not. Of several appointments each is a file: a program makes an
    invitation of one only, and the others would be lost.
    """
    sender = envelope_sender()
    headers = {
        # When it was written, not sent: the same in a second copy.
        "Date": format_datetime(mail.created_at),
        "Message-ID": mail.message_id,
        # No vacation answers, please (RFC 3834).
        "Auto-Submitted": "auto-generated",
        **mail.headers,
    }
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=header_address(practice.name, sender),
        to=[header_address(mail.to_name, mail.to_email)],
        reply_to=[header_address(practice.name, practice.email)] if practice.email not in ("", sender) else None,
        headers=headers,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    content_type = f'text/calendar; method="{mail.calendar_method}"'
    calendars = ONE_CALENDAR.findall(mail.calendar)
    if len(calendars) == 1:
        message.attach_alternative(mail.calendar, content_type)
    for number, calendar in enumerate(calendars, start=1):
        name = f"appointment-{number}.ics" if len(calendars) > 1 else "appointment.ics"
        message.attach(name, calendar, content_type)
    return message


def as_bytes(mail: OutgoingMail, practice: Practice) -> bytes:
    """The whole mail with CRLF line ends. The same row gives the same bytes, so that a second copy is the same mail."""
    message = email_message(mail, practice).message()
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{number}_{mail.public_id.hex}")
    wire = BytesIO()
    BytesGenerator(wire, mangle_from_=False, policy=WIRE).flatten(message)
    return wire.getvalue()


def header_address(name: str, address: str) -> str:
    """A name and an address as a header has them, quoted where needed; Django encodes what is not ASCII.

    The domain is spelled as the DNS does: Django itself would make another mailbox of one with ß.
    """
    return str(Address(one_line(name), addr_spec=mailed_form(address)))


def one_line(text: str) -> str:
    """Text as a header can hold it: what would end the line, or is no text at all, becomes a space."""
    return " ".join("".join(" " if category(sign) in NOT_IN_A_LINE else sign for sign in text).split())


def envelope_sender() -> str:
    """The address that mails come from, without its name."""
    return envelope_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
