"""Health answers held against a massage, by the care engine with the practice's own catalogue."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.care import Answers, Level, Reason, Triage, UnknownSlugError
from clients.care.plans import FLAG, TriageCause
from clients.care.weighing import suitability
from clients.catalogue import Edition, current_edition
from clients.catalogue.texts import client_text
from clients.models import Client, Screening
from clinic.errors import Refusal
from clinic.models import Practice


@dataclass(frozen=True)
class ScreeningReason:
    """A condition that holds, by slug and name, and what it means for the massage; the triage itself has no condition.
    What is not `for_client` only the team reads."""

    condition: str
    name: str
    reason: str
    level: Level
    for_client: bool


@dataclass(frozen=True)
class TriageReason:
    """A warning sign or a condition that led to the triage: its slug, its name, and what the client reads about it.
    `may_be_checked`: once a doctor has looked it may be told as known, and asks for care only. `is_for_today`: they
    should be seen the same day."""

    condition: str
    name: str
    reason: str
    may_be_checked: bool = False
    is_for_today: bool = False


# Both are read alike: what it is, and why it matters.
HealthReason = ScreeningReason | TriageReason


@dataclass(frozen=True)
class ScreeningResult:
    """What was answered, and what it means for one massage with all that is added to it.

    `because` are all reasons, the most severe first; `signs` those behind an emergency or a doctor first; `levels` and
    `reasons` say of each technique and kind of add-on by itself what `level` and `because` say of all together.
    """

    answers: Answers
    triage: Triage
    level: Level
    because: tuple[ScreeningReason, ...]
    signs: tuple[TriageReason, ...]
    questions: tuple[str, ...]
    catalogue_version: str
    levels: Mapping[str, Level]
    reasons: Mapping[str, tuple[ScreeningReason, ...]]

    @property
    def asks_for_note(self) -> bool:
        """Whether a doctor's word opens the way."""
        return self.level is Level.CLEARANCE

    @property
    def speaks_against(self) -> bool:
        """Whether it says: not this massage. An emergency, a doctor first, or never; no note settles that."""
        return self.level is Level.NEVER or not self.triage.allows_massage

    @property
    def prevents_session(self) -> bool:
        """Whether it cannot simply take place: an emergency or a doctor first, never, or only with a note."""
        return self.speaks_against or self.asks_for_note

    def rules_out(self, items: Iterable[str]) -> bool:
        """Whether one of these, of all that was asked about, must not be given."""
        return any(self.levels[each] is Level.NEVER for each in items)

    @property
    def texts(self) -> tuple[str, ...]:
        """What the client reads about each sign."""
        return tuple(each.reason for each in self.signs)

    def told_of(self, items: Iterable[str]) -> tuple[ScreeningReason, ...]:
        """What the client may read of these alone, of all that was asked about, without the triage's own sentence."""
        found = dict.fromkeys(why for each in items for why in self.reasons[each] if why.condition and why.for_client)
        return tuple(sorted(found, key=lambda why: (why.level.rank, why.condition)))

    @property
    def in_the_way(self) -> tuple[ScreeningReason, ...]:
        """The reasons why it cannot simply take place that the client may read, without the triage's own sentence."""
        return tuple(each for each in self.told_of(self.reasons) if each.level.holds_back)


def screen_answers(answers: Answers, items: Iterable[str], *, practice: Practice) -> ScreeningResult:
    """Triage and level of a massage for these answers; `items`: slugs of its techniques and kinds of add-on. Raises
    Refusal (`unknown_slug`) naming strangers."""
    held = current_edition()
    try:
        found = suitability(held.catalogue, answers, items)
    except UnknownSlugError as error:
        raise unknown_slug_refusal(error) from error
    worst = found.triage.action
    stops = [each for each in found.triage.because if each.action is worst and not worst.allows_massage]
    return ScreeningResult(
        answers=answers,
        triage=worst,
        level=found.level,
        because=tuple(reason_in_words(each, held, practice) for each in found.because),
        signs=tuple(sign_in_words(each, held, practice) for each in stops),
        questions=found.triage.questions,
        catalogue_version=held.label,
        levels={slug: each.level for slug, each in found.verdicts.items()},
        reasons={
            slug: tuple(reason_in_words(why, held, practice) for why in each.because)
            for slug, each in found.verdicts.items()
        },
    )


def reason_in_words(reason: Reason, held: Edition, practice: Practice) -> ScreeningReason:
    """A reason of the engine with the name of its condition, in the words of the practice's country."""
    named = held.catalogue.index.conditions
    name = client_text(named[reason.condition].name, practice) if reason.condition else ""
    return ScreeningReason(
        reason.condition, name, client_text(reason.reason, practice), reason.level, reason.for_client
    )


def sign_in_words(asked: TriageCause, held: Edition, practice: Practice) -> TriageReason:
    """What led to a stop, with what the client reads about it."""
    index = held.catalogue.index
    if asked.kind == FLAG:
        flag = index.red_flags[asked.slug]
        text, today = client_text(flag.text, practice), index.is_for_today([asked.slug])
        return TriageReason(asked.slug, flag.name, text, flag.checked is not None, today)
    condition = index.conditions[asked.slug]
    text = condition.text or next((bar.reason for bar in condition.bars if bar.to == "both"), condition.name)
    return TriageReason(asked.slug, client_text(condition.name, practice), client_text(text, practice))


def places_from_json(where: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    """The places of conditions as a row keeps them, as the engine takes them."""
    return {slug: frozenset(areas) for slug, areas in where.items()}


def weeks_on(weeks: int | None, *, told_at: dt.datetime, at: dt.datetime) -> int | None:
    """The weeks of pregnancy at another moment than that at which they were told."""
    return None if weeks is None else max(0, weeks + (at - told_at) // dt.timedelta(weeks=1))


def record_screening(
    client: Client,
    *,
    technique_slug: str,
    screened: ScreeningResult,
    retracted: Iterable[str] = (),
    with_pain: bool = False,
) -> Screening:
    """Keep the safety answers that a booking rested on, with what was made of them and what was ticked before."""
    told = screened.answers
    return Screening.objects.create(
        client=client,
        technique=technique_slug,
        conditions=sorted(told.conditions),
        red_flags=sorted(told.red_flags),
        where={slug: sorted(areas) for slug, areas in sorted(told.where.items()) if areas},
        denied=sorted(told.denied),
        checked=dict(told.checked),
        weeks=told.weeks,
        with_pain=with_pain,
        retracted=sorted(retracted),
        triage=screened.triage,
        level=screened.level,
        catalogue_version=screened.catalogue_version,
    )


def unknown_slug_refusal(error: UnknownSlugError) -> Refusal:
    """The engine's complaint about slugs, for a person; it names each."""
    strangers = ", ".join(f"{kind} “{slug[:60]}”" for kind, slug in error.unknown[:10])
    return Refusal(_("We do not know this answer: %(strangers)s.") % {"strangers": strangers}, code="unknown_slug")
