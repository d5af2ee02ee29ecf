"""The bar above the calendar: where it turns to, whose appointments it shows, what can be switched; each an address."""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.desk.calendar.dates import day_from_query, practice_today
from booking.desk.calendar.picture import ColumnsBy, Frame, columns_from_query
from booking.models import Service, Therapist
from booking.scheduling.configuration import Configuration, current_configuration
from clinic.country.locale import Formats
from clinic.models import User
from clinic.web.http import StaffRequest

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

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


@dataclass(frozen=True)
class CalendarView:
    """How much a page of the calendar shows, and what it is called."""

    page: str
    name: "StrOrPromise"
    now: "StrOrPromise"
    before: "StrOrPromise"
    after: "StrOrPromise"
    mine: "StrOrPromise"


VIEWS = {
    DAY: CalendarView("booking:desk", _("Day"), _("Today"), _("Day before"), _("Day after"), _("My day")),
    WEEK: CalendarView("booking:desk-week", _("Week"), _("This week"), _("Week before"), _("Week after"), _("My week")),
    MONTH: CalendarView(
        "booking:desk-month", _("Month"), _("This month"), _("Month before"), _("Month after"), _("My month")
    ),
}
COLUMN_WORDS = {ColumnsBy.THERAPIST: _("Therapists"), ColumnsBy.ROOM: _("Rooms"), ColumnsBy.KIT: _("Hot stones")}


@dataclass(frozen=True)
class Choice:
    """One side of a switch."""

    label: "StrOrPromise"
    url: str
    chosen: bool


@dataclass(frozen=True)
class CalendarBar:
    """What is shown, and the addresses around it. `view` is one of VIEWS."""

    view: str
    day: dt.date
    configuration: Configuration
    by: ColumnsBy
    as_list: bool
    chosen: Whose
    service: Service | None
    """The one that is looked for: only times at which it fits are shown as free."""

    @property
    def words(self) -> CalendarView:
        """What the view and the turns around it are called."""
        return VIEWS[self.view]

    @property
    def formats(self) -> Formats:
        """How dates are written here."""
        return self.configuration.practice.formats

    @property
    def today(self) -> dt.date:
        """The date on the practice's own calendar."""
        return practice_today(self.configuration.practice)

    @property
    def who(self) -> str:
        """Whose appointments are shown, as an address says it; empty where whoever looks is no therapist."""
        return self.chosen.who if self.chosen.me or self.chosen.only else ""

    @property
    def services(self) -> list[Service]:
        """What may be looked for."""
        return list(self.configuration.services_on())

    @property
    def holidays(self) -> list[str]:
        """The names of those among the days that are shown."""
        begin, end = self.frame.span
        every = self.configuration.named_closures
        return [each.name for each in every if each.is_holiday and begin <= each.span[0] < end]

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
    def frame(self) -> Frame:
        """The dates that are shown."""
        return Frame(self.first, self.last, self.configuration.zone, self.formats)

    @property
    def only(self) -> Therapist | None:
        """The one therapist who is shown; None for everyone, as in a column for each room."""
        return self.chosen.only if self.by is ColumnsBy.THERAPIST else None

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
        query = urlencode({name: each for name, each in asked.items() if each})
        return f"{reverse(VIEWS[view or self.view].page)}?{query}"

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
    def spans(self) -> list[Choice]:
        """Day, week or month."""
        return [Choice(words.name, self.url(view=each), each == self.view) for each, words in VIEWS.items()]

    @property
    def columns(self) -> list[Choice]:
        """A column for each therapist, room or kit, where the practice has any; a month has none."""
        there = {ColumnsBy.ROOM: self.configuration.rooms, ColumnsBy.KIT: self.configuration.kits}
        return [
            Choice(words, self.url(by="" if each is ColumnsBy.THERAPIST else each), each is self.by)
            for each, words in COLUMN_WORDS.items()
            if self.view != MONTH and there.get(each, True)
        ]

    @property
    def whose(self) -> list[Choice]:
        """Mine and everyone's; nothing where there is nobody to choose from, or by room and kit."""
        me = self.chosen.me
        if self.by is not ColumnsBy.THERAPIST or (me is None and len(self.chosen.colleagues) < 2):
            return []
        mine = [Choice(self.words.mine, self.url(who=MINE), self.who == MINE)] if me else []
        return [*mine, Choice(gettext("Everyone"), self.url(who=EVERYONE), self.who in {"", EVERYONE})]

    @property
    def people(self) -> list[Choice]:
        """One colleague's appointments; nothing where there is nobody to choose from."""
        if not self.whose:
            return []
        named = [(str(each.public_id), each.name) for each in self.chosen.colleagues]
        return [Choice(name, self.url(who=key), self.who == key) for key, name in named]

    @property
    def person(self) -> str:
        """Who of those is shown; empty for mine and everyone's."""
        return next((str(each.label) for each in self.people if each.chosen), "")

    @property
    def other_look(self) -> Choice:
        """The list instead of the picture, or the picture again."""
        if self.as_list:
            return Choice(gettext("Show as a calendar"), self.url(show=""), chosen=False)
        return Choice(gettext("Show as a list"), self.url(show="list"), chosen=False)


def bar_from_request(request: StaffRequest, view: str) -> CalendarBar:
    """The bar above a page of the calendar, by the address."""
    return CalendarBar(
        view,
        day_from_query(request.GET, request.practice),
        current_configuration(),
        by=columns_from_query(request.GET),
        as_list=request.GET.get("show") == "list",
        chosen=whose_appointments(request),
        service=current_configuration().service_on_offer(request.GET.get("service", "")),
    )
