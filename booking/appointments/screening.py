"""The safety question at booking: an order is screened once, and where it is refused, what to offer instead."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.booking_request import SafetyAnswers
from booking.errors import EmergencyAnswer, HealthReason, NotSuitable, SuggestedService
from booking.models import AddOn, Service, Therapist
from booking.scheduling.order import Order
from booking.scheduling.readiness import open_services
from booking.scheduling.schedule import therapists_free_at
from clients.care import Level, Triage
from clients.care.screening import lapses_at
from clients.catalogue import current_catalogue
from clients.catalogue.texts import level_in_words
from clients.intake.screening import ScreeningResult, screen_answers
from clinic.models import Practice

REGULAR_TECHNIQUE = "regular-massage"


def screen_order(
    order: Order,
    answers: SafetyAnswers,
    *,
    practice: Practice,
    start: dt.datetime | None = None,
    therapist: Therapist | None = None,
) -> ScreeningResult:
    """Judge one service and what is added to it by the answers given, for the day of the appointment: what will have
    passed at `start` is no bar; without a start, nothing that passes is.

    Raises EmergencyAnswer (I7); NotSuitable where a doctor comes first or the service must not be given, with the
    nearest service that suits, at `start` where that is free; NotSuitable with the day from which it can be given,
    where what is in the way passes by itself; NotSuitable where only an add-on must not be given, with the same
    service without it; Refusal for an unknown slug.
    """
    told = answers.for_engine(practice, technique=order.technique)
    screened = screened_at(start, order, answers, practice)
    if screened.prevents_session:
        must_allow_massage(screened, practice)
        must_suit(order, screened, answers, start=start, therapist=therapist, practice=practice)
    # What has passed by then was told all the same, and is kept with the rest.
    return replace(screened, answers=told)


def screened_at(start: dt.datetime | None, order: Order, answers: SafetyAnswers, practice: Practice) -> ScreeningResult:
    """What the answers that hold at `start` mean for an order; without a start, those that do not pass."""
    told = answers.at(start).for_engine(practice, technique=order.technique)
    return screen_answers(told, order.judged_items, practice=practice)


def must_allow_massage(screened: ScreeningResult, practice: Practice) -> None:
    """Refuse any massage where a warning sign was ticked, or told what a doctor must see first.

    Raises EmergencyAnswer (I7), NotSuitable for a doctor first.
    """
    if screened.triage == Triage.EMERGENCY:
        raise EmergencyAnswer(
            _("Please get medical help now. %(call)s.") % {"call": practice.emergency_call},
            texts=screened.texts,
            for_team=_("These answers are an emergency: they should get medical help now. %(call)s.")
            % {"call": practice.emergency_call},
        )
    if screened.triage == Triage.DOCTOR:
        raise NotSuitable(
            _("Please see a doctor before your massage. We are glad to book you in once you have been checked."),
            reasons=tuple(HealthReason(each.slug, each.name, each.text) for each in screened.signs),
            for_team=_("With these answers a doctor comes before any massage."),
            is_doctor_first=True,
            may_be_checked=all(each.may_be_checked for each in screened.signs),
        )


def must_suit(
    order: Order,
    screened: ScreeningResult,
    answers: SafetyAnswers,
    *,
    start: dt.datetime | None,
    therapist: Therapist | None,
    practice: Practice,
) -> None:
    """Refuse a service or an add-on that must not be given, and what passes by itself but not by `start`.

    What asks only for a doctor's note is let through. Raises NotSuitable.
    """
    later_from = earliest_start(order, answers, practice=practice)
    unsafe = [each for each in order.add_ons if screened.rules_out(each.judged_items)]
    if screened.rules_out([order.service.technique]):
        judged: tuple[str, ...] = (order.service.technique,)
        what = order.service.name
    elif unsafe:
        judged, later_from = tuple(slug for each in unsafe for slug in each.judged_items), None
        what = " + ".join(each.name for each in unsafe)
    elif start is not None and later_from is not None and start < later_from:
        judged, what = order.judged_items, order.name
    else:
        return
    in_the_way = screen_answers(screened.answers, judged, practice=practice).in_the_way
    raise NotSuitable(
        f"{what}: {level_in_words(Level.NEVER).lower()}.",
        for_team=_("%(what)s: not for this client now.") % {"what": what},
        reasons=tuple(HealthReason(why.condition, why.name, why.reason) for why in in_the_way),
        instead=suggest_alternative(order, screened, start=start, therapist=therapist, practice=practice),
        later_from=later_from,
    )


def earliest_start(order: Order, answers: SafetyAnswers, *, practice: Practice) -> dt.datetime | None:
    """The first moment at which what passes stands in the way of this order no more; None where nothing of that kind
    does, or where something else does too."""
    without = screened_at(None, order, answers, practice)
    passing = answers.conditions - without.answers.conditions
    if not passing or without.level is Level.NEVER:
        return None

    def is_in_the_way(then: dt.datetime) -> bool:
        level = screened_at(then, order, answers, practice).level
        return level.holds_back and level.rank < without.level.rank

    told_at = answers.told_at or timezone.now()
    catalogue = current_catalogue()
    over = (lapses_at(catalogue, slug, told_at) for slug in passing)
    moments = sorted({moment for moment in over if moment is not None})
    before = [told_at, *moments[:-1]]
    return next(
        (moment for moment, since in zip(reversed(moments), reversed(before), strict=True) if is_in_the_way(since)),
        None,
    )


def suggest_alternative(
    order: Order,
    screened: ScreeningResult,
    *,
    start: dt.datetime | None,
    therapist: Therapist | None,
    practice: Practice,
) -> SuggestedService | None:
    """The nearest to an order that its answers allow and that can be booked; at `start` where somebody is free then."""
    orders = [Order.of(service, add_ons) for service, add_ons in suiting_instead(order, screened, practice)]
    others = [each.service for each in orders if each.service != order.service]
    bookable = open_services(others) if others else set()
    orders = [each for each in orders if each.service == order.service or each.service.pk in bookable]
    for each in orders:
        if start is not None and (free := therapists_free_at(each, start, prefer=therapist)):
            who = tuple(str(one.public_id) for one in free)
            return SuggestedService(each, start, who, cares_of(each, screened, practice))
    return SuggestedService(orders[0], cares=cares_of(orders[0], screened, practice)) if orders else None


def cares_of(order: Order, screened: ScreeningResult, practice: Practice) -> tuple[HealthReason, ...]:
    """What the answers ask for in a service that is suggested, for the client to read beside it."""
    found = screen_answers(screened.answers, order.judged_items, practice=practice).because
    return tuple(HealthReason(why.condition, why.name, why.reason) for why in found if why.condition and why.for_client)


def suiting_instead(
    order: Order, screened: ScreeningResult, practice: Practice
) -> Iterator[tuple[Service, tuple[AddOn, ...]]]:
    """What suits in place of an order that was screened, the nearest first: the same service without the add-ons that
    must not be given; where the service must not, each other one that is on offer and may, with what can stay."""
    service = order.service
    if not screened.rules_out([service.technique]):
        if (kept := add_ons_kept(order, service, screened)) != order.add_ons:
            yield service, kept
        return
    offered = list(Service.objects.on_offer().for_the_same_people(service))
    levels = screen_answers(screened.answers, {each.technique for each in offered}, practice=practice).levels

    def nearness(other: Service) -> tuple[int, bool, int, int]:
        apart = abs(other.minutes - service.minutes)
        return -levels[other.technique].rank, other.technique != REGULAR_TECHNIQUE, apart, other.minutes

    for other in sorted(offered, key=nearness):
        if levels[other.technique] is not Level.NEVER:
            yield other, add_ons_kept(order, other, screened)


def add_ons_kept(order: Order, service: Service, screened: ScreeningResult) -> tuple[AddOn, ...]:
    """What of an order's add-ons may stay with a service: what suits by the answers, and is offered with it where it is
    another one."""
    suiting = tuple(each for each in order.add_ons if not screened.rules_out(each.judged_items))
    if not suiting or service == order.service:
        return suiting
    offered = set(AddOn.objects.offered_with(service))
    return tuple(each for each in suiting if each in offered)
