"""A ledger row as the bytes of a mail: text and HTML, and where there is one the calendar file."""

import email.policy
import re
from binascii import b2a_qp
from email.header import Header
from email.headerregistry import Address
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.mail.message import sanitize_address

from clinic.models import OutgoingMail, Practice

CALENDAR_FILE = "appointment.ics"
LINE_END = re.compile(r"\r\n|\r|\n")


class AsWritten(email.policy.Compat32):
    """Headers go as they are set: what is not ASCII was encoded before. Python would parse each of them again."""

    def fold(self, name: str, value: str) -> str:
        """One header with its line end."""
        return f"{name}: {value}{self.linesep}" if value.isascii() else super().fold(name, value)


POLICY = AsWritten(max_line_length=None)


def part(words: str, subtype: str, *, readable: bool, **parameters: str) -> MIMEText:
    """One text part."""
    made = MIMEText("", subtype)
    made.set_param("charset", "utf-8")
    if readable:
        made.replace_header("Content-Transfer-Encoding", "8bit")
        made.set_payload(words)
    else:
        # Seven bits: not every server on the way knows eight.
        made.replace_header("Content-Transfer-Encoding", "quoted-printable")
        made.set_payload(b2a_qp(words.encode(), istext=True).decode("ascii"))
    for name, value in parameters.items():
        made.set_param(name, value)
    return made


def body(mail: OutgoingMail, *, readable: bool) -> Message:
    """The words and the calendar file, without headers.

    The calendar goes twice: as an alternative with its METHOD, which mail programs turn into an invitation, and as a
    file for those that do not.
    """
    parts = [part(mail.text, "plain", readable=readable)]
    if mail.html:
        parts.append(part(mail.html, "html", readable=readable))
    if mail.calendar:
        parts.append(part(mail.calendar, "calendar", readable=readable, method=mail.calendar_method))
    if len(parts) == 1:
        return parts[0]
    words = MIMEMultipart("alternative", _subparts=parts)
    if not mail.calendar:
        return words
    file = part(mail.calendar, "calendar", readable=readable, method=mail.calendar_method, name=CALENDAR_FILE)
    file["Content-Disposition"] = f'attachment; filename="{CALENDAR_FILE}"'
    return MIMEMultipart("mixed", _subparts=[words, file])


def as_bytes(mail: OutgoingMail, practice: Practice, *, readable: bool = False) -> bytes:
    """The whole mail with CRLF line ends, ready for SMTP or, `readable`, for a file that a person opens."""
    made = body(mail, readable=readable)
    made["Subject"] = header_text(mail.subject)
    made["From"] = sanitize_address(settings.DEFAULT_FROM_EMAIL, "utf-8")
    made["To"] = sanitize_address((mail.to_name, mail.to_email), "utf-8")
    if practice.email and practice.email != envelope_sender():
        made["Reply-To"] = sanitize_address((practice.name, practice.email), "utf-8")
    # When it was written, not sent: the same in a second copy, which then is the same mail to the letter.
    made["Date"] = format_datetime(mail.created_at)
    made["Message-ID"] = mail.message_id
    # No vacation answers, please (RFC 3834).
    made["Auto-Submitted"] = "auto-generated"
    for name, value in mail.headers.items():
        made[name] = value
    text = made.as_string(policy=POLICY)
    return LINE_END.sub("\r\n", text.rstrip("\n") + "\n").encode("utf-8")


def header_text(words: str) -> str:
    """A header's text, encoded where it is not plain ASCII."""
    return words if words.isascii() else Header(words, "utf-8", header_name="Subject").encode()


def envelope_sender() -> str:
    """The address that mails come from, without its name."""
    return envelope_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])


def envelope_address(address: str) -> str:
    """An address for MAIL FROM and RCPT TO: an international domain as the DNS spells it. Raises ValueError."""
    local, _, domain = address.rpartition("@")
    return Address(username=local, domain=domain.encode("idna").decode("ascii")).addr_spec
