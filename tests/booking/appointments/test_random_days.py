"""Random days of booking, moving, cancelling and blocking, against a model that is only a list.

The model knows nothing of the engine: it walks through minutes. Whatever it allows must be booked, whatever it forbids
must be refused, and after every step the table must hold exactly the appointments of the list.
"""

import datetime as dt
from dataclasses import dataclass, field, replace

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from booking.appointments.integrity import GUARDED_RANGES, overlapping_rows
from booking.appointments.screening import SafetyAnswers
from booking.appointments.series_change import SeriesScope, cancel_series
from booking.appointments.series_preview import SeriesPattern
from booking.appointments.time_off import block_time
from booking.errors import SlotTaken
from booking.models import AddOn, Appointment, Service, Therapist, TimeOff
from booking.scheduling.order import Order
from clients.models import Client
from tests.fixtures.actions import book, book_series, cancel, move, plan_series
from tests.fixtures.add_ons import Extras
from tests.fixtures.cast import Cast
from tests.fixtures.examples import examples

HOURS = {"mira": [(9, 17)], "jonas": [(8, 12), (15, 20)], "tess": [(8, 13)]}
ROOMS = 2
WEEK = 7 * 24 * 60


@dataclass(frozen=True)
class ModelledAppointment:
    """An appointment as the model keeps it: minutes from midnight, buffers beside."""

    who: str
    client: str
    start: int
    length: int
    after: int
    stones: bool
    kit_buffer_after: int
    room: int = -1
    week: int = 0
    """Weeks after that Tuesday."""
    series: int = 0

    @property
    def begins(self) -> int:
        """The first minute, counted from the midnight of that Tuesday."""
        return self.week * WEEK + self.start

    @property
    def blocked(self) -> range:
        """The minutes in which therapist and room are blocked."""
        return range(self.begins, self.begins + self.length + self.after)

    @property
    def kit_blocked(self) -> range:
        """The minutes in which the one kit is blocked."""
        return range(self.begins, self.begins + self.length + max(self.after, self.kit_buffer_after))

    @property
    def session(self) -> range:
        """The minutes in which the client lies on the table."""
        return range(self.begins, self.begins + self.length)


def meet(one: range, other: range) -> bool:
    """Whether two ranges of minutes share one."""
    return bool(set(one) & set(other))


@dataclass
class Model:
    """The day as a list of appointments and a list of absences."""

    appointments: dict[int, ModelledAppointment] = field(default_factory=dict)
    away: list[tuple[str, range]] = field(default_factory=list)

    def allows(self, appointment: ModelledAppointment, *, but: int | None = None) -> bool:
        """Whether a person with a paper diary would write this appointment down."""
        others = [each for key, each in self.appointments.items() if key != but]
        if appointment.stones and appointment.who == "tess":  # who gives no hot stones
            return False
        midnight = appointment.week * WEEK
        shifts = [range(midnight + begin * 60, midnight + end * 60) for begin, end in HOURS[appointment.who]]
        shift = next((each for each in shifts if set(appointment.session) <= set(each)), None)
        if shift is None or (appointment.begins - shift.start) % 30:
            return False
        if any(who == appointment.who and meet(absence, appointment.session) for who, absence in self.away):
            return False
        if any(each.who == appointment.who and meet(each.blocked, appointment.blocked) for each in others):
            return False
        if any(each.client == appointment.client and meet(each.session, appointment.session) for each in others):
            return False
        if appointment.stones and any(
            each.stones and meet(each.kit_blocked, appointment.kit_blocked) for each in others
        ):
            return False
        # A room was given to each appointment when it was booked, and stays with it.
        return any(
            not any(each.room == room and meet(each.blocked, appointment.blocked) for each in others)
            for room in range(ROOMS)
        )


@dataclass(frozen=True)
class Step:
    """One thing that somebody tries."""

    verb: str
    who: str
    client: str
    service: str
    slot: int
    which: int
    add_on: str = ""


steps = st.builds(
    Step,
    verb=st.sampled_from(["book", "book", "book", "series", "move", "cancel", "cancel_following", "block"]),
    who=st.sampled_from(["mira", "jonas", "tess"]),
    client=st.sampled_from(["ana", "ben"]),
    service=st.sampled_from(["regular", "back", "hot_stone"]),
    slot=st.integers(16, 38),
    which=st.integers(0, 5),
    add_on=st.sampled_from(["", "", "towel", "feet", "stones"]),
)
# What may be added to which service; Tess gives no hot stone massage, and no warm stones with a regular one.
ADDED = {"regular": {"towel", "feet", "stones"}, "hot_stone": {"feet"}}


@dataclass
class Day:
    """The model and the practice, side by side on one Tuesday."""

    cast: Cast
    extras: Extras
    model: Model = field(default_factory=Model)

    def take(self, step: Step) -> None:
        """Try one step on both sides and compare what they say."""
        getattr(self, f"try_{step.verb}")(step)

    def wish(self, step: Step) -> ModelledAppointment:
        """What the step asks for, as the model writes it."""
        service, added = self.service(step), self.added(step)
        return ModelledAppointment(
            who=step.who,
            client=step.client,
            start=step.slot * 30,
            length=service.minutes + sum(each.minutes for each in added),
            after=service.buffer_after,
            stones=service.needs_kit or any(each.needs_kit for each in added),
            kit_buffer_after=max(
                [service.kit_buffer_after, *(each.kit_buffer_after for each in added if each.needs_kit)]
            ),
        )

    def added(self, step: Step) -> list[AddOn]:
        """What is added, where it goes with the service; a series is booked without."""
        goes = step.add_on in ADDED.get(step.service, set()) and step.verb == "book"
        return [getattr(self.extras, step.add_on)] if goes else []

    def try_book(self, step: Step) -> None:
        """Book, where the therapist performs the service at all."""
        if step.service == "hot_stone" and step.who == "tess":
            return
        appointment = self.wish(step)
        try:
            booked: Appointment | None = book(
                service=self.service(step),
                add_ons=self.added(step),
                start=self.at(appointment.start),
                therapist=self.therapist(step.who),
                client=self.client(step.client),
                answers=SafetyAnswers(),
                policy_accepted=True,
                via=Appointment.Via.WEB,
            )
        except SlotTaken:
            booked = None
        assert self.model.allows(appointment) == (booked is not None), appointment
        if booked is not None:
            self.model.appointments[booked.pk] = replace(appointment, room=self.room(booked))

    def try_series(self, step: Step) -> None:
        """Repeat it weekly, three times: a date is free on both sides or on none; what is free is booked."""
        if step.service == "hot_stone" and step.who == "tess":
            return
        first = self.wish(step)
        wanted = {number + 1: replace(first, week=number) for number in range(3)}
        service, therapist, client = self.service(step), self.therapist(step.who), self.client(step.client)
        pattern = SeriesPattern(
            order=Order.of(service),
            therapist=therapist,
            start=self.at(first.start),
            every_weeks=1,
            times=len(wanted),
        )
        turns = plan_series(pattern, client=client)
        for turn in turns:
            assert self.model.allows(wanted[turn.position]) == (turn.why is None), turn
        picks = [turn.chosen for turn in turns if turn.chosen]
        if len(picks) < 2:
            return
        series = book_series(
            service=service,
            therapist=therapist,
            client=client,
            answers=SafetyAnswers(),
            every_weeks=1,
            times=len(wanted),
            picks=picks,
            policy_accepted=True,
            via=Appointment.Via.DESK,
        )
        for booked in series.appointments.all():
            appointment = wanted[booked.position or 0]
            self.model.appointments[booked.pk] = replace(appointment, room=self.room(booked), series=series.pk)

    def try_cancel_following(self, step: Step) -> None:
        """Cancel one of the appointments and those after it in its series; one that is in none goes alone."""
        if not self.model.appointments:
            return
        key, appointment = self.pick(step)
        cancel_series(Appointment.objects.get(pk=key), scope=SeriesScope.FOLLOWING, reason="", via=Appointment.Via.DESK)
        for other, each in list(self.model.appointments.items()):
            if other == key or (
                appointment.series and each.series == appointment.series and each.begins >= appointment.begins
            ):
                del self.model.appointments[other]

    def try_move(self, step: Step) -> None:
        """Move one of the appointments, its own time never in its way."""
        if not self.model.appointments:
            return
        key, old = self.pick(step)
        new = replace(old, start=step.slot * 30)
        appointment = Appointment.objects.get(pk=key)
        try:
            moved: Appointment | None = move(appointment, start=self.at(new.begins), via=Appointment.Via.DESK)
        except SlotTaken:
            moved = None
        assert (new == old or self.model.allows(new, but=key)) == (moved is not None), new
        if moved is not None:
            self.model.appointments[key] = replace(new, room=self.room(moved))

    def try_cancel(self, step: Step) -> None:
        """Cancel one of the appointments; its time is free at once."""
        if self.model.appointments:
            key, _appointment = self.pick(step)
            cancel(Appointment.objects.get(pk=key), reason="", via=Appointment.Via.DESK)
            del self.model.appointments[key]

    def try_block(self, step: Step) -> None:
        """Take an hour off; appointments in it stay, and are named."""
        absence = range(step.slot * 30, step.slot * 30 + 60)
        _off, touched = block_time(
            therapist=self.therapist(step.who), starts_at=self.at(absence.start), ends_at=self.at(absence.stop)
        )
        expected = {
            key for key, each in self.model.appointments.items() if each.who == step.who and meet(each.session, absence)
        }
        assert {each.pk for each in touched} == expected
        self.model.away.append((step.who, absence))

    def agrees(self) -> None:
        """The table holds exactly the appointments of the list."""
        rows = {each.pk: each for each in Appointment.objects.active()}
        assert rows.keys() == self.model.appointments.keys()
        for key, appointment in self.model.appointments.items():
            assert rows[key].starts_at == self.at(appointment.begins)
            assert rows[key].blocked_until == self.at(appointment.blocked.stop)
        assert not [line for guarded in GUARDED_RANGES for line in overlapping_rows(guarded)]

    def pick(self, step: Step) -> tuple[int, ModelledAppointment]:
        """One of the appointments there are."""
        found = sorted(self.model.appointments.items())
        return found[step.which % len(found)]

    def at(self, minute: int) -> dt.datetime:
        """A minute of that Tuesday, or of one in the weeks after, as an instant; no clock changes on a Tuesday."""
        week, of_day = divmod(minute, WEEK)
        return self.cast.at(0, ahead=7 + 7 * week) + dt.timedelta(minutes=of_day)

    def therapist(self, name: str) -> Therapist:
        """Someone of the cast."""
        found: Therapist = getattr(self.cast, name)
        return found

    def client(self, name: str) -> Client:
        """Someone of the cast."""
        found: Client = getattr(self.cast, name)
        return found

    def service(self, step: Step) -> Service:
        """A line of the price list."""
        found: Service = getattr(self.cast, step.service)
        return found

    def room(self, appointment: Appointment) -> int:
        """The room of an appointment, by its place in the practice."""
        return [self.cast.green_room.pk, self.cast.blue_room.pk].index(appointment.room_id or 0)


class Undone(Exception):  # noqa: N818
    """Ends an example without leaving anything in the database."""


@pytest.mark.invariant("I1", "I2")
@examples(5, 15)
@given(day=st.lists(steps, min_size=3, max_size=14))
def test_the_practice_says_what_a_paper_diary_says(cast: Cast, extras: Extras, day: list[Step]) -> None:
    try:
        with transaction.atomic():
            both = Day(cast, extras)
            for step in day:
                both.take(step)
                both.agrees()
            raise Undone
    except Undone:
        assert not Appointment.objects.exists()
        assert not TimeOff.objects.exists()
