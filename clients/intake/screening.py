"""The safety question, asked of the care engine with the practice's own catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.care import Catalogue, Level, Triage, UnknownSlugError, suitability
from clients.catalogue import current_edition
from clients.models import Client, Screening
from clinic.errors import Refusal


@dataclass(frozen=True)
class ScreeningReason:
    """A condition that holds, by slug and name, and the sentence that says why it matters."""

    condition: str
    name: str
    reason: str


@dataclass(frozen=True)
class ScreeningResult:
    """What was answered, and what it means for one kind of massage. `texts` belong to `flags`, one each."""

    technique: str
    conditions: tuple[str, ...]
    red_flags: tuple[str, ...]
    triage: Triage
    level: Level
    because: tuple[ScreeningReason, ...]
    flags: tuple[str, ...]
    texts: tuple[str, ...]
    catalogue_version: str

    @property
    def asks_for_note(self) -> bool:
        """Whether a doctor's note settles it."""
        return self.level == Level.CLEARANCE

    @property
    def speaks_against(self) -> bool:
        """Whether it says: not this massage. An emergency, a doctor first, or never; no note settles that."""
        return self.level == Level.NEVER or not self.triage.allows_massage


def screen_answers(
    *, technique_slug: str, conditions: Iterable[str], red_flags: Iterable[str] = (), region: str | None = None
) -> ScreeningResult:
    """Triage and level of one kind of massage for these answers. Raises Refusal (`unknown_slug`) naming strangers.

    `region` is taken for the caller's sake and changes nothing: the law of a region switches off oils, not massages.
    """
    held = current_edition()
    catalogue = held.catalogue
    conditions, red_flags = frozenset(conditions), frozenset(red_flags)
    try:
        found = suitability(catalogue, technique=technique_slug, conditions=conditions, red_flags=red_flags)
    except UnknownSlugError as error:
        raise unknown_slug_refusal(error) from error
    names = catalogue.index.conditions
    return ScreeningResult(
        technique=technique_slug,
        conditions=catalogue.index.in_order(conditions),
        red_flags=catalogue.index.in_order(red_flags),
        triage=found.triage,
        level=found.level,
        because=tuple(
            ScreeningReason(rule.condition, names[rule.condition].name, rule.reason) for rule in found.because
        ),
        flags=found.flags,
        texts=flag_texts(catalogue, found.flags),
        catalogue_version=held.label,
    )


def record_screening(
    client: Client, *, technique_slug: str, screened: ScreeningResult, retracted: Iterable[str] = ()
) -> Screening:
    """Keep the safety answers that a booking rested on, with what was made of them and what was ticked before."""
    return Screening.objects.create(
        client=client,
        technique=technique_slug,
        conditions=list(screened.conditions),
        red_flags=list(screened.red_flags),
        retracted=sorted(retracted),
        triage=screened.triage,
        level=screened.level,
        catalogue_version=screened.catalogue_version,
    )


def flag_texts(catalogue: Catalogue, flags: Iterable[str]) -> tuple[str, ...]:
    """What the client reads for each warning sign, in the order given."""
    return tuple(catalogue.index.red_flags[slug].text for slug in flags)


def unknown_slug_refusal(error: UnknownSlugError) -> Refusal:
    """The engine's complaint about slugs, for a person; it names each."""
    strangers = ", ".join(f"{kind} “{slug[:60]}”" for kind, slug in error.unknown[:10])
    return Refusal(_("We do not know this answer: %(strangers)s.") % {"strangers": strangers}, code="unknown_slug")
