"""A client's answers as the engine takes them: an intake, and the safety answers of the bookings that still stand."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from django.utils import timezone

from clients.care import Answers, Catalogue
from clients.care.answers import only_known
from clients.care.screening import lasting_conditions
from clients.intake.retraction import standing_warning_signs
from clients.models import ANSWERS_LAST, Client, Intake, Screening
from clients.plans.sessions import SessionContext

# "None of these, in the last two weeks": a no of a booking answers the same question of an intake for so long.
DENIALS_LAST = dt.timedelta(days=14)
WEEK = dt.timedelta(days=7)
LAST_WEEK_OF_PREGNANCY = 45


def engine_answers(
    intake: Intake,
    catalogue: Catalogue,
    technique: str,
    *,
    region: str,
    at: dt.datetime | None = None,
    sessions: SessionContext | None = None,
    screenings: Sequence[Screening] | None = None,
) -> Answers:
    """What is known of a client for the moment `at` (now), under the law of `region`.

    Conditions that pass count until they lapse. A health form takes the place of what was told at bookings well before
    it; a warning sign told there stands until the form denies it. What the catalogue has lost is left out.
    `screenings` are the safety answers of the client's bookings; those that stand, unless they are handed in.
    """
    at, sessions = at or timezone.now(), sessions or SessionContext()
    screenings = screenings_of([intake.client_id]).get(intake.client_id, []) if screenings is None else screenings
    fresh = [each for each in screenings if each.given_at > intake.given_at - DENIALS_LAST]
    older = [each for each in screenings if each not in fresh]
    signs = standing_warning_signs(fresh) | (standing_warning_signs(older) - frozenset(intake.denied))
    conditions = counted_conditions([intake, *fresh], catalogue, at)
    said = combined_answers(intake.client, intake, fresh, signs=signs, conditions=conditions, at=at)
    known = replace(
        said,
        cleared=sessions.cleared,
        visits=sessions.visits,
        sold=sessions.sold,
        service=technique or None,
        region=region,
    )
    return only_known(catalogue.index, known)


def combined_answers(
    client: Client | None,
    intake: Intake | None,
    screenings: Sequence[Screening],
    *,
    signs: frozenset[str],
    conditions: frozenset[str],
    at: dt.datetime,
) -> Answers:
    """An intake and the safety answers of bookings in one, for the moment `at`; `signs` are those of the bookings that
    were not taken back, `conditions` those that count then. What the catalogue has lost is still in it."""
    told: list[Intake | Screening] = [*([intake] if intake else ())]
    told.extend(screenings)
    red_flags = signs.union(intake.red_flags if intake else ())
    return Answers(
        symptoms=frozenset(intake.symptoms if intake else ()),
        onset=frozenset(intake.onset if intake else ()),
        causes=frozenset(intake.causes if intake else ()),
        areas=frozenset(intake.areas if intake else ()),
        aggravating=frozenset(intake.aggravating if intake else ()),
        relieving=frozenset(intake.relieving if intake else ()),
        conditions=conditions,
        red_flags=red_flags,
        denied=denied_signs(intake, screenings) - red_flags,
        checked=looked_at(told, red_flags),
        where=places_told(told),
        age=age_on(at.date(), client, intake),
        weeks=weeks_at(at, told),
        pain=intake.pain if intake else None,
        allergies=intake.allergies if intake else "",
        alert=client.alert if client else "",
    )


def counted_conditions(told: Iterable[Intake | Screening], catalogue: Catalogue, at: dt.datetime) -> frozenset[str]:
    """The conditions told in any of them that have not passed by a moment."""
    counted = (lasting_conditions(catalogue, each.conditions, told_at=each.given_at, at=at) for each in told)
    return frozenset().union(*counted)


def screenings_of(clients: Collection[int]) -> dict[int, list[Screening]]:
    """The safety answers of the past year of each client, the newest first."""
    found: dict[int, list[Screening]] = {}
    rows = Screening.objects.filter(client__in=clients, given_at__gt=timezone.now() - ANSWERS_LAST)
    for each in rows.order_by("-given_at", "-pk"):
        found.setdefault(each.client_id, []).append(each)
    return found


def denied_signs(intake: Intake | None, screenings: Iterable[Screening]) -> frozenset[str]:
    """The warning signs answered with no: in the intake, in bookings since, and in those shortly before it.

    Who booked to relax was not asked: that counts for the booking, and answers no question of the health form.
    """
    if intake is None:
        return frozenset().union(*(each.denied for each in screenings))
    fresh = [each for each in screenings if each.with_pain and each.given_at > intake.given_at - DENIALS_LAST]
    return frozenset(intake.denied).union(*(each.denied for each in fresh))


def looked_at(told: Iterable[Intake | Screening], red_flags: frozenset[str]) -> Mapping[str, str]:
    """The warning signs that a doctor looked at, with the ISO date. What is told again after that was not looked at.

    `red_flags`: the signs told that still stand.
    """
    found: dict[str, str] = {}
    for each in sorted(told, key=lambda each: each.given_at):
        again = red_flags.intersection(each.red_flags)
        found = {**{slug: day for slug, day in found.items() if slug not in again}, **each.checked}
    return found


def places_told(told: Iterable[Intake | Screening]) -> Mapping[str, frozenset[str]]:
    """The places of each condition, wherever they were told."""
    found: dict[str, frozenset[str]] = {}
    for each in told:
        for condition, areas in each.where.items():
            found[condition] = found.get(condition, frozenset()).union(areas)
    return found


def age_on(day: dt.date, client: Client | None, intake: Intake | None) -> int | None:
    """The age in years on a day: by the date of birth on file, else as told."""
    born = client.born_on if client else None
    if born is None:
        return intake.age if intake else None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def weeks_at(at: dt.datetime, told: Sequence[Intake | Screening]) -> int | None:
    """The week of pregnancy by then, counted on from the newest answer that named one; None after the birth."""
    known = max((each for each in told if each.weeks is not None), key=lambda each: each.given_at, default=None)
    if known is None or known.weeks is None:
        return None
    weeks = known.weeks + max(0, (at - known.given_at) // WEEK)
    return weeks if weeks <= LAST_WEEK_OF_PREGNANCY else None
