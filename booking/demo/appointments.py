"""The diary of the demo: four months behind, four weeks ahead, placed so that nobody and nothing is double-booked."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from booking.demo.story import DemoClient, demo_story
from booking.models import (
    AddOn,
    Appointment,
    AppointmentAddOn,
    Reminder,
    ReminderState,
    Room,
    Service,
    SessionNote,
    Status,
    StoneKit,
    Therapist,
)
from booking.reminders.scheduling import schedule_reminders
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order
from clients.care import Answers, make_care_plan
from clients.catalogue import current_catalogue, current_edition
from clients.models import BodyMark, Client, Consent, Intake, PainScore
from clients.plans.actions import make_plan
from clinic.models import Practice

DAYS_BEHIND, DAYS_AHEAD = 120, 28
GRID_MINUTES = dt.timedelta(minutes=30)
TimeRange = tuple[dt.datetime, dt.datetime]


@dataclass
class DemoBookings:
    """Who and what is busy when, while the diary fills."""

    busy: dict[str, list[TimeRange]] = field(default_factory=lambda: defaultdict(list))

    def free(self, key: str, span: TimeRange) -> bool:
        """Whether nothing of `key` overlaps the range."""
        return not any(start < span[1] and span[0] < end for start, end in self.busy[key])

    def take(self, key: str, span: TimeRange) -> None:
        """Mark a range as busy."""
        self.busy[key].append(span)


def create_appointments(practice: Practice) -> int:
    """Write clients with intakes and plans, and appointments around today, by the same dice; return how many."""
    dice = random.Random(20)  # noqa: S311 - a demo, not a secret
    clients = {story: create_client(story, practice) for story in demo_story().clients}
    regulars = [each for each in demo_story().clients if each.last_came is None]
    # On most of today's cards there is something to mind.
    minded = [*regulars, *(each for each in regulars if each.conditions)]
    once = [each for each in demo_story().clients if each.last_came is not None]
    books, count = DemoBookings(), 0
    today = practice.date_of(timezone.now())
    therapists = list(Therapist.objects.prefetch_related("hours", "services").order_by("position"))
    for offset in range(-DAYS_BEHIND, DAYS_AHEAD + 1):
        day = today + dt.timedelta(days=offset)
        for therapist in therapists:
            # Full days behind and today, thinner ones ahead: there must be times left to book.
            fullness = 0.6 if offset < 0 else 0.8 if offset == 0 else 0.55 if offset < 5 else 0.3
            due = [each for each in once if (each.last_came or 0) * 7 >= -offset]
            pool = due[-1:] or (minded if offset == 0 else regulars)
            count += fill_day(day, therapist, practice, clients, books, dice, fullness, pool)
            once = [each for each in once if not clients[each].appointments.exists()] if due else once
    return count


def create_client(story: DemoClient, practice: Practice) -> Client:
    """A client with a health form, or two of different times."""
    given = timezone.now() - dt.timedelta(days=DAYS_BEHIND)
    client = Client.objects.create(
        first_name=story.first_name,
        last_name=story.last_name,
        email=f"{story.first_name}.{story.last_name}@clients.example".lower() if story.has_email else "",
        phone="+1 503 555 02" + format(demo_story().clients.index(story), "02d"),
        created_at=given,
    )
    create_intake(story, client, practice, given)
    if story.later is not None:
        then = story.model_copy(update=story.later.model_dump(exclude={"weeks_ago"}))
        create_intake(then, client, practice, timezone.now() - dt.timedelta(weeks=story.later.weeks_ago))
    return client


def create_intake(story: DemoClient, client: Client, practice: Practice, given: dt.datetime) -> None:
    """A health form with its consent, pain scores and plan."""
    intake = Intake.objects.create(
        client=client,
        consent=give_demo_consent(client, practice, hot_stone=story.likes_stones, given_at=given),
        given_at=given,
        catalogue_version=current_edition().label,
        technique="regular-massage",
        symptoms=list(story.symptoms),
        onset=list(story.onset),
        causes=list(story.causes),
        conditions=list(story.conditions),
        where={condition: list(areas) for condition, areas in story.where},
        relieving=list(story.better_with),
        medicines=story.medicines,
        goals=story.goals,
        pressure=Intake.Pressure.MEDIUM,
        pain=story.pain[0],
        **triage_of_story(story, practice),
    )
    BodyMark.objects.bulk_create(BodyMark(intake=intake, area=area, side=side) for area, side in story.areas)
    moments = (PainScore.Moment.INTAKE_NOW, PainScore.Moment.INTAKE_AVERAGE, PainScore.Moment.INTAKE_WORST)
    PainScore.objects.bulk_create(
        PainScore(client=client, intake=intake, moment=moment, value=value, given_at=given)
        for moment, value in zip(moments, story.pain, strict=True)
    )
    make_plan(intake, practice=practice, technique_slug="regular-massage")


def give_demo_consent(client: Client, practice: Practice, *, hot_stone: bool, given_at: dt.datetime) -> Consent:
    """A client's consent to the practice's text of today."""
    return Consent.objects.create(
        client=client,
        version=practice.consent_version,
        text=practice.consent_text,
        text_hash=Consent.hash_of(practice.consent_text),
        treatment=True,
        hot_stone=hot_stone,
        statistics=True,
        signature=str(client),
        given_at=given_at,
    )


def triage_of_story(story: DemoClient, practice: Practice) -> dict[str, Any]:
    """The triage of a client's answers, and the signs that they were asked about and deny."""
    said = Answers(
        symptoms=frozenset(story.symptoms),
        onset=frozenset(story.onset),
        causes=frozenset(story.causes),
        areas=frozenset(area for area, _side in story.areas),
        conditions=frozenset(story.conditions),
        relieving=frozenset(story.better_with),
        pain=story.pain[0],
        region=practice.country,
    )
    catalogue = current_catalogue()
    denied = set(make_care_plan(catalogue, said).triage.questions) - set(story.unanswered)
    found = make_care_plan(catalogue, replace(said, denied=frozenset(denied)))
    return {"denied": sorted(denied), "triage": found.triage.action}


def fill_day(
    day: dt.date,
    therapist: Therapist,
    practice: Practice,
    clients: dict[DemoClient, Client],
    books: DemoBookings,
    dice: random.Random,
    fullness: float,
    pool: Sequence[DemoClient],
) -> int:
    """Walk through a therapist's hours and book what fits for some of these; return how many were written."""
    written = 0
    for hours in therapist.hours.all():
        if hours.weekday != day.weekday():
            continue
        start = dt.datetime.combine(day, hours.starts, practice.zone).astimezone(dt.UTC)
        end = dt.datetime.combine(day, hours.ends, practice.zone).astimezone(dt.UTC)
        while start < end:
            story = dice.choice(pool)
            service = choose_service(story, therapist, dice)
            appointment = None
            if dice.random() < fullness and start + dt.timedelta(minutes=service.minutes) <= end:
                appointment = place_appointment(start, service, therapist, clients[story], books, practice)
            if appointment is None:
                start += GRID_MINUTES
                continue
            settle_appointment(appointment, story, dice)
            written += 1
            while start < appointment.blocked_until:
                start += GRID_MINUTES
    return written


def choose_service(story: DemoClient, therapist: Therapist, dice: random.Random) -> Service:
    """What this client books with this therapist."""
    stones = [each for each in therapist.services.all() if each.needs_kit]
    plain = [each for each in therapist.services.all() if not each.needs_kit]
    return dice.choice(stones) if story.likes_stones and stones and dice.random() < 0.5 else dice.choice(plain)


def place_appointment(
    start: dt.datetime, service: Service, therapist: Therapist, client: Client, books: DemoBookings, practice: Practice
) -> Appointment | None:
    """Write an appointment where client, room and kit are free; None where they are not."""
    ends = start + dt.timedelta(minutes=service.minutes)
    until = ends + dt.timedelta(minutes=service.buffer_after)
    kit_until = max(until, ends + dt.timedelta(minutes=service.kit_busy_after))
    around = (start - dt.timedelta(days=4), ends + dt.timedelta(days=4))
    room = next((each for each in Room.objects.all() if books.free(f"room {each.pk}", (start, until))), None)
    kit = StoneKit.objects.first() if service.needs_kit else None
    if room is None or not books.free(f"client {client.pk}", around):
        return None
    if kit is not None and not books.free("kit", (start, kit_until)):
        return None
    books.take(f"room {room.pk}", (start, until))
    books.take(f"client {client.pk}", (start, ends))
    if kit is not None:
        books.take("kit", (start, kit_until))
    booked_at = min(start - dt.timedelta(days=6), timezone.now() - dt.timedelta(hours=5))
    # A towel now and then takes no time, so it can be added to a diary that is full.
    order = Order.of(
        service, AddOn.objects.offered_with(service).filter(minutes=0) if (start.day + client.pk) % 4 == 0 else ()
    )
    appointment = Appointment.objects.create(
        client=client,
        service=service,
        therapist=therapist,
        room=room,
        kit=kit,
        starts_at=start,
        ends_at=ends,
        blocked_from=start - dt.timedelta(minutes=service.buffer_before),
        blocked_until=until,
        kit_blocked_until=kit_until,
        minutes=service.minutes,
        price=order.price,
        currency=practice.currency,
        via=Appointment.Via.SEED,
        created_at=booked_at,
        changed_at=booked_at,
    )
    AppointmentAddOn.objects.bulk_create(order.added_to(appointment))
    return appointment


def settle_appointment(appointment: Appointment, story: DemoClient, dice: random.Random) -> None:
    """Give a past appointment its ending, a coming one what it owes."""
    if appointment.ends_at > timezone.now():
        schedule_reminders(appointment, configuration=current_configuration(), now=appointment.created_at)
        # The demo begins with an empty outbox: what a past day owed was said on that day.
        Reminder.objects.filter(appointment=appointment, due_at__lte=timezone.now(), state=ReminderState.DUE).update(
            state=ReminderState.SKIPPED, skip_reason="said before the demo began", settled_at=timezone.now()
        )
        return
    luck = dice.random()
    if luck < 0.06 and story.last_came is None:
        appointment.status = Status.NO_SHOW if luck < 0.02 else Status.CANCELLED
        appointment.reason = "" if luck < 0.02 else "Had to work"
        # Some cancel in good time, some in the night before.
        appointment.changed_at = appointment.starts_at - dt.timedelta(hours=9 if luck < 0.03 else 60)
        appointment.save(update_fields=["status", "reason", "changed_at"])
        return
    appointment.status = Status.COMPLETED
    appointment.save(update_fields=["status"])
    write_session_note(appointment, story, dice)


def write_session_note(appointment: Appointment, story: DemoClient, dice: random.Random) -> None:
    """The note of a completed session, and the pain before, after and later; on the whole it gets better."""
    areas = ", ".join(area.replace("-", " ") for area, _side in story.areas)
    progress = (timezone.now() - appointment.starts_at).days / DAYS_BEHIND
    before = max(1, round(story.pain[1] * (0.5 + 0.5 * progress) + dice.uniform(-1, 1)))
    after = max(0, before - dice.randint(1, 2))
    for moment, value, hours in (
        (PainScore.Moment.BEFORE, before, 0),
        (PainScore.Moment.AFTER, after, 1),
        (PainScore.Moment.LATER, max(0, after + dice.randint(-1, 1)), 36),
    ):
        given = appointment.starts_at + dt.timedelta(hours=hours)
        if given <= timezone.now():
            PainScore.objects.create(
                client=appointment.client,
                appointment=appointment.public_id,
                moment=moment,
                value=min(10, value),
                given_at=given,
            )
    SessionNote.objects.create(
        appointment=appointment,
        subjective=f"Pain {before}/10 today. {story.goals}",
        objective=f"Tightness felt at {areas}.",
        assessment=f"{appointment.service.name}, medium pressure. {after}/10 afterwards.",
        plan="Home care as in the plan. Come again in three weeks.",
        rebook_weeks=3,
        saved_at=appointment.ends_at,
        signed_at=appointment.ends_at + dt.timedelta(minutes=10),
        signed_by=appointment.therapist.user,
    )
