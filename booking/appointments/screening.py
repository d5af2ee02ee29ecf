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
from clients.care.items import Level
from clients.care.levels import Triage
from clients.care.passing import passed_at
from clients.catalogue import current_catalogue
from clients.intake.screening import ScreeningResult, screen_answers
from clinic.models import Practice

REGULAR_TECHNIQUE = "regular-massage"
# Which level to prefer when another service is offered in place of a refused one.
LEVEL_PREFERENCE = (Level.OK, Level.CAUTION, Level.LOCAL_AVOID, Level.CLEARANCE)


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

    Raises Emergency for an emergency answer (I7); NotSuitable where a doctor comes first or the service must not be
    given, with the nearest service that suits, at `start` where that is free; NotSuitable where only an add-on must not
    be given, with the same service without it; Refusal for an unknown slug.
    """
    service, told = order.service, answers
    answers = told.at(start)
    screened = judge_technique(service.technique.slug, answers, practice)
    must_allow_massage(screened, practice)
    if screened.level == Level.NEVER:
        raise NotSuitable(
            _("%(service)s is not safe for you right now.") % {"service": service.name},
            reasons=[HealthReason(why.condition, why.name, why.reason) for why in screened.because],
            instead=suggest_alternative(order, answers, start=start, therapist=therapist, practice=practice),
            for_team=_("%(service)s is not safe with these answers.") % {"service": service.name},
            later_from=earliest_start(order, told, practice=practice),
        )
    must_allow_add_ons(order, answers, start=start, therapist=therapist, practice=practice)
    _own, *added = order.techniques
    found = worst_suitability([screened, *(judge_technique(each, answers, practice) for each in added)])
    # What has passed by then was told all the same, and is kept with the rest.
    return replace(found, conditions=current_catalogue().index.in_order(told.conditions))


def must_allow_massage(screened: ScreeningResult, practice: Practice) -> None:
    """Refuse any massage where a warning sign was ticked. Raises Emergency (I7), NotSuitable for a doctor first."""
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
            reasons=[HealthReason(slug, text, text) for slug, text in zip(screened.flags, screened.texts, strict=True)],
            instead=None,
            for_team=_("With these answers a doctor comes before any massage."),
        )


def earliest_start(order: Order, answers: SafetyAnswers, *, practice: Practice) -> dt.datetime | None:
    """The first moment at which what passes stands in the way of this order no more; None where nothing of that kind
    does, or where something else does too."""
    rest = answers.at(None)
    if rest.conditions == answers.conditions or is_ruled_out(order, rest, practice):
        return None
    told_at = answers.told_at or timezone.now()
    passing = answers.conditions - rest.conditions
    moments = sorted({over for slug in passing if (over := passed_at(slug, told_at)) is not None})
    before = [told_at, *moments[:-1]]
    return next(
        (
            moment
            for moment, since in zip(reversed(moments), reversed(before), strict=True)
            if is_ruled_out(order, answers.at(since), practice)
        ),
        None,
    )


def is_ruled_out(order: Order, answers: SafetyAnswers, practice: Practice) -> bool:
    """Whether the answers rule out the service or something added to it."""
    return any(judge_technique(each, answers, practice).level == Level.NEVER for each in order.techniques)


def must_allow_add_ons(
    order: Order, answers: SafetyAnswers, *, start: dt.datetime | None, therapist: Therapist | None, practice: Practice
) -> None:
    """Refuse add-ons that are not safe, and offer the appointment without them. Raises NotSuitable."""
    kept = suitable_add_ons(order.add_ons, answers, practice)
    refused = [each for each in order.add_ons if each not in kept]
    if not refused:
        return
    found = judge_techniques([each.technique.slug for each in refused if each.technique], answers, practice)
    without = Order.of(order.service, kept)
    names = {"add_ons": " + ".join(each.name for each in refused)}
    raise NotSuitable(
        _("Not safe for you right now: %(add_ons)s.") % names,
        reasons=[HealthReason(why.condition, why.name, why.reason) for why in found.because],
        instead=order_at_same_time(without, start, therapist, practice) or SuggestedService(without),
        for_team=_("Not safe with these answers: %(add_ons)s.") % names,
    )


def suitable_add_ons(add_ons: Iterable[AddOn], answers: SafetyAnswers, practice: Practice) -> tuple[AddOn, ...]:
    """Those add-ons that these answers do not rule out; one without a kind of massage of its own changes nothing."""
    return tuple(
        each
        for each in add_ons
        if each.technique is None or judge_technique(each.technique.slug, answers, practice).level != Level.NEVER
    )


def judge_technique(technique: str, answers: SafetyAnswers, practice: Practice) -> ScreeningResult:
    """What the engine says of one kind of massage for these answers."""
    return screen_answers(
        technique_slug=technique, conditions=answers.conditions, red_flags=answers.red_flags, region=practice.country
    )


def judge_techniques(techniques: Iterable[str], answers: SafetyAnswers, practice: Practice) -> ScreeningResult:
    """What the engine says of several kinds of massage in one appointment."""
    return worst_suitability([judge_technique(each, answers, practice) for each in techniques])


def worst_suitability(found: Sequence[ScreeningResult]) -> ScreeningResult:
    """The worst of what was said of the kinds of massage in one appointment, with every reason for it."""
    worst = min(found, key=lambda each: list(Level).index(each.level))
    reasons = {why.condition: why for each in found if each.level == worst.level for why in each.because}
    return replace(worst, because=tuple(reasons.values()))


def suggest_alternative(
    order: Order,
    answers: SafetyAnswers,
    *,
    start: dt.datetime | None,
    therapist: Therapist | None,
    practice: Practice,
) -> SuggestedService | None:
    """The service nearest in kind and length that these answers allow; at the same time where it is free then.

    What was added comes along where the other service is offered with it and it suits.
    """
    service = order.service
    others = [
        each for each in allowed_services(service, answers, practice) if each.technique_id != service.technique_id
    ]
    if not others:
        return None
    orders = [Order.of(other, add_ons_kept_with(other, order.add_ons, answers, practice)) for other in others]
    at_once = (order_at_same_time(each, start, therapist, practice) for each in orders)
    return next((each for each in at_once if each), None) or SuggestedService(orders[0])


def add_ons_kept_with(
    service: Service, add_ons: Sequence[AddOn], answers: SafetyAnswers, practice: Practice
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


def allowed_services(service: Service, answers: SafetyAnswers, practice: Practice) -> Sequence[Service]:
    """The services on offer that these answers allow: safest first, then the regular massage, then by length."""
    offered = list(Service.objects.on_offer().for_the_same_people(service).select_related("technique"))
    levels = {
        slug: judge_technique(slug, answers, practice).level for slug in {each.technique.slug for each in offered}
    }

    def order(other: Service) -> tuple[int, bool, int, int]:
        slug = other.technique.slug
        apart = abs(other.minutes - service.minutes)
        return LEVEL_PREFERENCE.index(Level(levels[slug])), slug != REGULAR_TECHNIQUE, apart, other.minutes

    return sorted((each for each in offered if levels[each.technique.slug] in LEVEL_PREFERENCE), key=order)


def therapists_free_at(
    order: Order, start: dt.datetime, *, prefer: Therapist | None, practice: Practice
) -> list[Therapist]:
    """Who can be booked for this at this time, the preferred therapist first."""
    day = start.astimezone(practice.zone).date()
    book = schedule.read_schedule(order, first=day, last=day)
    free: Iterable[Therapist] = (each for each in book.therapists.values() if book.check(each, start).free)
    return sorted(free, key=lambda each: prefer is None or each.pk != prefer.pk)
