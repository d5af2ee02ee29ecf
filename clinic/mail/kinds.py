"""The registry of mail kinds: what a mail can be about. Whoever writes a kind of mail registers it as the apps load."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# The kinds that clinic writes itself; booking.reminders.kinds says the rest of them.
SIGN_IN: Final = "sign-in"
SECURITY: Final = "security"
INVITATION: Final = "invitation"
TEST: Final = "test"


class MailKind:
    """One kind of mail."""

    code: ClassVar[str]
    """As it is stored, up to 20 characters; its words stand in templates/emails/<code>.txt."""
    label: ClassVar["StrOrPromise"]
    """What a person reads in lists of messages."""
    variables: ClassVar[tuple[str, ...]] = ()
    """What the practice's own words may speak of in it."""
    anchors: ClassVar[tuple[str, ...]] = ()
    """From where a rule of the practice may count it; nothing where no rule is asked about it."""
    secret: ClassVar[bool] = False
    """Its words are kept only until it ended, and shown to nobody: else one would sign in with another's code."""


KINDS: dict[str, MailKind] = {}
K = TypeVar("K", bound=MailKind)


def register_kind(kind: type[K]) -> type[K]:
    """Make a kind known. Raises ValueError where its code is taken."""
    if kind.code in KINDS:
        raise ValueError(f"There is a kind of mail with the code {kind.code} already.")
    KINDS[kind.code] = kind()
    return kind


def choices() -> Iterator[tuple[str, "StrOrPromise"]]:
    """Code and label of every kind, in the order in which they were registered."""
    return ((kind.code, kind.label) for kind in KINDS.values())


def secret_codes() -> frozenset[str]:
    """The codes of the kinds whose words nobody may read but their recipient."""
    return frozenset(kind.code for kind in KINDS.values() if kind.secret)
