"""Booking the same once more: what it was, with whom, and which of the safety answers still stand."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from booking import diary
from booking.actions import Answers
from booking.actions.booking import INTAKE_LASTS
from booking.actions.screening import judge_all
from booking.diary import FreeTime
from booking.models import AddOn, Appointment, Service, Therapist
from booking.models.appointment import BOOKED
from booking.order import Order, as_booked, order_of
from booking.questions import Questions, questions_for
from clients.actions.earlier import ONLY_TODAY
from clients.care import Answers as CareAnswers
from clients.care import Level, Triage
from clients.care.levels import closed_conditions
from clients.catalogue import current, edition
from clients.models import Client, Intake, Screening
from clinic.models import Practice

TIMES = 3


@dataclass(frozen=True)
class Usual:
    """What a client had last: at today's lengths and prices, with the therapist who still gives it, if any."""

    order: Order
    therapist: Therapist | None


def usual_of(client: Client) -> Usual | None:
    """The order of the newest visit that the practice still offers to people who come again; None where none is."""
    offered = Service.objects.on_offer().exclude(audience=Service.Audience.NEW)
    visits = Appointment.objects.with_people().filter(client=client, status__in=BOOKED, service__in=offered)
    last = visits.order_by("-starts_at").first()
    if last is None or not client.online_booking:
        return None
    add_ons = [each for each in AddOn.objects.offered_with(last.service) if each in as_booked(last).add_ons]
    still_gives = last.service.therapists.filter(active=True, pk=last.therapist_id).exists()
    return Usual(order_of(last.service, add_ons), last.therapist if still_gives else None)


def soonest(usual: Usual) -> tuple[list[FreeTime], Therapist | None]:
    """The next free times with the same therapist; with anyone where that one has none."""
    free = diary.next_free(usual.order, therapist=usual.therapist, limit=TIMES)
    if free or usual.therapist is None:
        return free, usual.therapist
    return diary.next_free(usual.order, limit=TIMES), None


@dataclass(frozen=True)
class Standing:
    """Answers on file that still count, since when, and what must be asked again because it changes from day to day."""

    answers: Answers
    since: dt.datetime
    today: Questions


def standing_answers(client: Client, order: Order) -> Standing | None:
    """The safety answers that may be taken over where the client says that nothing is new; None: ask everything.

    Only answers of their own whole intake, at most a year old and to today's questions, together with what bookings
    said since; and only where they speak neither against the order nor for a doctor. What is true only for a day is
    never taken over.
    """
    now, practice, held = timezone.now(), Practice.current(), edition()
    intake = client.latest_intake()
    if intake is None or now - intake.given_at > INTAKE_LASTS or intake.catalogue_version != held.label:
        return None
    conditions = lasting_conditions(client, intake)
    judged = judge_all(order.techniques, Answers(conditions=conditions, red_flags=frozenset()), practice)
    if intake.triage in (Triage.EMERGENCY, Triage.DOCTOR) or judged.level in (Level.NEVER, Level.CLEARANCE):
        return None
    asked = questions_for(held.catalogue, *order.techniques)
    of_today = tuple(each for each in asked.conditions if each.group == ONLY_TODAY)
    known = conditions & frozenset(each.slug for each in asked.conditions)
    answers = Answers(conditions=known, red_flags=frozenset())
    return Standing(answers, intake.given_at, Questions(of_today, asked.red_flags))


def lasting_conditions(client: Client, intake: Intake) -> frozenset[str]:
    """What an intake and the bookings since say and imply, without what was true only on that day."""
    catalogue, index = current(), current().index
    said = set(intake.conditions)
    for screening in Screening.objects.filter(client=client, given_at__gt=intake.given_at):
        said |= set(screening.conditions)
    lasting = {slug for slug in said & set(index.conditions) if index.conditions[slug].group != ONLY_TODAY}
    answers = CareAnswers(
        conditions=frozenset(lasting),
        symptoms=frozenset(intake.symptoms) & frozenset(index.symptoms),
        causes=frozenset(intake.causes) & frozenset(index.causes),
    )
    return frozenset(closed_conditions(catalogue, answers))
