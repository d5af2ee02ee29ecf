"""The bar above the calendar: where it turns to, whose appointments it shows, what can be switched; each an address."""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _

from booking.desk.calendar.dates import day_from_query, practice_today
from booking.desk.calendar.picture import ColumnsBy, columns_from_query
from booking.models import Service, Therapist
from booking.scheduling import availability
from booking.scheduling.configuration import Configuration, current_configuration
from clinic.country.locale import Formats
from clinic.models import Practice, User
from clinic.web.http import StaffRequest

MINE, EVERYONE = "me", "all"
# Where a session keeps what was chosen last.
SESSION_KEPT = "calendar_who"


@dataclass(frozen=True)
class Whose:
    """`only` is the one therapist, None for everyone's; `who` is how an address says it: "me", "all" or a public id."""

    me: Therapist | None
    only: Therapist | None
    who: str

    @property
    def colleagues(self) -> list[Therapist]:
        """The therapists at work besides whoever is signed in."""
        return [each for each in current_configuration().at_work().values() if each != self.me]


def therapist_of(user: User) -> Therapist | None:
    """The therapist that this person is, if they are one: as it is configured, so that nothing more is read."""
    configured = current_configuration().therapists.values()
    return next((who for each in configured if (who := each.row.instance()).user_id == user.pk), None)


def whose_appointments(request: StaffRequest) -> Whose:
    """Whose appointments an address asks for, and keep it; what was chosen last where it names nobody that we know."""
    me = therapist_of(request.user)
    usual = Whose(me, me, MINE if me else EVERYONE)
    kept = request.session.get(SESSION_KEPT, usual.who)
    chosen = calendar_called(request.GET.get("who", ""), me)
    if chosen is None:
        return calendar_called(kept, me) or usual
    if chosen.who != kept:
        request.session[SESSION_KEPT] = chosen.who
    return chosen


def calendar_called(who: str, me: Therapist | None) -> Whose | None:
    """Whom a word of an address names; None where it names nobody."""
    if who == EVERYONE:
        return Whose(me, None, EVERYONE)
    every = (each.row.instance() for each in current_configuration().therapists.values())
    only = me if who == MINE else next((each for each in every if str(each.public_id) == who), None)
    return Whose(me, only, MINE if only == me else who) if only else None


DAY, WEEK, MONTH = "day", "week", "month"
PAGES = {DAY: "booking:desk", WEEK: "booking:desk-week", MONTH: "booking:desk-month"}


@dataclass(frozen=True)
class Choice:
    """One side of a switch."""

    label: str
    url: str
    chosen: bool


@dataclass(frozen=True)
class CalendarBar:
    """What is shown, and the addresses around it.

    `view` is "day", "week" or "month", `who` "me", "all", a therapist's public id or empty.
    """

    view: str
    day: dt.date
    today: dt.date
    formats: Formats
    by: ColumnsBy
    as_list: bool
    who: str
    has_own: bool
    colleagues: tuple[tuple[str, str], ...]
    """The public ids and names of the other therapists."""
    kinds: tuple[ColumnsBy, ...]
    services: tuple[Service, ...]
    service: Service | None
    """The one that is looked for: only times at which it fits are shown as free."""
    holidays: tuple[str, ...] = ()
    """The names of those among the days that are shown."""

    @property
    def is_week(self) -> bool:
        """Whether a week is shown."""
        return self.view == WEEK

    @property
    def is_drawn(self) -> bool:
        """Whether a script draws it where there is room."""
        return not self.as_list and self.view != MONTH

    @property
    def first(self) -> dt.date:
        """The first day that is shown."""
        if self.view == MONTH:
            return self.day.replace(day=1)
        return self.formats.week_of(self.day)[0] if self.is_week else self.day

    @property
    def last(self) -> dt.date:
        """The last day that is shown."""
        if self.view == MONTH:
            return self.day.replace(day=monthrange(self.day.year, self.day.month)[1])
        return self.formats.week_of(self.day)[-1] if self.is_week else self.day

    @property
    def is_now(self) -> bool:
        """Whether today is among them."""
        return self.first <= self.today <= self.last

    @property
    def label(self) -> str:
        """The dates in words."""
        if self.is_week:
            first = self.formats.date(self.first, "short_month_day", with_year=False)
            return f"{first} – {self.formats.short_date(self.last)}"
        if self.view == MONTH:
            return dateformat.format(self.day, "F Y")
        return self.formats.day(self.day)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What an address keeps when the day changes."""
        said = [("who", self.who), ("by", "" if self.by is ColumnsBy.THERAPIST else self.by)]
        said.append(("service", self.service.slug if self.service else ""))
        return [each for each in [*said, ("show", "list" if self.as_list else "")] if each[1]]

    def url(self, *, view: str = "", day: dt.date | None = None, **changed: str) -> str:
        """This page with something changed; an empty value leaves a part out."""
        asked = {"day": (day or self.day).isoformat(), **dict(self.kept), **changed}
        return f"{reverse(PAGES[view or self.view])}?{urlencode({name: each for name, each in asked.items() if each})}"

    @property
    def previous_url(self) -> str:
        """The day, week or month before."""
        return self.url(day=self.first - dt.timedelta(days=7 if self.is_week else 1))

    @property
    def next_url(self) -> str:
        """The day, week or month after."""
        return self.url(day=self.last + dt.timedelta(days=1))

    @property
    def today_url(self) -> str:
        """Today, this week or this month."""
        return self.url(day=self.today)

    @property
    def previous_label(self) -> str:
        """What the turn back is called."""
        return {DAY: _("Day before"), WEEK: _("Week before"), MONTH: _("Month before")}[self.view]

    @property
    def next_label(self) -> str:
        """What the turn on is called."""
        return {DAY: _("Day after"), WEEK: _("Week after"), MONTH: _("Month after")}[self.view]

    @property
    def today_label(self) -> str:
        """What the way back to now is called."""
        return {DAY: _("Today"), WEEK: _("This week"), MONTH: _("This month")}[self.view]

    @property
    def spans(self) -> list[Choice]:
        """Day, week or month."""
        words = {DAY: _("Day"), WEEK: _("Week"), MONTH: _("Month")}
        return [Choice(words[each], self.url(view=each), each == self.view) for each in PAGES]

    @property
    def columns(self) -> list[Choice]:
        """A column for each therapist, room or kit; a month has none."""
        if self.view == MONTH:
            return []
        words = {ColumnsBy.THERAPIST: _("Therapists"), ColumnsBy.ROOM: _("Rooms"), ColumnsBy.KIT: _("Hot stones")}
        return [
            Choice(words[each], self.url(by="" if each is ColumnsBy.THERAPIST else each), each is self.by)
            for each in self.kinds
        ]

    @property
    def whose(self) -> list[Choice]:
        """Mine and everyone's; nothing where there is nobody to choose from, or by room and kit."""
        if self.by is not ColumnsBy.THERAPIST or (not self.has_own and len(self.colleagues) < 2):
            return []
        words = {DAY: _("My day"), WEEK: _("My week"), MONTH: _("My month")}
        mine = [Choice(words[self.view], self.url(who=MINE), self.who == MINE)] if self.has_own else []
        return [*mine, Choice(_("Everyone"), self.url(who=EVERYONE), self.who in {"", EVERYONE})]

    @property
    def people(self) -> list[Choice]:
        """One colleague's appointments; nothing where there is nobody to choose from."""
        if not self.whose:
            return []
        return [Choice(name, self.url(who=each), self.who == each) for each, name in self.colleagues]

    @property
    def person(self) -> str:
        """Who of those is shown; empty for mine and everyone's."""
        return next((each.label for each in self.people if each.chosen), "")

    @property
    def other_look(self) -> Choice:
        """The list instead of the picture, or the picture again."""
        if self.as_list:
            return Choice(_("Show as a calendar"), self.url(show=""), chosen=False)
        return Choice(_("Show as a list"), self.url(show="list"), chosen=False)


def service_from_query(query: QueryDict) -> Service | None:
    """The service that an address looks for; None where it names none on offer."""
    return current_configuration().service_on_offer(query.get("service", ""))


def only_shown(request: StaffRequest) -> Therapist | None:
    """The one therapist whose appointments an address asks for; None for everyone's, as in a column for each room."""
    return whose_appointments(request).only if columns_from_query(request.GET) is ColumnsBy.THERAPIST else None


def column_kinds(configuration: Configuration) -> Iterator[ColumnsBy]:
    """What there can be columns of in this practice."""
    yield ColumnsBy.THERAPIST
    if configuration.rooms:
        yield ColumnsBy.ROOM
    if configuration.kits:
        yield ColumnsBy.KIT


def calendar_bar(
    view: str,
    day: dt.date,
    configuration: Configuration,
    *,
    by: ColumnsBy,
    as_list: bool,
    whose: Whose,
    service: Service | None,
) -> CalendarBar:
    """The bar of a page of the calendar."""
    practice: Practice = configuration.practice
    bar = CalendarBar(
        view=view,
        day=day,
        today=practice_today(practice),
        formats=practice.formats,
        by=by,
        as_list=as_list,
        who=whose.who if whose.me or whose.only else "",
        has_own=whose.me is not None,
        colleagues=tuple((str(each.public_id), each.name) for each in whose.colleagues),
        kinds=tuple(column_kinds(configuration)),
        services=tuple(configuration.services_on()),
        service=service,
    )
    begin, end = availability.dates_span(practice.zone, bar.first, bar.last)
    named = [each for each in configuration.named_closures if each.is_holiday and begin <= each.span[0] < end]
    return replace(bar, holidays=tuple(each.name for each in named))


def bar_from_request(request: StaffRequest, view: str) -> CalendarBar:
    """The bar above a page of the calendar, by the address."""
    return calendar_bar(
        view,
        day_from_query(request.GET, request.practice),
        current_configuration(),
        by=columns_from_query(request.GET),
        as_list=request.GET.get("show") == "list",
        whose=whose_appointments(request),
        service=service_from_query(request.GET),
    )
