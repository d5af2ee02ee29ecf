"""Booking the same once more: what it was, with whom, and which of the safety answers still stand."""

import datetime as dt
import hashlib
import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from booking.appointments.booking_request import SafetyAnswers
from booking.appointments.known_health import with_implied
from booking.appointments.safety_questions import SafetyQuestions, safety_questions_for
from booking.appointments.screening import judge_techniques
from booking.models import BOOKED, AddOn, Appointment, Service, Therapist
from booking.scheduling import schedule
from booking.scheduling.order import Order, order_as_booked
from booking.scheduling.schedule import FreeTime
from clients.care import Catalogue, Level, Triage
from clients.catalogue import current_catalogue, current_edition
from clients.intake.prefill import CONDITIONS_OF_TODAY
from clients.models import Client, Intake, Screening
from clinic.models import Practice

MOST_TIMES = 3


@dataclass(frozen=True)
class LastOrder:
    """What a client had last: at today's lengths and prices, with the therapist who still gives it, if any."""

    order: Order
    therapist: Therapist | None


def last_order_of(client: Client) -> LastOrder | None:
    """The order of the newest appointment that the practice still offers to people who come again.

    None where none is.
    """
    offered = Service.objects.on_offer().exclude(audience=Service.Audience.NEW)
    appointments = Appointment.objects.with_people().filter(client=client, status__in=BOOKED, service__in=offered)
    last = appointments.order_by("-starts_at").first()
    if last is None or not client.may_book_online:
        return None
    add_ons = [each for each in AddOn.objects.offered_with(last.service) if each in order_as_booked(last).add_ons]
    still_gives = last.service.therapists.at_work().filter(pk=last.therapist_id).exists()
    return LastOrder(Order.of(last.service, add_ons), last.therapist if still_gives else None)


def soonest_times(usual: LastOrder, practice: Practice) -> tuple[list[FreeTime], Therapist | None]:
    """The first free time of each of the next days with the same therapist; with anyone where that one has none."""
    free = first_time_per_day(usual.order, usual.therapist, practice)
    if free or usual.therapist is None:
        return free, usual.therapist
    return first_time_per_day(usual.order, None, practice), None


def first_time_per_day(order: Order, therapist: Therapist | None, practice: Practice) -> list[FreeTime]:
    """One time a day, for the next three days that have any: three times of one morning are one choice, not three."""
    coming = schedule.upcoming_times(order, therapist=therapist)
    days = itertools.groupby(coming, key=lambda each: each.start.astimezone(practice.zone).date())
    return [next(times) for _day, times in itertools.islice(days, MOST_TIMES)]


@dataclass(frozen=True)
class StandingAnswers:
    """Answers on file that still count, since when, and what must be asked again: it changes from day to day."""

    answers: SafetyAnswers
    since: dt.datetime
    today: SafetyQuestions

    @property
    def asked(self) -> str:
        """Which questions these are, in short: a "no" counts for what was read, not for what is asked since."""
        return hashlib.sha256(" ".join(sorted(self.today.slugs)).encode()).hexdigest()[:16]


def standing_answers(client: Client, order: Order, practice: Practice) -> StandingAnswers | None:
    """The safety answers that may be taken over where the client says that nothing is new; None: ask everything.

    Only answers of their own whole intake, at most a year old, together with what bookings said since; and only where
    they speak neither against the order nor for a doctor. A "no" is never taken over to what is true only for a day
    and to what would close this very massage, such as a sunburn before hot stones; nor to anything where the catalogue
    has changed since, because it may ask more now.
    """
    now, held = timezone.now(), current_edition()
    intake = Intake.objects.latest_of(client)
    if intake is None or intake.is_out_of_date(now):
        return None
    conditions = lasting_conditions(client, intake)
    judged = judge_techniques(order.techniques, SafetyAnswers(conditions=conditions, red_flags=frozenset()), practice)
    if intake.triage in (Triage.EMERGENCY, Triage.DOCTOR) or judged.level in (Level.NEVER, Level.CLEARANCE):
        return None
    asked = safety_questions_for(held.catalogue, *order.techniques)
    closing = conditions_against(held.catalogue, order.techniques)
    is_same = intake.catalogue_version == held.label
    open_now = tuple(
        each
        for each in asked.conditions
        if each.slug not in conditions and (each.group == CONDITIONS_OF_TODAY or each.slug in closing or not is_same)
    )
    known = conditions & frozenset(each.slug for each in asked.conditions)
    answers = SafetyAnswers(conditions=known, red_flags=frozenset())
    return StandingAnswers(answers, intake.given_at, SafetyQuestions(open_now, asked.red_flags))


def conditions_against(catalogue: Catalogue, techniques: Iterable[str]) -> frozenset[str]:
    """The conditions with which one of these kinds of massage must not be given."""
    rows = (row for each in techniques for row in catalogue.index.levels.get(each, ()))
    return frozenset(slug for level, reasons in rows if level == Level.NEVER for slug in reasons)


def lasting_conditions(client: Client, intake: Intake) -> frozenset[str]:
    """What an intake and the bookings since say and imply, without what was true only on that day."""
    named = current_catalogue().index.conditions
    said = set(intake.conditions)
    for screening in Screening.objects.filter(client=client, given_at__gt=intake.given_at):
        said |= set(screening.conditions)
    return with_implied((slug for slug in said & named.keys() if named[slug].group != CONDITIONS_OF_TODAY), intake)
