"""What the drawn calendar shows of some days: read in a fixed number of queries, and sent as JSON."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, When, Window
from django.db.models.functions import JSONObject, RowNumber
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import appointments_for, log_list_access, team_only
from booking.desk.calendar.bar import DAY, WEEK, bar_from_request
from booking.desk.calendar.board import (
    SHORTEST_GAP,
    BookedTime,
    booked_times,
    counts_in_words,
    next_grid_start,
    with_client_history,
)
from booking.desk.calendar.intake_state import IntakeState
from booking.desk.calendar.picture import (
    NO_ROOM,
    CalendarShade,
    Card,
    ColumnsBy,
    Frame,
    FreeStretch,
    Picture,
    card_tone,
    column_id,
    draw,
    signs_of,
)
from booking.models import BOOKED, Appointment, AppointmentQuerySet, PrivateBusy, Service, Therapist
from booking.payments.access import with_payment_state
from booking.scheduling import availability, schedule
from booking.scheduling.availability import ResourceKey, Span
from booking.scheduling.availability.spans import merge_spans
from booking.scheduling.busy import BusyRanges, private_busy_in
from booking.scheduling.configuration import Configuration, current_configuration
from booking.scheduling.hours import hours_worked
from booking.scheduling.order import Order
from booking.scheduling.schedule import Schedule
from clinic.accounts.rights import may_read_health
from clinic.web.http import StaffRequest


@team_only
@require_safe
def calendar_events(request: StaffRequest) -> HttpResponse:
    """The picture of the day or week that the address names, as JSON for `desk-calendar.js`."""
    bar = bar_from_request(request, WEEK if request.GET.get("view") == WEEK else DAY)
    frame, by, only = bar.frame, bar.by, bar.only
    begin, end = frame.moments
    visible = with_payment_state(appointments_for(request.user), request.user)
    rows = with_client_history(visible.touching(begin, end)).of_therapist(only).order_by("starts_at", "id")
    if by is ColumnsBy.THERAPIST:
        rows = with_private_times(rows, begin, end)
    # Services, people, rooms and kits are at hand; only what is each appointment's own is read with it.
    read = list(rows.select_related(None).select_related("client", "screening", "offer"))
    give_configured(read, current_configuration())
    entries = booked_times(read, request.practice, health=may_read_health(request.user))
    private = private_times_of(read, begin, end) if by is ColumnsBy.THERAPIST else {}
    picture = draw_entries(frame, by, entries, private, only=only)
    if bar.service is not None:
        picture = replace(picture, free=fitting_stretches(frame, by, bar.service))
    told = picture_json(frame, picture, now=timezone.now(), service=bar.service.slug if bar.service else "")
    # Last, as the configuration is asked for anew after whatever is written.
    log_list_access(request.user, "calendar")
    return JsonResponse(told)


def give_configured(appointments: Sequence[Appointment], configuration: Configuration) -> None:
    """Give appointments the services, therapists, rooms and kits of the configuration, each shared by all of them."""
    services = {key: each.instance() for key, each in configuration.services.items()}
    therapists = {key: each.row.instance() for key, each in configuration.therapists.items()}
    rooms = {key: each.instance() for key, each in configuration.room_rows.items()}
    kits = {key: each.instance() for key, each in configuration.kit_rows.items()}
    for each in appointments:
        each.service, each.therapist = services[each.service_id], therapists[each.therapist_id]
        if each.room_id is not None:
            each.room = rooms[each.room_id]
        if each.kit_id is not None:
            each.kit = kits[each.kit_id]


def draw_entries(
    frame: Frame,
    by: ColumnsBy,
    entries: Sequence[BookedTime],
    private: Mapping[ResourceKey, Sequence[Span]],
    *,
    only: Therapist | None,
) -> Picture:
    """The picture of some appointments and private times, with the hours and closures as they are configured now."""
    configuration = current_configuration()
    names = column_names(configuration, by, [entry.appointment for entry in entries])
    if only is not None:
        names = {only.pk: only.name}
    hours = hours_worked(configuration, configuration.therapists, first=frame.first, last=frame.last)
    if by is not ColumnsBy.THERAPIST:
        at_work = merge_spans(span for key in configuration.at_work() for span in hours[key])
        hours = dict.fromkeys(names, at_work)
    return draw(frame, by, names, hours, configuration.named_closures, entries, private)


def column_names(
    configuration: Configuration, by: ColumnsBy, appointments: Sequence[Appointment]
) -> dict[ResourceKey, str]:
    """Who or what has a column, in the practice's order: all that is in use, and what is booked all the same."""
    if by is ColumnsBy.THERAPIST:
        booked = {each.therapist_id for each in appointments}
        every = configuration.therapists.items()
        return {key: each.row.instance().name for key, each in every if each.at_work or key in booked}
    if by is ColumnsBy.ROOM:
        shown = {*configuration.rooms, *(each.room_id for each in appointments)}
        named = {key: each.instance().name for key, each in configuration.room_rows.items() if key in shown}
        without = any(each.room_id is None and each.is_active for each in appointments)
        return named | ({NO_ROOM: _("No room yet")} if without else {})
    shown = {*configuration.kits, *(each.kit_id for each in appointments)}
    return {key: each.instance().name for key, each in configuration.kit_rows.items() if key in shown}


# JSON -----------------------------------------------------------------------------------------------------------------


def picture_json(frame: Frame, picture: Picture, *, now: dt.datetime, service: str) -> dict[str, object]:
    """A picture as the browser reads it: wall times without a zone, offsets beside them; `step` is in minutes, and
    `service` the slug of the one that is looked for."""
    configuration = current_configuration()
    public_ids = {
        column_id(ColumnsBy.THERAPIST, key): str(each.row.instance().public_id)
        for key, each in configuration.therapists.items()
    }
    appointments = [card.appointment for card in picture.cards]
    address, move = address_by_id("booking:desk-appointment"), address_by_id("booking:desk-appointment-move")
    booked, offered = sum(each.status in BOOKED for each in appointments), sum(each.is_offered for each in appointments)
    return {
        "first": frame.first.isoformat(),
        "hidden": hidden_days(frame, picture),
        "days": (frame.last - frame.first).days + 1,
        "summary": counts_in_words(booked, offered),
        "opens": picture.opens,
        "closes": picture.closes,
        "step": configuration.practice.slot_step_minutes,
        "offset": offset_in_words(now.astimezone(frame.zone)),
        "offsets": [[wall.isoformat(timespec="minutes"), offset_text(offset)] for wall, offset in frame.offsets()],
        # With the public id of its therapist, as the pages of booking and moving are asked.
        "columns": [{**asdict(each), "therapist": public_ids.get(each.id, "")} for each in picture.columns],
        "shades": [shade_json(each) for each in picture.shades],
        "service": service,
        "free": list(free_json(frame, picture, now=now, service=service)),
        "cards": [card_json(frame, each, address, move) for each in picture.cards],
    }


def hidden_days(frame: Frame, picture: Picture) -> list[int]:
    """The days of a week that are left out, Sunday being 0: nobody works and nothing is booked on them."""
    days = [frame.first + dt.timedelta(days=ahead) for ahead in range((frame.last - frame.first).days + 1)]
    if len(days) == 1:
        return []
    busy = {day for card in picture.cards for day in (card.starts.date(), card.ends.date())} | set(picture.open_days)
    quiet = [day for day in days if day not in busy]
    return [(day.weekday() + 1) % 7 for day in quiet] if len(quiet) < len(days) else []


def offset_text(minutes: int) -> str:
    """+02:00 for 120."""
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def offset_in_words(moment: dt.datetime) -> str:
    """The offset of an aware moment, such as -08:00."""
    ahead = moment.utcoffset() or dt.timedelta()
    return offset_text(ahead // dt.timedelta(minutes=1))


def shade_json(shade: CalendarShade) -> dict[str, object]:
    """One shade."""
    return {
        "column": shade.column,
        "start": shade.starts.isoformat(),
        "end": shade.ends.isoformat(),
        "kind": shade.kind,
        "label": shade.label,
        "whole": shade.is_busy,
    }


def free_json(frame: Frame, picture: Picture, *, now: dt.datetime, service: str) -> Iterator[dict[str, object]]:
    """What is free from now on and long enough to offer, as links that book at its beginning."""
    configuration = current_configuration()
    bookable = bookable_columns(configuration)
    titles = {each.id: each.title for each in picture.columns if each.id in bookable}
    soonest = frame.wall(next_grid_start(now, configuration.practice))
    for each in picture.free:
        starts = max(each.starts, soonest)
        if each.column not in titles or each.ends - starts < dt.timedelta(minutes=SHORTEST_GAP):
            continue
        day, until = frame.formats.short_day(starts), frame.formats.clock(each.ends)
        wall = starts.isoformat(timespec="minutes")
        asked = {"resource": each.column, "start": wall} | ({"service": service} if service else {})
        yield {
            "column": each.column,
            "start": wall,
            "end": each.ends.isoformat(timespec="minutes"),
            "fits": wall,
            "url": f"{reverse('booking:desk-book')}?{urlencode(asked, safe=':')}",
            "time": frame.formats.clock(starts),
            "label": _("– %(until)s free, %(day)s, book %(name)s")
            % {"until": until, "day": day, "name": titles[each.column]},
        }


def bookable_columns(configuration: Configuration) -> set[str]:
    """The columns in which something can be booked; one may stand there only for what was booked before."""
    kinds = {
        ColumnsBy.THERAPIST: configuration.at_work(),
        ColumnsBy.ROOM: configuration.rooms,
        ColumnsBy.KIT: configuration.kits,
    }
    return {column_id(by, key) for by, keys in kinds.items() for key in keys}


def address_by_id(name: str) -> Callable[[uuid.UUID], str]:
    """The address of that name for any public id: asked once, and not for each of a week's hundreds of cards."""
    anybody = uuid.UUID(int=0)
    before, after = reverse(name, args=[anybody]).split(str(anybody))
    return lambda public_id: f"{before}{public_id}{after}"


def card_json(
    frame: Frame, card: Card, address: Callable[[uuid.UUID], str], move: Callable[[uuid.UUID], str]
) -> dict[str, object]:
    """One card, in the words that stand on it; `address` and `move` are the pages of an appointment, by its id."""
    entry, public_id = card.entry, card.appointment.public_id
    more = _("+ %(number)s more") % {"number": entry.more_alerts} if entry.more_alerts else ""
    return {
        "id": str(public_id),
        "column": card.column,
        "start": card.starts.isoformat(),
        "end": card.ends.isoformat(),
        "url": address(public_id),
        "now": entry.now,
        "arrived": f"{reverse('booking:desk-appointment-arrived', args=[public_id])}?calendar=1"
        if entry.is_expected
        else "",
        "move": move(public_id) if entry.movable else "",
        "time": frame.formats.clock(card.appointment.starts_at.astimezone(frame.zone)),
        "until": frame.formats.clock(card.appointment.ends_at.astimezone(frame.zone)),
        "client": str(card.appointment.client),
        "what": card.what,
        "tone": card_tone(entry),
        "open": entry.intake is IntakeState.MISSING and not entry.over,
        "signs": [{"icon": each.icon, "text": each.text} for each in signs_of(entry)],
        "alerts": [{"tone": each.tone, "ask": each.ask, "about": each.about} for each in entry.named_alerts],
        "more": more,
    }


def fitting_stretches(frame: Frame, by: ColumnsBy, service: Service) -> list[FreeStretch]:
    """The stretches in which a session of the service can lie, each from the first start to the end of the last one."""
    book = schedule.read_schedule(Order.of(service), first=frame.first, last=frame.last)
    minutes = book.rules.minutes
    # What begins one step later than a short session belongs to the same stretch.
    reach = max(minutes, book.rules.step)
    return [
        FreeStretch(column_id(by, key), frame.wall_at(since), frame.wall_at(until - reach + minutes))
        for key, starts in starts_by_column(book, by, frame).items()
        for since, until in merge_spans((start, start + reach) for start in starts)
    ]


def starts_by_column(book: Schedule, by: ColumnsBy, frame: Frame) -> Mapping[ResourceKey, Sequence[int]]:
    """The instants at which it can begin, by therapist; or in each room, or with each kit, as far as it needs one."""
    if by is ColumnsBy.THERAPIST:
        found = defaultdict(list)
        for offer in book.offers(frame.first, frame.last):
            for key in offer.therapists:
                found[key].append(offer.start)
        return found
    if by is ColumnsBy.ROOM:
        alone = {each.key: replace(book, rooms=(each,)) for each in book.rooms if book.rules.needs_room}
    else:
        alone = {each.key: replace(book, kits=(each,)) for each in book.kits if book.rules.needs_kit}
    return {key: [each.start for each in one.offers(frame.first, frame.last)] for key, one in alone.items()}


# The appointment that bears the private times of all.
FIRST = 1


def with_private_times(rows: AppointmentQuerySet, start: dt.datetime, end: dt.datetime) -> AppointmentQuerySet:
    """Appointments in the order of `starts_at` and `id`, the first of which bears all private times of [start, end)."""
    times = JSONObject(therapist="calendar__therapist_id", starts="starts_at", ends="ends_at")
    busy = ArraySubquery(PrivateBusy.objects.blocking(start, end).order_by().values(times=times))
    return rows.annotate(place_among_rows=Window(RowNumber(), order_by=["starts_at", "id"])).annotate(
        private_times=Case(When(place_among_rows=FIRST, then=busy), default=None)
    )


def private_times_of(rows: Sequence[Appointment], start: dt.datetime, end: dt.datetime) -> BusyRanges:
    """By therapist, the private times that came with such appointments; asked for alone where there are none."""
    if not rows:
        return private_busy_in(start, end)
    found: BusyRanges = defaultdict(list)
    for each in rows[0].private_times:  # type: ignore[attr-defined] # annotated
        span = (dt.datetime.fromisoformat(each[name]) for name in ("starts", "ends"))
        found[each["therapist"]].append(availability.span_around(*span))
    return found
