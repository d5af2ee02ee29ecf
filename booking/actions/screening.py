"""The safety question at booking: what the care engine says of one service, and what to offer instead."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from booking import diary
from booking.actions.wishes import Answers
from booking.errors import Emergency, Instead, NotSuitable, Reason
from booking.models import AddOn, Service, Therapist
from booking.order import Order, Wanted, order_of
from clients.actions import Screened, screen_answers
from clients.care.items import Level
from clients.care.levels import Triage
from clients.care.passing import over_at
from clients.catalogue import current
from clinic.models import Practice

REGULAR = "regular-massage"
# Which level to prefer when another service is offered in place of a refused one.
PREFERENCE = (Level.OK, Level.CAUTION, Level.LOCAL_AVOID, Level.CLEARANCE)


def screen(
    wanted: Wanted,
    answers: Answers,
    *,
    add_ons: Sequence[AddOn] = (),
    start: dt.datetime | None = None,
    therapist: Therapist | None = None,
    practice: Practice | None = None,
) -> Screened:
    """Judge one service and what is added to it by the answers given, for the day of the appointment: what will have
    passed at `start` is no bar; without a start, nothing that passes is.

    Raises Emergency for an emergency answer (I7); NotSuitable where a doctor comes first or the service must not be
    given, with the nearest service that suits, at `start` where that is free; NotSuitable where only an add-on must not
    be given, with the same service without it; Refusal for an unknown slug.
    """
    order, practice = order_of(wanted, add_ons), practice or Practice.current()
    service, told = order.service, answers
    answers = told.at(start)
    screened = judge(service.technique.slug, answers, practice)
    if screened.triage == Triage.EMERGENCY:
        raise Emergency(
            _("Please get medical help now. %(call)s.") % {"call": practice.emergency_call},
            texts=screened.texts,
            for_team=_("These answers are an emergency: they should get medical help now. %(call)s.")
            % {"call": practice.emergency_call},
        )
    if screened.triage == Triage.DOCTOR:
        raise NotSuitable(
            _("Please see a doctor before your massage. We are glad to book you in once you have been checked."),
            reasons=[Reason(slug, text, text) for slug, text in zip(screened.flags, screened.texts, strict=True)],
            instead=None,
            for_team=_("With these answers a doctor comes before any massage."),
        )
    if screened.level == Level.NEVER:
        raise NotSuitable(
            _("%(service)s is not safe for you right now.") % {"service": service.name},
            reasons=[Reason(why.condition, why.name, why.reason) for why in screened.because],
            instead=suitable_instead(order, answers, start=start, therapist=therapist, practice=practice),
            for_team=_("%(service)s is not safe with these answers.") % {"service": service.name},
            later_from=earliest_start(order, told, practice=practice),
        )
    must_suit(order, answers, start=start, therapist=therapist, practice=practice)
    _own, *added = order.techniques
    found = worst_of([screened, *(judge(each, answers, practice) for each in added)])
    # What has passed by then was told all the same, and is kept with the rest.
    return replace(found, conditions=current().index.in_order(told.conditions))


def earliest_start(order: Order, answers: Answers, *, practice: Practice) -> dt.datetime | None:
    """The first moment at which what passes stands in the way of this order no more; None where nothing of that kind
    does, or where something else does too."""
    rest = answers.at(None)
    if rest.conditions == answers.conditions or stands_in_the_way(order, rest, practice):
        return None
    told_at = answers.told_at or timezone.now()
    passing = answers.conditions - rest.conditions
    moments = sorted({over for slug in passing if (over := over_at(slug, told_at)) is not None})
    before = [told_at, *moments[:-1]]
    return next(
        (
            moment
            for moment, since in zip(reversed(moments), reversed(before), strict=True)
            if stands_in_the_way(order, answers.at(since), practice)
        ),
        None,
    )


def stands_in_the_way(order: Order, answers: Answers, practice: Practice) -> bool:
    """Whether the answers rule out the service or something added to it."""
    return any(judge(each, answers, practice).level == Level.NEVER for each in order.techniques)


def must_suit(
    order: Order, answers: Answers, *, start: dt.datetime | None, therapist: Therapist | None, practice: Practice
) -> None:
    """Refuse add-ons that are not safe, and offer the visit without them. Raises NotSuitable."""
    kept = suitable(order.add_ons, answers, practice)
    refused = [each for each in order.add_ons if each not in kept]
    if not refused:
        return
    found = judge_all([each.technique.slug for each in refused if each.technique], answers, practice)
    without = order_of(order.service, kept)
    names = {"add_ons": " + ".join(each.name for each in refused)}
    raise NotSuitable(
        _("Not safe for you right now: %(add_ons)s.") % names,
        reasons=[Reason(why.condition, why.name, why.reason) for why in found.because],
        instead=at_the_same_time(without, start, therapist) or Instead(order.service, None, add_ons=kept),
        for_team=_("Not safe with these answers: %(add_ons)s.") % names,
    )


def suitable(add_ons: Iterable[AddOn], answers: Answers, practice: Practice) -> tuple[AddOn, ...]:
    """Those add-ons that these answers do not rule out; one without a kind of massage of its own changes nothing."""
    return tuple(
        each
        for each in add_ons
        if each.technique is None or judge(each.technique.slug, answers, practice).level != Level.NEVER
    )


def judge(technique: str, answers: Answers, practice: Practice) -> Screened:
    """What the engine says of one kind of massage for these answers."""
    return screen_answers(
        technique_slug=technique, conditions=answers.conditions, red_flags=answers.red_flags, region=practice.country
    )


def judge_all(techniques: Iterable[str], answers: Answers, practice: Practice) -> Screened:
    """What the engine says of several kinds of massage in one visit."""
    return worst_of([judge(each, answers, practice) for each in techniques])


def worst_of(found: Sequence[Screened]) -> Screened:
    """The worst of what was said of the kinds of massage in one visit, with every reason for it."""
    worst = min(found, key=lambda each: list(Level).index(each.level))
    reasons = {why.condition: why for each in found if each.level == worst.level for why in each.because}
    return replace(worst, because=tuple(reasons.values()))


def suitable_instead(
    order: Order,
    answers: Answers,
    *,
    start: dt.datetime | None,
    therapist: Therapist | None,
    practice: Practice,
) -> Instead | None:
    """The service nearest in kind and length that these answers allow; at the same time where it is free then.

    What was added comes along where the other service is offered with it and it suits.
    """
    service = order.service
    others = [each for each in allowed(service, answers, practice) if each.technique_id != service.technique_id]
    if not others:
        return None
    orders = [order_of(other, kept_with(other, order.add_ons, answers, practice)) for other in others]
    at_once = (at_the_same_time(each, start, therapist) for each in orders)
    return next((each for each in at_once if each), None) or Instead(others[0], None, add_ons=orders[0].add_ons)


def kept_with(service: Service, add_ons: Sequence[AddOn], answers: Answers, practice: Practice) -> tuple[AddOn, ...]:
    """What of the add-ons may stay when the service becomes another: what is offered with it, and suits."""
    if not add_ons:
        return ()
    offered = set(AddOn.objects.offered_with(service))
    return suitable((each for each in add_ons if each in offered), answers, practice)


def at_the_same_time(order: Order, start: dt.datetime | None, therapist: Therapist | None) -> Instead | None:
    """An order at a time that was chosen, where somebody has it free then."""
    free = free_with(order, start, prefer=therapist) if start is not None else []
    keys = tuple(str(each.public_id) for each in free)
    return Instead(order.service, start, keys, order.add_ons) if free else None


def allowed(service: Service, answers: Answers, practice: Practice) -> Sequence[Service]:
    """The services on offer that these answers allow: safest first, then the regular massage, then by length."""
    offered = list(Service.objects.on_offer().for_the_same_people(service).select_related("technique"))
    levels = {slug: judge(slug, answers, practice).level for slug in {each.technique.slug for each in offered}}

    def order(other: Service) -> tuple[int, bool, int, int]:
        slug = other.technique.slug
        apart = abs(other.minutes - service.minutes)
        return PREFERENCE.index(Level(levels[slug])), slug != REGULAR, apart, other.minutes

    return sorted((each for each in offered if levels[each.technique.slug] in PREFERENCE), key=order)


def free_with(wanted: Wanted, start: dt.datetime, *, prefer: Therapist | None) -> list[Therapist]:
    """Who can be booked for this at this time, the preferred therapist first."""
    day = start.astimezone(Practice.current().zone).date()
    book = diary.read(wanted, first=day, last=day)
    free: Iterable[Therapist] = (each for each in book.therapists.values() if book.check(each, start).free)
    return sorted(free, key=lambda each: prefer is None or each.pk != prefer.pk)
