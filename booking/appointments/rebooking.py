"""Booking the same once more: what it was, with whom, and which of the safety answers still stand."""

import datetime as dt
import hashlib
import itertools
from dataclasses import dataclass, replace

from django.utils import timezone

from booking.appointments.known_health import answers_at
from booking.appointments.next_appointment import named_interval
from booking.appointments.safety_questions import SafetyQuestions, safety_questions_for
from booking.appointments.screening import SafetyAnswers
from booking.models import BOOKED, AddOn, Appointment, Service, SessionNote, Therapist
from booking.scheduling import schedule
from booking.scheduling.order import Order, order_as_booked
from booking.scheduling.schedule import FreeTime, open_services
from clients.care import Triage
from clients.care.conditions import present_conditions
from clients.care.screening import passes
from clients.catalogue import current_catalogue, current_edition
from clients.intake.screening import screen_answers
from clients.models import Client, Intake, Screening
from clinic.models import Practice

MOST_TIMES = 3
# What a health form asks for where nothing was booked yet.
REGULAR_MASSAGE = "regular-massage"


@dataclass(frozen=True)
class LastOrder:
    """What a client had last: at today's lengths and prices, with the therapist who still gives it, if any."""

    appointment: Appointment
    order: Order
    therapist: Therapist | None


def last_order_of(client: Client) -> LastOrder | None:
    """The order of the newest appointment that has taken place and can still be booked by people who come again, or
    None. What is still to come is no measure of what to book again."""
    been = Appointment.objects.with_people().filter(client=client, status__in=BOOKED, ends_at__lte=timezone.now())
    offered = Service.objects.on_offer().exclude(audience=Service.Audience.NEW)
    had = list(offered.filter(pk__in=been.order_by().values("service"))) if client.may_book_online else []
    last = been.filter(service__in=open_services(had)).order_by("-starts_at").first() if had else None
    if last is None:
        return None
    add_ons = [each for each in AddOn.objects.offered_with(last.service) if each in order_as_booked(last).add_ons]
    still_gives = last.service.therapists.at_work().filter(pk=last.therapist_id).exists()
    return LastOrder(last, Order.of(last.service, add_ons), last.therapist if still_gives else None)


def day_to_come_again(last: LastOrder, practice: Practice) -> dt.date | None:
    """The local day at the interval that the therapist named, where it is still to come; else None."""
    note = SessionNote.objects.filter(appointment=last.appointment).first()
    weeks = named_interval(last.appointment, note)
    if weeks is None:
        return None
    day = practice.date_of(last.appointment.starts_at) + dt.timedelta(weeks=weeks)
    return day if day > practice.date_of(timezone.now()) else None


def times_to_come_again(
    usual: LastOrder, since: dt.date | None, practice: Practice
) -> tuple[list[FreeTime], Therapist | None]:
    """The first free time of each of the next days from `since` (or today) on, with the same therapist; with anyone
    where that one has none, and from today on where nothing is free from then on."""
    for whom in dict.fromkeys((usual.therapist, None)):
        for first in dict.fromkeys((since, None)):
            if free := first_time_per_day(usual.order, whom, first, practice):
                return free, whom
    return [], None


def first_time_per_day(
    order: Order, therapist: Therapist | None, since: dt.date | None, practice: Practice
) -> list[FreeTime]:
    """One time a day, for the next three days that have any: three times of one morning are one choice, not three."""
    coming = schedule.upcoming_times(order, therapist=therapist, since=since)
    days = itertools.groupby(coming, key=lambda each: practice.date_of(each.start))
    return [next(times) for _day, times in itertools.islice(days, MOST_TIMES)]


@dataclass(frozen=True)
class StandingAnswers:
    """Answers on file that still count, since when, and what must be asked again: it changes from day to day.

    `suits`: whether the massage can be given with them, without a doctor's word.
    """

    answers: SafetyAnswers
    since: dt.datetime
    today: SafetyQuestions
    suits: bool

    @property
    def asked(self) -> str:
        """Which questions these are, in short: a "no" counts for what was read, not for what is asked since."""
        return hashlib.sha256(" ".join(sorted(self.today.slugs)).encode()).hexdigest()[:16]


def standing_answers(client: Client, order: Order, practice: Practice) -> StandingAnswers | None:
    """The safety answers that may be taken over where the client says that nothing is new; None: ask everything.

    Only answers of their own whole intake, at most a year old and without a stop, together with what bookings said
    since. A "no" is never taken over to what is true only for a day; nor to anything where the catalogue has changed
    since, because it may ask more now. Warning signs are asked of who came with a complaint.
    """
    now, held = timezone.now(), current_edition()
    intake = Intake.objects.latest_of(client)
    if intake is None or intake.is_out_of_date(now) or not Triage(intake.triage).allows_massage:
        return None
    asked = safety_questions_for(held.catalogue, *order.judged_items, region=practice.country)
    answers = lasting_answers(client, intake, order, practice)
    judged = answers.for_engine(practice, technique=order.technique)
    found = screen_answers(judged, order.judged_items, practice=practice)
    is_same = intake.catalogue_version == held.label
    settled = {
        each.id
        for each in asked.conditions
        if each.id in answers.conditions or (is_same and not passes(held.catalogue, each.id))
    }
    has_complaint = bool(intake.symptoms or intake.marks.exists())
    flags = frozenset() if has_complaint else frozenset(each.id for each in asked.red_flags)
    return StandingAnswers(
        answers=replace(answers, with_pain=has_complaint),
        since=intake.given_at,
        today=asked.without(settled | flags),
        suits=found.triage.allows_massage and not found.level.holds_back,
    )


def lasting_answers(client: Client, intake: Intake, order: Order, practice: Practice) -> SafetyAnswers:
    """What an intake and the bookings since say and imply, as told now, without what was true only on that day."""
    now, catalogue = timezone.now(), current_catalogue()
    since = Screening.objects.filter(client=client, given_at__gt=intake.given_at).order_by("-given_at")
    told = answers_at(now, client, intake, list(since), technique=order.technique, practice=practice)
    present = present_conditions(catalogue.index, told).conditions
    return SafetyAnswers(
        conditions=frozenset(slug for slug in present if not passes(catalogue, slug)),
        checked=told.checked,
        where=told.where,
        weeks=told.weeks,
    )


def file_answers(client: Client, order: Order, practice: Practice) -> StandingAnswers | None:
    """What the file of a client answers of an order at the desk; None where it leaves more open than what passes by
    itself, so that nobody knows it but the client."""
    standing, catalogue = standing_answers(client, order, practice), current_catalogue()
    if standing is None or any(not passes(catalogue, each.id) for each in standing.today.conditions):
        return None
    return replace(standing, answers=replace(standing.answers, with_pain=False))
