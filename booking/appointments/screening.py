"""The safety question at booking: what was answered, what that means for an order, and what to offer instead."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.suggestion import suggest_alternative
from booking.errors import EmergencyAnswer, NotSuitable
from booking.models import Therapist
from booking.scheduling.order import Order
from clients.care import Answers, Level, Triage
from clients.care.answers import only_known
from clients.care.screening import booking_flags, holding_conditions, lapses_at
from clients.catalogue import current_catalogue
from clients.catalogue.texts import client_text
from clients.intake.screening import ScreeningResult, places_from_json, screen_answers, weeks_on
from clients.models import Intake, Screening
from clinic.models import Practice


@dataclass(frozen=True, kw_only=True)
class SafetyAnswers:
    """The answers to the safety question, as catalogue slugs."""

    conditions: frozenset[str] = frozenset()
    red_flags: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    """Warning signs answered with no; see `with_the_rest_denied`."""
    checked: Mapping[str, str] = field(default_factory=dict)
    """Warning signs that a doctor has looked at: slug and ISO date."""
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The places of conditions: slug and slugs of areas."""
    weeks: int | None = None
    """Of pregnancy, when it was told."""
    with_pain: bool = False
    """Whether they come with pain or an injury."""
    retracted: frozenset[str] = frozenset()
    """What was ticked first in this booking and then taken back: for the therapist to read, judged by nobody."""
    told_at: dt.datetime | None = None
    """When it was told; without, now. What passes counts from then."""

    @classmethod
    def on_file(cls, given: Screening | Intake) -> Self:
        """What was told then, without words that the catalogue has lost since: they are passed over, never an error."""
        said = Answers(
            conditions=frozenset(given.conditions),
            red_flags=frozenset(given.red_flags),
            denied=frozenset(given.denied),
            checked=given.checked,
            where=places_from_json(given.where),
        )
        index = current_catalogue().index
        known = only_known(index, said)
        # What own words name counts as ticked; that something was written at all is for the session's own look.
        words = index.allergy_words
        named = words.read(given.allergies if isinstance(given, Intake) else "") | words.read_alert(given.client.alert)
        return cls(
            conditions=known.conditions | named.conditions - {index.sections.meta.own_words.condition},
            red_flags=known.red_flags,
            denied=known.denied,
            checked=known.checked,
            where=known.where,
            weeks=given.weeks,
            with_pain=isinstance(given, Screening) and given.with_pain,
            told_at=given.given_at,
        )

    def with_the_rest_denied(self) -> Self:
        """The answers with a no to every warning sign asked before a booking that got no yes: one button says so."""
        asked = {flag.id for flag in booking_flags(current_catalogue())}
        return replace(self, denied=self.denied | (asked - self.red_flags - self.checked.keys()))

    def after(self, earlier: Self) -> Self:
        """These answers with earlier ones that still count. Nobody has denied the rest: it is open until somebody
        asks."""
        # What is told again now was not looked at by a doctor then.
        looked_at = {slug: day for slug, day in earlier.checked.items() if slug not in self.red_flags}
        return replace(
            self,
            conditions=earlier.conditions | self.conditions,
            red_flags=earlier.red_flags | self.red_flags,
            denied=frozenset(),
            checked={**looked_at, **self.checked},
            where={**earlier.where, **self.where},
            weeks=earlier.weeks if self.weeks is None else self.weeks,
            with_pain=self.with_pain or earlier.with_pain,
        )

    def told_now(self) -> Self:
        """The answers as if they were given now."""
        now = timezone.now()
        return replace(self, told_at=None, weeks=weeks_on(self.weeks, told_at=self.told_at or now, at=now))

    @property
    def ticked(self) -> frozenset[str]:
        """Everything that got a yes."""
        return self.conditions | self.red_flags | self.checked.keys()

    def names(self, practice: Practice) -> list[str]:
        """What got a yes, in words."""
        index = current_catalogue().index
        entries = (index.conditions.get(slug) or index.red_flags[slug] for slug in index.in_order(self.ticked))
        return [client_text(each.name, practice) for each in entries]

    def at(self, start: dt.datetime | None) -> Self:
        """The answers that still hold at `start`; without a start, those that do not pass by themselves."""
        now = timezone.now()
        told_at = self.told_at or now
        held = holding_conditions(current_catalogue(), self.conditions, told_at=told_at, start=start, now=now)
        return replace(self, conditions=held, weeks=weeks_on(self.weeks, told_at=told_at, at=start or told_at))

    def for_engine(self, practice: Practice, *, technique: str | None = None) -> Answers:
        """The answers as the care engine takes them, for one technique; one that the catalogue has lost is none."""
        return Answers(
            conditions=self.conditions,
            red_flags=self.red_flags,
            denied=self.denied,
            checked=self.checked,
            where=self.where,
            weeks=self.weeks,
            service=technique if technique in current_catalogue().index.techniques else None,
            region=practice.country,
        )

    @property
    def is_known(self) -> bool:
        """Whether the catalogue in force still has a word for all of it."""
        index = current_catalogue().index
        signs = self.red_flags | self.denied | self.checked.keys()
        return self.conditions | self.where.keys() <= index.conditions.keys() and signs <= index.red_flags.keys()


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
            reasons=screened.signs,
            for_team=_("With these answers a doctor comes before any massage."),
            is_doctor_first=True,
            may_be_checked=all(each.may_be_checked for each in screened.signs),
            is_for_today=any(each.is_for_today for each in screened.signs),
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
    raise NotSuitable(
        _("%(what)s: not for you now.") % {"what": what},
        for_team=_("%(what)s: not for this client now.") % {"what": what},
        reasons=tuple(why for why in screened.told_of(judged) if why.level.holds_back),
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
