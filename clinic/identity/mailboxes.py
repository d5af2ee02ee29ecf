"""Addresses of mailboxes: when two are one, and which a mail can go to.

An address has two forms. It is *shown* as its owner knows it (`ana@faß.de`), in small letters. It is *compared and
mailed* as the DNS spells it (`ana@xn--fa-hia.de`), by UTS 46 without transitional processing: what Python's own codec
`idna` makes of it, `ana@fass.de`, is somebody else's mailbox.
"""

import re
from difflib import get_close_matches

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Expression, Q
from django.utils.translation import gettext as _

from clinic.identity.letters import is_control_letter, is_invisible

# RFC 5321: a local part without quotes. Quoted ones lose their quotes on the way, and end in another mailbox; few
# servers take letters beyond ASCII before the @ (RFC 6531).
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LONGEST_LOCAL, LONGEST_ADDRESS = 64, 254
# Where most people have their mailbox. Those that look alike stand here too, so that none is taken for the other.
WELL_KNOWN = """
    aol.com comcast.net email.com fastmail.com freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net
    googlemail.com hotmail.co.uk hotmail.com hotmail.de hotmail.fr hotmail.it icloud.com live.com mail.com mail.de
    mail.ru me.com msn.com online.de outlook.com outlook.de outlook.fr proton.me protonmail.com t-online.de web.de
    yahoo.co.uk yahoo.com yahoo.de yahoo.fr ymail.com
"""
# How alike two domains are that differ by one slip of the finger: gmial.com and gmail.com are 0.89.
ONE_SLIP = 0.88


def address_equals(address: str | Expression, column: str = "email") -> Q:
    """The condition that a column of mailed forms holds this very address; never true for what is no address."""
    return Q(**{column: mailed_form(address) if isinstance(address, str) else address})


def mailed_form(address: str) -> str:
    """The mailed form of an address, or the text as it is in small letters where it is none."""
    try:
        return canonical_mailbox(address)
    except ValidationError:
        return address.strip().lower()


def counting_key(address: str) -> str:
    """The mailbox where an address probably ends (no label after a plus, no dots at Gmail): for counting alone."""
    local, _at, domain = mailed_form(address).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}" if domain else ""


def likely_meant(address: str) -> str:
    """The address that was probably meant where its domain is a well-known one with a slip; empty where none is."""
    local, _at, domain = address.rpartition("@")
    known = WELL_KNOWN.split()
    if domain in known:
        return ""
    close = get_close_matches(domain, known, n=1, cutoff=ONE_SLIP)
    return f"{local}@{close[0]}" if close else ""


def canonical_mailbox(address: str) -> str:
    """The form in which an address is compared and mailed: ASCII, in small letters. Raises ValidationError."""
    local, _at, domain = shown_mailbox(address).rpartition("@")
    return f"{local}@{dns_domain(domain)}"


def shown_mailbox(address: str) -> str:
    """An address as it is kept and shown. Raises ValidationError (`invisible`, `invalid` or `unmailable`)."""
    address = address.strip()
    if any(is_control_letter(each) or each.isspace() for each in address):
        raise invalid_address()
    if any(is_invisible(each) for each in address):
        said = _("Something invisible came along with this address. Please type it anew, without pasting.")
        raise ValidationError(said, code="invisible")
    local, _at, domain = address.rpartition("@")
    if local.startswith('"') or not LOCAL.fullmatch(local) or len(local) > LONGEST_LOCAL:
        raise unmailable_address() if local and domain else invalid_address()
    spelled = f"{local.lower()}@{dns_domain(domain)}"
    try:
        validate_email(spelled)
    except ValidationError as error:
        raise invalid_address() from error
    if "[" in domain or len(spelled) > LONGEST_ADDRESS:
        raise unmailable_address()
    return spelled if domain.isascii() else f"{local.lower()}@{idna.uts46_remap(domain, True, False)}"


def dns_domain(domain: str) -> str:
    """A domain in ASCII and small letters. Raises ValidationError for one that no name server could know."""
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True, std3_rules=True, transitional=False).decode("ascii")
    except idna.IDNAError as error:
        raise unmailable_address() from error


def invalid_address() -> ValidationError:
    """For what is no address at all."""
    return ValidationError(_("That does not look like an e-mail address, for example ana@example.org."), code="invalid")


def unmailable_address() -> ValidationError:
    """For what may be an address, but none that we could write to."""
    return ValidationError(_("We cannot send mail to this address. Please check its spelling."), code="unmailable")


def envelope_address(address: str) -> str:
    """An address for MAIL FROM, RCPT TO and the headers. Raises ValueError for one that SMTP cannot say."""
    try:
        return canonical_mailbox(address)
    except ValidationError as error:
        raise ValueError("an address that SMTP cannot say") from error
