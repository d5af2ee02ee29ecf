"""The safety question at booking: what the care engine says of one service, and what to offer instead."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from booking import diary
from booking.actions.wishes import Answers
from booking.errors import Emergency, Instead, NotSuitable, Reason
from booking.models import Service, Therapist
from clients.actions import Screened, screen_answers
from clients.care.items import Level
from clients.care.levels import Triage
from clinic.models import Practice

REGULAR = "regular-massage"
# Which level to prefer when another service is offered in place of a refused one.
PREFERENCE = (Level.OK, Level.CAUTION, Level.LOCAL_AVOID, Level.CLEARANCE)


def screen(
    service: Service,
    answers: Answers,
    *,
    start: dt.datetime | None = None,
    therapist: Therapist | None = None,
    practice: Practice | None = None,
) -> Screened:
    """Judge one service by the answers given.

    Raises Emergency for an emergency answer (I7); NotSuitable where a doctor comes first or the service must not be
    given, with the nearest service that suits, at `start` where that is free; Refusal for an unknown slug.
    """
    practice = practice or Practice.current()
    screened = judge(service.technique.slug, answers, practice)
    if screened.triage == Triage.EMERGENCY:
        raise Emergency(
            _("Please get medical help now. Call %(number)s.") % {"number": practice.emergency_number},
            texts=screened.texts,
        )
    if screened.triage == Triage.DOCTOR:
        raise NotSuitable(
            _("Please see a doctor before your massage. We are glad to book you in once you have been checked."),
            reasons=[Reason(slug, text, text) for slug, text in zip(screened.flags, screened.texts, strict=True)],
            instead=None,
        )
    if screened.level == Level.NEVER:
        raise NotSuitable(
            _("%(service)s is not safe for you right now.") % {"service": service.name},
            reasons=[Reason(why.condition, why.name, why.reason) for why in screened.because],
            instead=suitable_instead(service, answers, start=start, therapist=therapist, practice=practice),
        )
    return screened


def judge(technique: str, answers: Answers, practice: Practice) -> Screened:
    """What the engine says of one kind of massage for these answers."""
    return screen_answers(
        technique_slug=technique, conditions=answers.conditions, red_flags=answers.red_flags, region=practice.region
    )


def suitable_instead(
    service: Service,
    answers: Answers,
    *,
    start: dt.datetime | None,
    therapist: Therapist | None,
    practice: Practice,
) -> Instead | None:
    """The service nearest in kind and length that these answers allow; at the same time where it is free then."""
    others = [each for each in allowed(service, answers, practice) if each.technique_id != service.technique_id]
    if not others:
        return None
    if start is not None:
        for other in others:
            free = free_with(other, start, prefer=therapist)
            if free:
                return Instead(other, start, tuple(str(each.public_id) for each in free))
    return Instead(others[0], None)


def allowed(service: Service, answers: Answers, practice: Practice) -> Sequence[Service]:
    """The services on offer that these answers allow: safest first, then the regular massage, then by length."""
    offered = list(Service.objects.on_offer().for_the_same_people(service).select_related("technique"))
    levels = {slug: judge(slug, answers, practice).level for slug in {each.technique.slug for each in offered}}

    def order(other: Service) -> tuple[int, bool, int, int]:
        slug = other.technique.slug
        apart = abs(other.minutes - service.minutes)
        return PREFERENCE.index(Level(levels[slug])), slug != REGULAR, apart, other.minutes

    return sorted((each for each in offered if levels[each.technique.slug] in PREFERENCE), key=order)


def free_with(service: Service, start: dt.datetime, *, prefer: Therapist | None) -> list[Therapist]:
    """Who can be booked for this service at this time, the preferred therapist first."""
    day = start.astimezone(Practice.current().zone).date()
    book = diary.read(service, first=day, last=day)
    free: Iterable[Therapist] = (each for each in book.therapists.values() if book.check(each, start).free)
    return sorted(free, key=lambda each: prefer is None or each.pk != prefer.pk)
