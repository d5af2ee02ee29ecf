"""New and returning clients."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from booking.desk.reports.counts import Newcomer, in_period, placed
from booking.desk.reports.period import ReportPeriod
from booking.desk.reports.sections import CsvFile, ReportNumbers, ReportSection, ReportTable, TableRow, compared
from booking.desk.reports.words import change_of_amount, number
from booking.models import AppointmentQuerySet, took_place
from clinic.models import Practice

NowAndBefore = tuple[int, int]
Returning = Mapping[int | None, NowAndBefore]
"""How many clients came again, in a period and in the one before, by therapist; under None by all, each once."""


def returning_clients(
    appointments: AppointmentQuerySet, period: ReportPeriod, practice: Practice, new: Iterable[Newcomer]
) -> Returning:
    """Clients with a session in the period who were not new in it, in one query."""
    newly: tuple[set[int], set[int]] = (set(), set())
    for each in new:
        newly[each.place[0]].add(each.client)
    rows = placed(appointments.filter(took_place(), in_period(period, practice)).order_by(), period, practice)
    came: defaultdict[int | None, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for is_former, key, client in rows.values_list("is_former", "therapist_id", "client_id").distinct():
        if client not in newly[is_former]:
            came[key][is_former].add(client)
            came[None][is_former].add(client)
    return {key: (len(now), len(former)) for key, (now, former) in came.items()}


def clients_section(numbers: ReportNumbers, returning: Returning) -> ReportSection:
    """New and returning clients."""
    keys = {name: key for key, name in numbers.names.items()}

    def line(name: str, key: int | None, new: NowAndBefore) -> TableRow:
        again = returning.get(key, (0, 0))
        cells = [*map(number, new), compared(change_of_amount(*new)), *map(number, again)]
        return TableRow(name, [*cells, compared(change_of_amount(*again))])

    rows = [line(name, keys[name], (now.new_clients, before.new_clients)) for name, now, before in numbers.therapists]
    every = (numbers.counts.all.new_clients, numbers.counts.all_before.new_clients)
    head = [_("Therapist"), _("New"), _("Before"), _("Change"), _("Returning"), _("Before"), _("Change")]
    return ReportSection(
        slug="clients",
        title=_("New and returning clients"),
        about=_(
            "New: their first appointment ever that was not cancelled. Returning: they came, and had been here before "
            "the period. Who saw two therapists counts with each, and once with all."
        ),
        csv=clientele_csv(numbers, returning),
        tables=[ReportTable(_("By therapist"), head, rows, line(_("All"), None, every))],
        chart=numbers.chart(
            _("New clients"),
            [(_("new"), "sage", lambda each: each.new_clients)],
            told=lambda each: (
                _("%(new)d new, %(sessions)d sessions in all") % {"new": each.new_clients, "sessions": each.sessions}
            ),
        ),
        behind=numbers.behind(
            [_("New"), _("Sessions in all")], lambda each: [number(each.new_clients), number(each.sessions)]
        ),
    )


def clientele_csv(numbers: ReportNumbers, returning: Returning) -> CsvFile:
    """A line for each therapist and period."""
    lines = []
    for place, dates in enumerate((numbers.period.counted, numbers.period.before)):
        for key, name in numbers.names.items():
            if key not in numbers.counts.therapists:
                continue
            counts = (numbers.counts.of_therapist(key), numbers.counts.former.get(key))[place]
            new = counts.new_clients if counts else 0
            lines.append([dates.first, dates.last, name, new, returning.get(key, (0, 0))[place]])
    return CsvFile([_("from"), _("until"), _("therapist"), _("new clients"), _("returning clients")], lines)
