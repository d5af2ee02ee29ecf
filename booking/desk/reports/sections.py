"""The reports: each a sentence that says what is counted, a chart, and the table behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from booking.desk.reports.charts import BarChart, Series, bar_chart, round_top
from booking.desk.reports.counts import Counts, PeriodCounts
from booking.desk.reports.period import ReportPeriod
from booking.desk.reports.words import change_of_share, hours, number, percent

A_HUNDRED = 100.0


@dataclass(frozen=True)
class TableRow:
    """One line of a table: what it is about, and its numbers in words."""

    name: str
    cells: Sequence[str]


@dataclass(frozen=True)
class ReportTable:
    """Numbers in lines; `total` adds them up, where they can be."""

    caption: str
    head: Sequence[str]
    rows: Sequence[TableRow]
    total: TableRow | None = None


@dataclass(frozen=True)
class CsvFile:
    """The same for a spreadsheet, with whole values."""

    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class ReportSection:
    """One report. `behind` is the table of what the chart shows."""

    slug: str
    title: str
    about: str
    csv: CsvFile
    tables: Sequence[ReportTable] = ()
    chart: BarChart | None = None
    behind: ReportTable | None = None
    empty: str = ""
    """Said in place of everything where there is nothing to show."""


@dataclass(frozen=True)
class ReportNumbers:
    """What the reports are made from."""

    period: ReportPeriod
    counts: PeriodCounts
    names: dict[int, str] = field(default_factory=dict)
    """Of therapists, by primary key, in the practice's order."""

    @property
    def parts(self) -> list[tuple[str, Counts]]:
        """Each part of the period by its label."""
        return [(self.period.part_label(each), self.counts.of_part(each.first)) for each in self.period.parts()]

    @property
    def therapists(self) -> list[tuple[str, Counts, Counts]]:
        """Whoever had anything: their name, this period, and the one before."""
        shown = self.counts.therapists
        return [
            (name, self.counts.of_therapist(key), self.counts.former.get(key, Counts()))
            for key, name in self.names.items()
            if key in shown
        ]

    def share_table(
        self, head: Sequence[str], cells: Callable[[Counts], list[str]], share: Callable[[Counts], float | None]
    ) -> ReportTable:
        """A line for each therapist, and one for all: some numbers, and a share beside the one before. The last of
        `head` is what the share is called."""

        def line(name: str, now: Counts, before: Counts) -> TableRow:
            change = compared(change_of_share(share(now), share(before)))
            return TableRow(name, [*cells(now), percent(share(now)), percent(share(before)), change])

        rows, every = [line(*each) for each in self.therapists], line(_("All"), self.counts.all, self.counts.all_before)
        return ReportTable(_("By therapist"), [_("Therapist"), *head, _("Before"), _("Change")], rows, every)

    def csv(self, head: Sequence[str], values: Callable[[Counts], Sequence[Any]]) -> CsvFile:
        """A line for each therapist and part of the period, and one for each therapist in the one before."""
        lines: list[list[Any]] = []
        for part in self.period.parts():
            for key, name in self.names.items():
                if counts := self.counts.by_part.get((key, part.first)):
                    lines.append([part.first, part.last, name, *values(counts)])
        before = self.period.before
        lines += [
            [before.first, before.last, self.names[key], *values(self.counts.former[key])]
            for key in self.names
            if key in self.counts.former
        ]
        return CsvFile([_("from"), _("until"), _("therapist"), *head], lines)

    def behind(self, head: Sequence[str], cells: Callable[[Counts], Sequence[str]]) -> ReportTable:
        """The table of what a chart shows."""
        rows = [TableRow(label, cells(counts)) for label, counts in self.parts]
        return ReportTable(_("The numbers of the chart"), [_("When"), *head], rows)

    def chart(
        self,
        label: str,
        series: Sequence[tuple[str, str, Callable[[Counts], float]]],
        *,
        told: Callable[[Counts], str],
        written: Callable[[float], str] = lambda top: number(round(top)),
        top: float | None = None,
        stacked: bool = True,
    ) -> BarChart:
        """Bars over the parts: a name, a tone and a value for each series; `told` says a part in words."""
        parts = self.parts
        lines = [Series(name, tone, [value(counts) for _label, counts in parts]) for name, tone, value in series]
        sizes = [(sum if stacked else max)(each.values[place] for each in lines) for place in range(len(parts))]
        highest = round_top(max(sizes, default=0) or 1) if top is None else top
        return bar_chart(
            label,
            [f"{name}: {told(counts)}" for name, counts in parts],
            lines,
            top=highest,
            top_label=written(highest),
            ends=(parts[0][0], parts[-1][0]),
            stacked=stacked,
        )


def hours_section(numbers: ReportNumbers) -> ReportSection:
    """Hours open and booked."""
    head = [_("Open, hours"), _("Booked, hours"), _("Booked")]

    def cells(each: Counts) -> list[str]:
        return [hours(each.open_minutes), hours(each.booked_minutes)]

    return ReportSection(
        slug="hours",
        title=_("Hours open and booked"),
        about=_(
            "Open: working hours less time off and closed days, as they stand now. Booked: the length of sessions, "
            "whether the client came or not, without buffers."
        ),
        csv=numbers.csv(
            [_("open hours"), _("booked hours")],
            lambda each: [round(each.open_minutes / 60, 2), round(each.booked_minutes / 60, 2)],
        ),
        tables=[numbers.share_table(head, cells, lambda each: each.booked_share)],
        chart=numbers.chart(
            _("Hours open and booked"),
            [
                (_("open"), "pale", lambda each: each.open_minutes / 60),
                (_("booked"), "ember", lambda each: each.booked_minutes / 60),
            ],
            told=lambda each: (
                _("%(booked)s of %(open)s hours booked")
                % {"booked": hours(each.booked_minutes), "open": hours(each.open_minutes)}
            ),
            written=lambda top: _("%(hours)s h") % {"hours": number(round(top))},
            stacked=False,
        ),
        behind=numbers.behind(head, lambda each: [*cells(each), percent(each.booked_share)]),
    )


def missed_section(numbers: ReportNumbers) -> ReportSection:
    """No-shows and late cancellations."""
    names = [_("No-shows"), _("Late cancellations")]

    def cells(each: Counts) -> list[str]:
        return [number(each.no_shows), number(each.late_cancellations)]

    return ReportSection(
        slug="missed",
        title=_("No-shows and late cancellations"),
        about=_(
            "Late: cancelled when it was no longer free of charge, by whomever. The share is of all appointments that "
            "were kept or missed."
        ),
        csv=numbers.csv(
            [_("appointments kept"), _("no-shows"), _("late cancellations")],
            lambda each: [each.appointments, each.no_shows, each.late_cancellations],
        ),
        tables=[numbers.share_table([*names, _("Share")], cells, lambda each: each.missed_share)],
        chart=numbers.chart(
            _("No-shows and late cancellations"),
            [
                (_("no-shows"), "brick", lambda each: each.no_shows),
                (_("late cancellations"), "amber", lambda each: each.late_cancellations),
            ],
            told=lambda each: (
                _("%(no_shows)d no-shows, %(late)d late cancellations")
                % {"no_shows": each.no_shows, "late": each.late_cancellations}
            ),
        ),
        behind=numbers.behind(names, cells),
    )


def rebooking_section(numbers: ReportNumbers, within: str) -> ReportSection:
    """How many completed sessions were followed by another; `within` says in which time."""
    head = [_("Completed"), _("Rebooked"), _("Share")]

    def cells(each: Counts) -> list[str]:
        return [number(each.completed), number(each.rebooked)]

    return ReportSection(
        slug="rebooking",
        title=_("Rebooking"),
        about=_("Completed sessions whose client had another appointment booked %(within)s.") % {"within": within},
        csv=numbers.csv([_("completed"), _("rebooked")], lambda each: [each.completed, each.rebooked]),
        tables=[numbers.share_table(head, cells, lambda each: each.rebooked_share)],
        chart=numbers.chart(
            _("Rebooking"),
            [(_("rebooked, of a hundred"), "sage", lambda each: each.rebooked_share or 0.0)],
            told=lambda each: (
                _("%(rebooked)d of %(completed)d rebooked") % {"rebooked": each.rebooked, "completed": each.completed}
            ),
            written=lambda _top: "100%",
            top=A_HUNDRED,
        ),
        behind=numbers.behind(head, lambda each: [*cells(each), percent(each.rebooked_share)]),
    )


def compared(change: Any) -> str:
    """A change in a cell of a table."""
    sign = {"up": "+", "down": "−"}.get(change.way, "")
    return f"{sign}{change.words}"
