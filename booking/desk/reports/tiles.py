"""Six numbers at a glance: each with how it compares, and a line through the parts of the period."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from booking.desk.reports.charts import sparkline
from booking.desk.reports.clientele import NowAndBefore
from booking.desk.reports.counts import Counts
from booking.desk.reports.sections import ReportNumbers
from booking.desk.reports.words import ValueChange, change_of_amount, change_of_share, number, percent
from clinic.models import Practice


@dataclass(frozen=True)
class ReportTile:
    """One number; `slug` is the report that says more, `line` a sparkline."""

    slug: str
    name: str
    value: str
    before: str
    change: ValueChange
    line: str


def report_tiles(
    numbers: ReportNumbers, returning: NowAndBefore, practice: Practice, *, income: bool
) -> list[ReportTile]:
    """The six: hours, sessions, missed, rebooked, new clients, and income, or returning clients without the right."""
    now, before = numbers.counts.all, numbers.counts.all_before

    def line(value: Callable[[Counts], float | Decimal | None]) -> str:
        return sparkline([float(value(counts) or 0) for _label, counts in numbers.parts])

    def share_tile(slug: str, name: str, value: Callable[[Counts], float | None]) -> ReportTile:
        change = change_of_share(value(now), value(before))
        return ReportTile(slug, name, percent(value(now)), percent(value(before)), change, line(value))

    def amount_tile(
        slug: str, name: str, value: Callable[[Counts], int | Decimal], written: Callable[[int | Decimal], str]
    ) -> ReportTile:
        change = change_of_amount(value(now), value(before))
        return ReportTile(slug, name, written(value(now)), written(value(before)), change, line(value))

    def in_money(amount: int | Decimal) -> str:
        return practice.formats.money(Decimal(amount), practice.currency)

    def in_digits(amount: int | Decimal) -> str:
        return number(int(amount))

    tiles = [
        share_tile("hours", _("Booked of open hours"), lambda each: each.booked_share),
        amount_tile("hours", _("Sessions"), lambda each: each.sessions, in_digits),
        amount_tile("missed", _("No-shows and late cancellations"), lambda each: each.missed, in_digits),
        share_tile("rebooking", _("Rebooked"), lambda each: each.rebooked_share),
        amount_tile("clients", _("New clients"), lambda each: each.new_clients, in_digits),
    ]
    if income:
        return [*tiles, amount_tile("income", _("Income as booked"), lambda each: each.income, in_money)]
    change = change_of_amount(*returning)
    came, came_before = map(number, returning)
    return [*tiles, ReportTile("clients", _("Returning clients"), came, came_before, change, "")]
