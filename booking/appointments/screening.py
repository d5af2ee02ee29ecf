"""The safety question at booking: what the care engine says of one service, and what to offer instead."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.booking_request import SafetyAnswers
from booking.errors import EmergencyAnswer, HealthReason, NotSuitable, SuggestedService
from booking.models import AddOn, Service, Therapist
from booking.scheduling import schedule
from booking.scheduling.order import Order
from booking.scheduling.readiness import open_services
from clients.care import Answers, Level, Triage
from clients.care.screening import lapses_at
from clients.catalogue import current_catalogue
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
    screened = judge(order, answers.at(start), practice)
    must_allow_massage(screened, practice)
    judged = screened.answers
    alone = screen_answers(judged, [order.service.technique], practice=practice)
    later_from = earliest_start(order, answers, practice=practice)
    if alone.level is Level.NEVER:
        raise NotSuitable(
            _("%(service)s is not safe for you right now.") % {"service": order.service.name},
            reasons=health_reasons(alone),
            instead=suggest_alternative(order, judged, start=start, therapist=therapist, practice=practice),
            for_team=_("%(service)s is not safe with these answers.") % {"service": order.service.name},
            later_from=later_from,
        )
    must_allow_add_ons(order, judged, start=start, therapist=therapist, practice=practice)
    if start is not None and later_from is not None and start < later_from:
        raise NotSuitable(
            _("%(order)s is not safe for you right now.") % {"order": order.name},
            reasons=health_reasons(screened),
            instead=None,
            for_team=_("Not safe with these answers on that day."),
            later_from=later_from,
        )
    # What has passed by then was told all the same, and is kept with the rest.
    return replace(screened, answers=answers.for_engine(practice, technique=order.technique))


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
            reasons=[HealthReason(each.slug, each.name, each.text) for each in screened.signs],
            instead=None,
            for_team=_("With these answers a doctor comes before any massage."),
            is_doctor_first=True,
            may_be_checked=all(each.may_be_checked for each in screened.signs),
        )


def health_reasons(screened: ScreeningResult) -> list[HealthReason]:
    """Why it cannot simply take place, the most severe first, as the client may read it."""
    return [HealthReason(why.condition, why.name, why.reason) for why in screened.in_the_way]


def earliest_start(order: Order, answers: SafetyAnswers, *, practice: Practice) -> dt.datetime | None:
    """The first moment at which what passes stands in the way of this order no more; None where nothing of that kind
    does, or where something else does too."""
    rest = answers.at(None)
    passing = answers.conditions - rest.conditions
    if not passing:
        return None
    level_without = judge(order, rest, practice).level
    if level_without is Level.NEVER:
        return None

    def is_in_the_way(then: dt.datetime) -> bool:
        level = judge(order, answers.at(then), practice).level
        return level.holds_back and level.rank < level_without.rank

    told_at = answers.told_at or timezone.now()
    catalogue = current_catalogue()
    over = (lapses_at(catalogue, slug, told_at) for slug in passing)
    moments = sorted({moment for moment in over if moment is not None})
    before = [told_at, *moments[:-1]]
    return next(
        (moment for moment, since in zip(reversed(moments), reversed(before), strict=True) if is_in_the_way(since)),
        None,
    )


def judge(order: Order, answers: SafetyAnswers, practice: Practice) -> ScreeningResult:
    """What answers that hold mean for an order."""
    told = answers.for_engine(practice, technique=order.technique)
    return screen_answers(told, order.judged_items, practice=practice)


def must_allow_add_ons(
    order: Order, answers: Answers, *, start: dt.datetime | None, therapist: Therapist | None, practice: Practice
) -> None:
    """Refuse add-ons that are not safe, and offer the appointment without them. Raises NotSuitable."""
    kept = suitable_add_ons(order.add_ons, answers, practice)
    refused = [each for each in order.add_ons if each not in kept]
    if not refused:
        return
    items = [slug for each in refused for slug in each.judged_items]
    without = Order.of(order.service, kept)
    names = {"add_ons": " + ".join(each.name for each in refused)}
    raise NotSuitable(
        _("Not safe for you right now: %(add_ons)s.") % names,
        reasons=health_reasons(screen_answers(answers, items, practice=practice)),
        instead=order_at_same_time(without, start, therapist, practice) or SuggestedService(without),
        for_team=_("Not safe with these answers: %(add_ons)s.") % names,
    )


def suitable_add_ons(add_ons: Iterable[AddOn], answers: Answers, practice: Practice) -> tuple[AddOn, ...]:
    """Those add-ons that these answers do not rule out; one that carries no danger changes nothing."""
    return tuple(
        each
        for each in add_ons
        if screen_answers(answers, each.judged_items, practice=practice).level is not Level.NEVER
    )


def suggest_alternative(
    order: Order,
    answers: Answers,
    *,
    start: dt.datetime | None,
    therapist: Therapist | None,
    practice: Practice,
) -> SuggestedService | None:
    """The service nearest in kind and length that these answers allow and that can be booked; at the same time where it
    is free then.

    What was added comes along where the other service is offered with it and it suits.
    """
    service = order.service
    allowed = [each for each in allowed_services(service, answers, practice) if each.technique != service.technique]
    bookable = open_services(allowed) if allowed else set()
    others = [each for each in allowed if each.pk in bookable]
    if not others:
        return None
    orders = [Order.of(other, add_ons_kept_with(other, order.add_ons, answers, practice)) for other in others]
    at_once = (order_at_same_time(each, start, therapist, practice) for each in orders)
    return next((each for each in at_once if each), None) or SuggestedService(orders[0])


def add_ons_kept_with(
    service: Service, add_ons: Sequence[AddOn], answers: Answers, practice: Practice
) -> tuple[AddOn, ...]:
    """What of the add-ons may stay when the service becomes another: what is offered with it, and suits."""
    if not add_ons:
        return ()
    offered = set(AddOn.objects.offered_with(service))
    return suitable_add_ons((each for each in add_ons if each in offered), answers, practice)


def order_at_same_time(
    order: Order, start: dt.datetime | None, therapist: Therapist | None, practice: Practice
) -> SuggestedService | None:
    """An order at a time that was chosen, where somebody has it free then."""
    free = therapists_free_at(order, start, prefer=therapist, practice=practice) if start is not None else []
    keys = tuple(str(each.public_id) for each in free)
    return SuggestedService(order, start, keys) if free else None


def allowed_services(service: Service, answers: Answers, practice: Practice) -> Sequence[Service]:
    """The services on offer that these answers allow: safest first, then the regular massage, then by length."""
    offered = list(Service.objects.on_offer().for_the_same_people(service))
    levels = {
        slug: screen_answers(answers, [slug], practice=practice).level for slug in {each.technique for each in offered}
    }

    def order(other: Service) -> tuple[int, bool, int, int]:
        apart = abs(other.minutes - service.minutes)
        return -levels[other.technique].rank, other.technique != REGULAR_TECHNIQUE, apart, other.minutes

    return sorted((each for each in offered if levels[each.technique] is not Level.NEVER), key=order)


def therapists_free_at(
    order: Order, start: dt.datetime, *, prefer: Therapist | None, practice: Practice
) -> list[Therapist]:
    """Who can be booked for this at this time, the preferred therapist first."""
    day = start.astimezone(practice.zone).date()
    book = schedule.read_schedule(order, first=day, last=day)
    free: Iterable[Therapist] = (each for each in book.therapists.values() if book.check(each, start).free)
    return sorted(free, key=lambda each: prefer is None or each.pk != prefer.pk)
