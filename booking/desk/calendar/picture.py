"""Some days as a picture: columns, what is shaded in them, and a card for each appointment. Pure: rows in, values out.

All times are wall times of the practice, without a zone, as they are drawn; whoever looks may be in any zone.
"""

import datetime as dt
import enum
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from booking.desk.calendar.alerts import AlertTone
from booking.desk.calendar.board import BookedTime
from booking.desk.calendar.intake_state import IntakeState
from booking.models import Appointment, Status
from booking.payments.balances import PaymentState
from booking.scheduling import availability
from booking.scheduling.availability import ResourceKey, Span
from booking.scheduling.availability.instants import MINUTES_PER_DAY, MINUTES_PER_HOUR, WallClock
from booking.scheduling.availability.spans import complement, subtract
from booking.scheduling.configuration import NamedClosure
from clinic.country.locale import Formats

# What is drawn of a day on which nobody works and nothing is booked, in minutes of the day; and the least that is drawn
# before and after what there is.
# The column of the appointments that have no room yet, in the place of a key.
NO_ROOM = 0
HALF_AN_HOUR = 30
USUAL_HOURS = (9 * MINUTES_PER_HOUR, 17 * MINUTES_PER_HOUR)


class ColumnsBy(enum.StrEnum):
    """What each column stands for."""

    THERAPIST = "therapist"
    ROOM = "room"
    KIT = "kit"


class ShadeKind(enum.StrEnum):
    """Why a time is shaded; the words of the looks."""

    CLOSED = "closed"
    AWAY = "away"
    HOLIDAY = "holiday"
    PRIVATE = "private"
    BUFFER = "buffer"
    HEATING = "heating"


class CardTone(enum.StrEnum):
    """The colour of a card; the words of the looks. Each comes with a sign."""

    OVER = "over"
    OFFERED = "offered"
    REQUESTED = "requested"
    STOP = "stop"
    CAUTION = "caution"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Column:
    """A therapist, room or kit: `room-3` and its name."""

    id: str
    title: str
    booked: int


@dataclass(frozen=True, slots=True)
class CalendarShade:
    """A time that is not free although nothing is booked in it, and what it is called, if anything."""

    column: str
    starts: dt.datetime
    ends: dt.datetime
    kind: ShadeKind
    label: str = ""
    is_busy: bool = True
    """Whether nothing can be booked in the column meanwhile: a kit that heats up keeps no therapist."""


@dataclass(frozen=True, slots=True)
class Sign:
    """An icon with its word."""

    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One appointment in a column."""

    entry: BookedTime
    column: str
    starts: dt.datetime
    ends: dt.datetime
    what: str

    @property
    def appointment(self) -> Appointment:
        """The appointment itself."""
        return self.entry.appointment


@dataclass(frozen=True, slots=True)
class FreeStretch:
    """When somebody works and nothing keeps the therapist, room or kit of a column."""

    column: str
    starts: dt.datetime
    ends: dt.datetime


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it. `opens` and `closes` are the hours that are drawn, in minutes of the day; `open_days` have any."""

    columns: Sequence[Column]
    shades: Sequence[CalendarShade]
    free: Sequence[FreeStretch]
    cards: Sequence[Card]
    opens: int
    closes: int
    open_days: frozenset[dt.date]


@dataclass(frozen=True, slots=True)
class Frame:
    """The local dates that are drawn, both inclusive, and how times are written there."""

    first: dt.date
    last: dt.date
    zone: ZoneInfo
    formats: Formats

    @property
    def span(self) -> Span:
        """Those dates as instants."""
        return availability.dates_span(self.zone, self.first, self.last)

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """Those dates as aware datetimes, half-open."""
        return availability.dates_as_moments(self.zone, self.first, self.last)

    def wall(self, moment: dt.datetime) -> dt.datetime:
        """What the clock on the practice's wall shows at an aware moment."""
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def wall_at(self, minute: int) -> dt.datetime:
        """The same of an instant."""
        return self.wall(availability.as_datetime(minute))

    def offsets(self) -> Iterator[tuple[dt.datetime, int]]:
        """From which wall time on the clock is how many minutes ahead of UTC; again after a clock change."""
        begin, end = self.span
        pieces = WallClock.of(self.zone, begin // MINUTES_PER_DAY, end // MINUTES_PER_DAY).pieces
        for since, until, offset in pieces:
            if since < end and until > begin:
                yield self.wall_at(max(since, begin)), offset


def column_id(by: ColumnsBy, key: ResourceKey) -> str:
    """What a column is called in the browser: `therapist-3`, `room-none`."""
    return f"{by}-{key or 'none'}"


def columns_from_query(query: QueryDict) -> ColumnsBy:
    """What the columns stand for by an address; therapists where it names nothing that we know."""
    asked = query.get("by", "")
    return ColumnsBy(asked) if asked in set(ColumnsBy) else ColumnsBy.THERAPIST


# Shades ---------------------------------------------------------------------------------------------------------------


def closed_shades(frame: Frame, column: str, opening: Sequence[Span]) -> Iterator[CalendarShade]:
    """What lies outside the hours of a column; `opening` is sorted and disjoint."""
    for start, end in subtract([frame.span], opening):
        yield CalendarShade(column, frame.wall_at(start), frame.wall_at(end), ShadeKind.CLOSED)


def closure_shades(
    frame: Frame, column: str, opening: Sequence[Span], closures: Iterable[NamedClosure]
) -> Iterator[CalendarShade]:
    """Time off within the hours of a column, and each holiday for the whole of its day."""
    begin, end = frame.span
    for each in closures:
        if not each.closed or each.span[0] >= end or each.span[1] <= begin:
            continue
        if each.is_holiday:
            spans, kind = [each.span], ShadeKind.HOLIDAY
        else:
            spans, kind = subtract(opening, complement([each.span])), ShadeKind.AWAY
        for start, stop in spans:
            yield CalendarShade(column, frame.wall_at(start), frame.wall_at(stop), kind, each.name or _("Time off"))


def private_shades(frame: Frame, column: str, opening: Sequence[Span], busy: Sequence[Span]) -> Iterator[CalendarShade]:
    """When a therapist's own calendars are busy within their hours: that it is so, and nothing of what."""
    for start, end in subtract(opening, complement(busy)):
        yield CalendarShade(column, frame.wall_at(start), frame.wall_at(end), ShadeKind.PRIVATE, _("Private"))


def buffer_shades(frame: Frame, by: ColumnsBy, appointment: Appointment) -> Iterator[CalendarShade]:
    """What an appointment keeps busy before and after itself, in its own column."""
    key = column_of(by, appointment)
    if key is None or not appointment.is_active:
        return
    column = column_id(by, key)
    if appointment.blocked_from < appointment.starts_at:
        yield CalendarShade(
            column, frame.wall(appointment.blocked_from), frame.wall(appointment.starts_at), ShadeKind.BUFFER
        )
    if by is not ColumnsBy.KIT and appointment.ends_at < appointment.blocked_until:
        yield CalendarShade(
            column, frame.wall(appointment.ends_at), frame.wall(appointment.blocked_until), ShadeKind.BUFFER
        )
    if appointment.kit is not None and appointment.ends_at < appointment.kit_blocked_until:
        label = _("%(kit)s: cleaning and heating") % {"kit": appointment.kit.name}
        ends = frame.wall(appointment.kit_blocked_until)
        yield CalendarShade(
            column, frame.wall(appointment.ends_at), ends, ShadeKind.HEATING, label, is_busy=by is ColumnsBy.KIT
        )


def column_of(by: ColumnsBy, appointment: Appointment) -> ResourceKey | None:
    """The key of the therapist, room or kit of an appointment, if it has one."""
    if by is ColumnsBy.THERAPIST:
        return appointment.therapist_id
    return (appointment.room_id or NO_ROOM) if by is ColumnsBy.ROOM else appointment.kit_id


def free_stretches(
    frame: Frame, column: str, shades: Iterable[CalendarShade], cards: Iterable[Card]
) -> Iterator[FreeStretch]:
    """What is left of a column between its shades, which begin with all that is closed, and its cards."""
    taken = [(each.starts, each.ends) for each in shades if each.column == column and each.is_busy]
    taken += [(card.starts, card.ends) for card in cards if card.column == column and card.appointment.is_active]
    reached, end = map(frame.wall_at, frame.span)
    for starts, ends in sorted([*taken, (end, end)]):
        if starts > reached:
            yield FreeStretch(column, reached, starts)
        reached = max(reached, ends)


# Cards ----------------------------------------------------------------------------------------------------------------


def card_of(frame: Frame, by: ColumnsBy, entry: BookedTime) -> Card | None:
    """One appointment as a card; None where it has no column, or was cancelled."""
    appointment = entry.appointment
    key = column_of(by, appointment)
    if key is None or appointment.status == Status.CANCELLED:
        return None
    starts, ends = frame.wall(appointment.starts_at), frame.wall(appointment.ends_at)
    return Card(entry, column_id(by, key), starts, ends, " · ".join(what_and_where(by, appointment)))


def what_and_where(by: ColumnsBy, appointment: Appointment) -> Iterator[str]:
    """What is done, and by whom and where as far as the column does not say it."""
    yield appointment.parts
    if by is not ColumnsBy.THERAPIST:
        yield appointment.therapist.name
    if by is not ColumnsBy.ROOM and appointment.room is not None:
        yield appointment.room.name
    if by is not ColumnsBy.KIT and appointment.kit is not None:
        yield appointment.kit.name


def card_tone(entry: BookedTime) -> CardTone:
    """The colour of an appointment: what is over recedes, what waits for a yes and what to mind stand out."""
    if entry.over:
        return CardTone.OVER
    if entry.appointment.status in {Status.OFFERED, Status.REQUESTED}:
        return CardTone(entry.appointment.status)
    tones = {each.tone for each in entry.alerts}
    if AlertTone.STOP in tones or entry.intake is IntakeState.EMERGENCY:
        return CardTone.STOP
    return CardTone.CAUTION if tones or entry.in_blocked_time else CardTone.PLAIN


def signs_of(entry: BookedTime) -> Iterator[Sign]:
    """How an appointment stands, a sign with its word for each thing that colour alone would say."""
    appointment = entry.appointment
    icons = {Status.COMPLETED: "tick", Status.NO_SHOW: "cross", Status.OFFERED: "clock", Status.REQUESTED: "question"}
    if appointment.status in icons:
        yield Sign(icons[Status(appointment.status)], str(appointment.get_status_display()))
    if entry.payment:
        yield Sign("tick" if entry.payment == PaymentState.PAID else "alert", str(entry.payment.label))
    if entry.over:
        return
    # Of hundreds of cards in a week few have a sign: only its words are looked up.
    signs = (
        (appointment.has_arrived, "tick", gettext_noop("here")),
        (entry.late, "clock", gettext_noop("late")),
        (entry.in_blocked_time, "alert", gettext_noop("time is blocked")),
        (appointment.confirmed_by_client_at, "tick", gettext_noop("said yes")),
        (entry.first, "star", gettext_noop("first time")),
        (entry.intake is IntakeState.MISSING, "form", gettext_noop("form open")),
        (entry.intake is IntakeState.CHANGED, "alert", gettext_noop("answers changed")),
        (entry.intake is IntakeState.EMERGENCY, "alert", gettext_noop("emergency answer")),
        (appointment.client.email_error, "alert", gettext_noop("mail does not arrive")),
    )
    yield from (Sign(icon, _(words)) for holds, icon, words in signs if holds)


# All of it ------------------------------------------------------------------------------------------------------------


def draw(
    frame: Frame,
    by: ColumnsBy,
    names: Mapping[ResourceKey, str],
    opening: Mapping[ResourceKey, Sequence[Span]],
    closures: Sequence[NamedClosure],
    entries: Sequence[BookedTime],
    private: Mapping[ResourceKey, Sequence[Span]],
) -> Picture:
    """Columns in the order of `names`, by key; `opening` are their hours as sorted, disjoint instants.

    `private` says when the therapists' own calendars are busy.
    """
    cards = [card for entry in entries if (card := card_of(frame, by, entry)) is not None]
    booked = Counter(card.column for card in cards if card.appointment.is_active)
    shades: list[CalendarShade] = []
    for key in names:
        column, whose = column_id(by, key), {None, key} if by is ColumnsBy.THERAPIST else {None}
        shades += closed_shades(frame, column, opening[key])
        shades += closure_shades(frame, column, opening[key], [each for each in closures if each.therapist in whose])
        if by is ColumnsBy.THERAPIST:
            shades += private_shades(frame, column, opening[key], private.get(key, ()))
    for entry in entries:
        shades += buffer_shades(frame, by, entry.appointment)
    columns = [Column(each, name, booked[each]) for key, name in names.items() for each in [column_id(by, key)]]
    hours = [span for key in names for span in opening[key]]
    opens, closes = drawn_hours(frame, hours, cards)
    open_days = frozenset(frame.wall_at(start).date() for start, _end in hours)
    free = [each for column in columns for each in free_stretches(frame, column.id, shades, cards)]
    return Picture(columns, shades, free, cards, opens, closes, open_days)


def drawn_hours(frame: Frame, opening: Iterable[Span], cards: Iterable[Card]) -> tuple[int, int]:
    """From the first thing of any day to the last, half an hour more at either end, in whole hours."""
    begin, end = frame.span
    ranges = [(frame.wall_at(max(start, begin)), frame.wall_at(min(stop, end))) for start, stop in opening]
    ranges += [(card.starts, card.ends) for card in cards]
    if not ranges:
        return USUAL_HOURS
    if any(starts.date() != (ends - dt.timedelta(minutes=1)).date() for starts, ends in ranges):
        return 0, MINUTES_PER_DAY
    first = min(each.hour * MINUTES_PER_HOUR + each.minute for each, _ends in ranges)
    last = max(each.hour * MINUTES_PER_HOUR + each.minute or MINUTES_PER_DAY for _starts, each in ranges)
    opens, closes = first - HALF_AN_HOUR, last + HALF_AN_HOUR
    return max(opens - opens % MINUTES_PER_HOUR, 0), min(closes + -closes % MINUTES_PER_HOUR, MINUTES_PER_DAY)
