"""What a therapist must know before the client enters: from safety answers and intake, by today's catalogue."""

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.care import Answers, Catalogue, Level, Triage
from clients.care.levels import closed_conditions, triage_of
from clients.care.passing import still_valid_conditions
from clients.models import Intake, Screening


class AlertTone(enum.StrEnum):
    """How loud an alert is; the words of the looks."""

    STOP = "stop"
    CAUTION = "caution"


@dataclass(frozen=True)
class Alert:
    """One thing to know: what it asks for, because of what, and why."""

    tone: AlertTone
    ask: str
    about: str
    reason: str

    def __str__(self) -> str:
        return f"{self.ask}: {self.about}"


def health_alerts(
    catalogue: Catalogue,
    techniques: Iterable[str],
    *,
    screening: Screening | None,
    intake: Intake | None,
    note_seen: bool = False,
    at: dt.datetime | None = None,
) -> list[Alert]:
    """Everything that speaks against or limits the techniques of an appointment, the worst first, each condition once.

    `at`: when the session begins; what was told and has passed by then is left out. `note_seen`: somebody here has
    seen the doctor's note that these answers ask for, so it stops nothing any more.

    Old answers may name what the catalogue no longer has; those are passed over, never an error.
    """
    given = [each for each in (screening, intake) if each is not None]
    flags = known_slugs(catalogue.index.red_flags, (flag for each in given for flag in each.red_flags))
    answers = Answers(
        conditions=known_slugs(
            catalogue.index.conditions,
            (
                slug
                for each in given
                for slug in still_valid_conditions(each.conditions, told_at=each.given_at, at=at or each.given_at)
            ),
        ),
        symptoms=known_slugs(catalogue.index.symptoms, intake.symptoms if intake else ()),
        causes=known_slugs(catalogue.index.causes, intake.causes if intake else ()),
    )
    return [
        *flag_alerts(catalogue, flags),
        *level_alerts(catalogue, techniques, answers, note_seen=note_seen),
        *retracted_alerts(catalogue, screening.retracted if screening else ()),
    ]


def retracted_alerts(catalogue: Catalogue, slugs: Iterable[str]) -> list[Alert]:
    """One alert for each answer that was ticked first and then taken back: it stops nothing, and asks for a word."""
    index = catalogue.index
    names = {slug: each.name for slug, each in index.conditions.items()}
    names |= {slug: each.name for slug, each in index.red_flags.items()}
    said = _("Ticked first, then taken back")
    why = _("The client says it was a mistake. Please ask once more before you begin.")
    return [Alert(AlertTone.CAUTION, said, names[slug], why) for slug in slugs if slug in names]


def known_slugs(vocabulary: Iterable[str], slugs: Iterable[str]) -> frozenset[str]:
    """Those slugs that the vocabulary has."""
    return frozenset(vocabulary) & frozenset(slugs)


def flag_alerts(catalogue: Catalogue, flags: frozenset[str]) -> list[Alert]:
    """One alert for each warning sign at the worst level that was ticked."""
    triage, worst = triage_of(catalogue, flags)
    asks = {
        Triage.EMERGENCY: (AlertTone.STOP, _("Emergency answer")),
        Triage.DOCTOR: (AlertTone.STOP, _("Doctor first")),
        Triage.CAUTION: (AlertTone.CAUTION, _("Take care")),
    }
    if triage not in asks:
        return []
    tone, ask = asks[triage]
    names = catalogue.index.red_flags
    return [Alert(tone, ask, names[slug].name, names[slug].text) for slug in worst]


def level_alerts(
    catalogue: Catalogue, techniques: Iterable[str], answers: Answers, *, note_seen: bool = False
) -> list[Alert]:
    """One alert for each condition that limits one of these kinds, at the worst level it is listed under."""
    note = (AlertTone.CAUTION, _("Doctor's note seen")) if note_seen else (AlertTone.STOP, _("Doctor's note needed"))
    asks = {
        Level.NEVER: (AlertTone.STOP, _("Not this massage")),
        Level.CLEARANCE: note,
        Level.LOCAL_AVOID: (AlertTone.CAUTION, _("Avoid locally")),
        Level.CAUTION: (AlertTone.CAUTION, _("Caution")),
    }
    present = frozenset(closed_conditions(catalogue, answers))
    names = catalogue.index.conditions
    found: dict[str, Alert] = {}
    listed = [each for technique in techniques for each in catalogue.index.levels.get(technique, ())]
    for level, reasons in sorted(listed, key=lambda each: list(Level).index(each[0])):
        tone, ask = asks[level]
        for slug, reason in reasons.items():
            if slug in present and slug not in found:
                found[slug] = Alert(tone, ask, names[slug].name, reason)
    return list(found.values())
