"""Addresses of mailboxes: when two are one, and which a mail can go to.

Two are one with capitals aside, letter by letter. Django's `iexact` asks for equal capitals: the dotless ı has the
capital of i, and ſ that of s, so that the owner of `maıl.example` would read what is for `mail.example`.
"""

from email.headerregistry import Address

from django.core.exceptions import ValidationError
from django.db.models import Expression, Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _


def at(address: str | Expression, column: str = "email") -> Q:
    """The condition that a column holds this very address, in whatever capitals."""
    return Q(Exact(Lower(column), address.strip().lower() if isinstance(address, str) else Lower(address)))


def envelope_address(address: str) -> str:
    """An address for MAIL FROM and RCPT TO: an international domain as the DNS spells it.

    Raises ValueError for one that SMTP cannot say: few servers take letters beyond ASCII before the @ (RFC 6531), and
    Django's check lets two of them through, whose capitals are I and S.
    """
    local, _at, domain = address.rpartition("@")
    spoken = Address(username=local, domain=domain.encode("idna").decode("ascii")).addr_spec
    if not spoken.isascii():
        raise ValueError("letters beyond ASCII before the @")
    return spoken


def can_be_mailed(address: str) -> None:
    """Raise ValidationError for an address that no mail could go to."""
    try:
        envelope_address(address)
    except ValueError as error:
        raise ValidationError(_("We cannot send mail to this address. Please check its spelling.")) from error
