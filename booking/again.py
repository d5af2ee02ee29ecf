"""Booking the same once more: what it was, with whom, and which of the safety answers still stand."""

import datetime as dt
import hashlib
import itertools
from collections.abc import Iterable
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
from clients.care import Catalogue, Level, Triage
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
    still_gives = last.service.therapists.at_work().filter(pk=last.therapist_id).exists()
    return Usual(order_of(last.service, add_ons), last.therapist if still_gives else None)


def soonest(usual: Usual) -> tuple[list[FreeTime], Therapist | None]:
    """The first free time of each of the next days with the same therapist; with anyone where that one has none."""
    free = first_of_days(usual.order, usual.therapist)
    if free or usual.therapist is None:
        return free, usual.therapist
    return first_of_days(usual.order, None), None


def first_of_days(order: Order, therapist: Therapist | None) -> list[FreeTime]:
    """One time a day, for the next three days that have any: three times of one morning are one choice, not three."""
    zone = Practice.current().zone
    days = itertools.groupby(
        diary.upcoming(order, therapist=therapist), key=lambda each: each.start.astimezone(zone).date()
    )
    return [next(times) for _day, times in itertools.islice(days, TIMES)]


@dataclass(frozen=True)
class Standing:
    """Answers on file that still count, since when, and what must be asked again: it changes from day to day."""

    answers: Answers
    since: dt.datetime
    today: Questions

    @property
    def asked(self) -> str:
        """Which questions these are, in short: a "no" counts for what was read, not for what is asked since."""
        return hashlib.sha256(" ".join(sorted(self.today.slugs)).encode()).hexdigest()[:16]


def standing_answers(client: Client, order: Order) -> Standing | None:
    """The safety answers that may be taken over where the client says that nothing is new; None: ask everything.

    Only answers of their own whole intake, at most a year old, together with what bookings said since; and only where
    they speak neither against the order nor for a doctor. A "no" is never taken over to what is true only for a day
    and to what would close this very massage, such as a sunburn before hot stones; nor to anything where the catalogue
    has changed since, because it may ask more now.
    """
    now, practice, held = timezone.now(), Practice.current(), edition()
    intake = client.latest_intake()
    if intake is None or now - intake.given_at > INTAKE_LASTS:
        return None
    conditions = lasting_conditions(client, intake)
    judged = judge_all(order.techniques, Answers(conditions=conditions, red_flags=frozenset()), practice)
    if intake.triage in (Triage.EMERGENCY, Triage.DOCTOR) or judged.level in (Level.NEVER, Level.CLEARANCE):
        return None
    asked = questions_for(held.catalogue, *order.techniques)
    closing = never_with(held.catalogue, order.techniques)
    is_same = intake.catalogue_version == held.label
    open_now = tuple(
        each
        for each in asked.conditions
        if each.slug not in conditions and (each.group == ONLY_TODAY or each.slug in closing or not is_same)
    )
    known = conditions & frozenset(each.slug for each in asked.conditions)
    answers = Answers(conditions=known, red_flags=frozenset())
    return Standing(answers, intake.given_at, Questions(open_now, asked.red_flags))


def never_with(catalogue: Catalogue, techniques: Iterable[str]) -> frozenset[str]:
    """The conditions with which one of these kinds of massage must not be given."""
    rows = (row for each in techniques for row in catalogue.index.levels.get(each, ()))
    return frozenset(slug for level, reasons in rows if level == Level.NEVER for slug in reasons)


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
