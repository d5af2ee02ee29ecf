"""How pain changed over a session, by complaint: of those who agreed to it, and never of fewer than ten."""

from django.utils.translation import gettext as _

from booking.desk.reports.charts import HEIGHT, WIDTH, BarChart, ChartPlace, Series, bar
from booking.desk.reports.counts import in_dates
from booking.desk.reports.period import ReportPeriod
from booking.desk.reports.rights import ReportScope
from booking.desk.reports.sections import CsvFile, ReportSection, ReportTable, TableRow
from booking.desk.reports.words import number, percent, points
from clients.care import Catalogue
from clients.catalogue import current_catalogue
from clients.intake import questions
from clients.pain.statistics import FEWEST_PEOPLE, PainOverSession, pain_over_sessions
from clinic.models import Practice

MOST_PAIN = 10


def pain_section(scope: ReportScope, period: ReportPeriod, practice: Practice) -> ReportSection:
    """The means of this period, and under them those of the one before."""
    found, former = (
        pain_over_sessions(scope.appointments().filter(in_dates(dates, practice)).values("public_id"))
        for dates in (period.counted, period.before)
    )
    catalogue = current_catalogue()
    names = [complaint_name(each, catalogue) for each in found]
    earlier = {each.complaint: each for each in former}
    rows = [
        TableRow(
            name,
            [
                number(each.people),
                number(each.sessions),
                points(each.before),
                points(each.after),
                signed(each.change),
                percent(each.clearly_less_share),
                signed(earlier[each.complaint].change) if each.complaint in earlier else _("too few"),
            ],
        )
        for name, each in zip(names, found, strict=True)
    ]
    head = [_("Complaint"), _("People"), _("Sessions"), _("Before"), _("After"), _("Change")]
    table = ReportTable(_("By complaint"), [*head, _("Clearly less"), _("Change in the period before")], rows)
    return ReportSection(
        slug="pain",
        title=_("Pain before and after a session"),
        about=_(
            "Means from 0 to 10 of clients who agreed to statistics without a name and did not take it back; groups of "
            "fewer than %(people)d people are left out. Clearly less: by as much as a person feels. It says what "
            "happened, not why."
        )
        % {"people": FEWEST_PEOPLE},
        csv=pain_csv(period, found, former, catalogue),
        tables=[table] if found else [],
        chart=pain_chart(names, found) if found else None,
        empty="" if found else _("No complaint has %(people)d people yet who agreed.") % {"people": FEWEST_PEOPLE},
    )


def complaint_name(each: PainOverSession, catalogue: Catalogue) -> str:
    """A complaint or a place as the catalogue names it; the pain as a whole has no name there."""
    index = catalogue.index
    named = questions.name_in({**index.symptoms, **index.areas}, each.complaint) if each.complaint else ""
    return named or _("Pain as a whole")


def signed(value: float) -> str:
    """-1.4 with a true minus, +0.3, 0.0."""
    return f"{value:+.1f}".replace("-", "−") if round(value, 1) else points(0)


def pain_chart(names: list[str], found: list[PainOverSession]) -> BarChart:
    """Two bars for each complaint: before and after."""
    slot = WIDTH / len(found)
    width = min(slot * 0.36, 60)
    places = []
    for place, (name, each) in enumerate(zip(names, found, strict=True)):
        middle = (place + 0.5) * slot
        bars = []
        for value, left, tone in ((each.before, middle - width - 2, "basalt"), (each.after, middle + 2, "sage")):
            size = value / MOST_PAIN * HEIGHT
            bars.append(bar(left, HEIGHT - size, width, size, tone))
        told = _("%(name)s: %(before)s before, %(after)s after") % {
            "name": name,
            "before": points(each.before),
            "after": points(each.after),
        }
        places.append(ChartPlace(told, bars))
    legend = [Series(_("before"), "basalt", ()), Series(_("after"), "sage", ())]
    ends = (names[0], names[-1] if len(names) > 1 else "")
    return BarChart(_("Pain before and after a session"), places, legend, str(MOST_PAIN), *ends)


def pain_csv(
    period: ReportPeriod, found: list[PainOverSession], former: list[PainOverSession], catalogue: Catalogue
) -> CsvFile:
    """A line for each complaint and period."""
    lines = [
        [
            *(dates.first, dates.last, complaint_name(each, catalogue), each.people, each.sessions),
            *(round(each.before, 2), round(each.after, 2), round(each.change, 2), round(each.clearly_less_share, 1)),
        ]
        for dates, some in ((period.counted, found), (period.before, former))
        for each in some
    ]
    head = [_("from"), _("until"), _("complaint"), _("people"), _("sessions"), _("before"), _("after"), _("change")]
    return CsvFile([*head, _("clearly less, percent")], lines)
