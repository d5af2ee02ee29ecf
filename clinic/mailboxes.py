"""When two addresses are one mailbox: capitals aside, letter by letter.

Django's `iexact` asks for equal capitals. The dotless ı has the capital of i, and ſ that of s, so that the owner of
`maıl.example` would read what is for `mail.example`.
"""

from django.db.models import Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact


def at(address: str, column: str = "email") -> Q:
    """The condition that a column holds this very address, in whatever capitals."""
    return Q(Exact(Lower(column), address.strip().lower()))
