"""Numbers as people read them: hours, shares, and how a number compares with the one before."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NONE = "–"
# A share that moved by less than this many points stayed about the same.
HARDLY = 0.5


@dataclass(frozen=True)
class ValueChange:
    """How a number compares with the one before: `way` is up, down or same, `words` say by how much."""

    way: str
    words: str

    @property
    def said(self) -> str:
        """The way in words, for whoever does not see the arrow."""
        return str({"up": gettext_lazy("up"), "down": gettext_lazy("down")}.get(self.way, ""))


def hours(minutes: int) -> str:
    """Hours with one decimal where there is any: 7.5, 1,240."""
    return f"{minutes / 60:,.1f}".removesuffix(".0")


def number(value: int) -> str:
    """1,240."""
    return f"{value:,}"


def points(value: float) -> str:
    """A score or a mean with one decimal: 6.4."""
    return f"{value:.1f}"


def percent(share: float | None) -> str:
    """62%; a dash where there is nothing to take a share of."""
    return NONE if share is None else f"{share:.0f}%"


def change_of_amount(now: Decimal | float, before: Decimal | float) -> ValueChange:
    """By how many percent an amount rose or fell; nothing to compare where there was none before."""
    if now == before:
        return ValueChange("same", _("the same"))
    if not before:
        return ValueChange("up", _("none before"))
    moved = round(100 * (float(now) / float(before) - 1))
    if not moved:
        return ValueChange("same", _("about the same"))
    return ValueChange("up" if moved > 0 else "down", f"{abs(moved):,}%")


def change_of_share(now: float | None, before: float | None) -> ValueChange:
    """By how many points a share rose or fell."""
    if now is None or before is None:
        return ValueChange("same", _("nothing to compare"))
    moved = now - before
    if abs(moved) < HARDLY:
        return ValueChange("same", _("about the same"))
    words = _("1 point") if round(abs(moved)) == 1 else _("%(points)d points") % {"points": round(abs(moved))}
    return ValueChange("up" if moved > 0 else "down", words)
