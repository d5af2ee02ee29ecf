"""A ledger row as the bytes of a mail: text and HTML, and where there is one the calendar file.

The mail is put together by hand, from the few shapes that Warmstone sends: Python's `email` builds and walks a tree of
objects for each, which took most of the sender's processor time. Tests read the result with `email`. The same row gives
the same bytes each time, so that a second copy is the same mail to the letter.
"""

import re
from binascii import b2a_qp
from email.header import Header
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from unicodedata import category

from django.conf import settings
from django.core.mail.message import sanitize_address

from clinic.identity import envelope_address, mailed_form
from clinic.models import OutgoingMail, Practice

# Control characters, halves of surrogate pairs, and the line and paragraph ends of Unicode.
NOT_IN_A_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})
# A value holds no line break, so no other line begins like these.
ONE_CALENDAR = re.compile(r"^BEGIN:VCALENDAR\r?$.*?^END:VCALENDAR\r?$\n?", re.DOTALL | re.MULTILINE)


def part(words: str, content: str, *, readable: bool, disposition: str = "") -> str:
    """One text part with its headers. Seven bits unless `readable`: not every server on the way knows eight."""
    text = with_crlf(words)
    if not text.endswith("\r\n"):
        text += "\r\n"
    encoding = "8bit" if readable else "quoted-printable"
    # An equals sign never stands unencoded in quoted-printable, so that no text can hold a boundary.
    body = text if readable else b2a_qp(text.encode(), istext=True).decode("ascii")
    further = f"Content-Disposition: {disposition}\r\n" if disposition else ""
    return f'Content-Type: {content}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n{further}\r\n{body}'


def multipart(subtype: str, boundary: str, parts: list[str]) -> str:
    """Some parts as one."""
    between = f"--{boundary}\r\n"
    inner = "".join(f"{between}{each}\r\n" for each in parts)
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n{inner}--{boundary}--\r\n'


def body(mail: OutgoingMail, *, readable: bool) -> str:
    """The words and the calendar files.

    The calendar of one appointment goes twice: as an alternative with its METHOD, which mail programs turn into an
    invitation, and as a file for those that do not. Of several appointments each is a file: a program makes an
    invitation of one only, and the others would be lost.
    """
    parts = [part(mail.text, "text/plain", readable=readable)]
    if mail.html:
        parts.append(part(mail.html, "text/html", readable=readable))
    kind = f'text/calendar; method="{mail.calendar_method}"'
    calendars = ONE_CALENDAR.findall(mail.calendar)
    if len(calendars) == 1:
        parts.append(part(mail.calendar, kind, readable=readable))
    words = multipart("alternative", f"=_words_{mail.public_id.hex}", parts) if len(parts) > 1 else parts[0]
    if not calendars:
        return words
    files = []
    for number, calendar in enumerate(calendars, start=1):
        name = f"appointment-{number}.ics" if len(calendars) > 1 else "appointment.ics"
        attached = f'attachment; filename="{name}"'
        files.append(part(calendar, f'{kind}; name="{name}"', readable=readable, disposition=attached))
    return multipart("mixed", f"=_mail_{mail.public_id.hex}", [words, *files])


def as_bytes(mail: OutgoingMail, practice: Practice, *, readable: bool = False) -> bytes:
    """The whole mail with CRLF line ends, ready for SMTP or, `readable`, for a file that a person opens."""
    headers = {
        "Subject": header_text(mail.subject),
        "From": our_address(practice.name, envelope_sender()),
        "To": header_address(mail.to_name, mail.to_email),
        # When it was written, not sent: the same in a second copy.
        "Date": format_datetime(mail.created_at),
        "Message-ID": mail.message_id,
        # No vacation answers, please (RFC 3834).
        "Auto-Submitted": "auto-generated",
        **mail.headers,
        "MIME-Version": "1.0",
    }
    if practice.email and practice.email != envelope_sender():
        headers["Reply-To"] = our_address(practice.name, practice.email)
    head = "".join(f"{name}: {encoded(value)}\n" for name, value in headers.items())
    return f"{with_crlf(head)}{body(mail, readable=readable)}".encode()


def with_crlf(text: str) -> str:
    """Any line ends as CRLF."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def header_text(words: str) -> str:
    """A header's text, encoded where it is not plain ASCII."""
    return words if words.isascii() else Header(words, "utf-8", header_name="Subject").encode()


def encoded(value: str) -> str:
    """A header's value that may have been forgotten to be encoded."""
    return value if value.isascii() else header_text(value)


@lru_cache(maxsize=8)
def our_address(name: str, address: str) -> str:
    """The practice's own address as a header has it: the same for every mail."""
    return header_address(name, address)


def header_address(name: str, address: str) -> str:
    """A name and an address as a header has them. Django itself would make another mailbox of a domain with ß."""
    return sanitize_address((one_line(name), mailed_form(address)), "utf-8")


def one_line(text: str) -> str:
    """Text as a header can hold it: what would end the line, or is no text at all, becomes a space."""
    return " ".join("".join(" " if category(sign) in NOT_IN_A_LINE else sign for sign in text).split())


def envelope_sender() -> str:
    """The address that mails come from, without its name."""
    return sender_of(settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=8)
def sender_of(header: str) -> str:
    """The same of a From header."""
    return envelope_address(parseaddr(header)[1])
