"""What a therapist must know before the client enters: from safety answers and intake, by today's catalogue."""

import datetime as dt
import enum
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from django.utils.translation import gettext as _

from booking.appointments.known_health import ReadTogether, effective_answers
from booking.models import Appointment
from booking.scheduling.order import order_as_booked
from clients.care import Answers, Catalogue, Level, Triage
from clients.care.plans import ASSUMED, CHECKED, CONDITION, TriageCause
from clients.care.weighing import Suitability, suitability
from clients.catalogue import current_catalogue
from clients.catalogue.texts import client_text
from clients.intake import questions
from clients.intake.session_card import unconfirmed_medicines_of
from clients.models import Client, Intake
from clinic.models import Practice

# Answers of the health form (clients/intake) that ask for care.
UNWELL_AFTER_MASSAGE = ("sore-for-days", "dizzy-or-unwell")
SPEECH = "speech"
# By how somebody lies: the condition that says they cannot, where there is one.
LYING = {"front": "cannot-lie-prone", "back": "cannot-lie-flat", "side": ""}


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
    reason: str = ""
    is_question: bool = False

    def __str__(self) -> str:
        return f"{self.ask}: {self.about}"

    @property
    def icon(self) -> str:
        """The class of its icon."""
        return "icon-stop" if self.tone == AlertTone.STOP else "icon-alert"


def alerts_for(
    appointment: Appointment, intake: Intake | None, practice: Practice, read: ReadTogether | None = None
) -> list[Alert]:
    """Everything to know before one appointment, by the answers of its booking and an intake together."""
    catalogue = current_catalogue()
    answers = effective_answers(appointment, intake, practice, read=read)
    return [
        *file_alerts(appointment.client),
        *health_alerts(catalogue, order_as_booked(appointment).judged_items, answers, practice=practice),
        *(intake_alerts(intake, answers, catalogue) if intake else ()),
        *retracted_alerts(catalogue, appointment.screening.retracted if appointment.screening else ()),
    ]


def file_alerts(client: Client) -> list[Alert]:
    """What the team wrote into the alert box of a client's file, first of all."""
    return [Alert(AlertTone.CAUTION, _("Alert"), client.alert, _("From the client's file."))] if client.alert else []


def alerts_for_desk(client: Client) -> list[Alert]:
    """The alert, where somebody who reads health records let the front desk read it too; nothing else of health."""
    return file_alerts(client) if client.alert_for_desk else []


def health_alerts(
    catalogue: Catalogue,
    slugs: Iterable[str],
    answers: Answers,
    *,
    practice: Practice,
) -> list[Alert]:
    """Everything that speaks against or limits what is booked (techniques and kinds of add-on, by slug), worst first,
    each condition once; open questions before all.

    `answers` are what counts on the day of the session, without words that the catalogue has lost.
    """
    slugs = list(slugs)
    found = SUITABILITY.of(catalogue, answers, tuple(slugs))
    words = AlertWords(catalogue, answers, practice, conditions_with_note(catalogue, answers, slugs))
    # What is only assumed until it is asked stands once, as the question.
    signs = [words.sign(each) for each in found.triage.because if each.how != ASSUMED]
    told = {each.slug for each in found.triage.because if each.kind == CONDITION}
    limits = [
        words.limit(condition, found)
        for condition in dict.fromkeys(each.condition for each in found.because if each.condition)
        if condition not in told
    ]
    return [*words.open_questions(found), *sorted([*signs, *limits], key=lambda each: each.tone != AlertTone.STOP)]


class RememberedSuitability:
    """What the engine says of answers, kept while the catalogue stands: a week of appointments is looked at again and
    again. Answers are kept as values, without anybody's name."""

    MOST = 5_000

    def __init__(self) -> None:
        self.catalogue: Catalogue | None = None
        self.known: dict[Hashable, Suitability] = {}

    def of(self, catalogue: Catalogue, answers: Answers, slugs: tuple[str, ...]) -> Suitability:
        """How these techniques and add-ons suit somebody. Raises UnknownSlugError."""
        if catalogue is not self.catalogue or len(self.known) >= self.MOST:
            self.catalogue, self.known = catalogue, {}
        known, key = self.known, (slugs, *map(as_key, (getattr(answers, each.name) for each in fields(answers))))
        if key not in known:
            known[key] = suitability(catalogue, answers, slugs)
        return known[key]


def as_key(value: Any) -> Hashable:
    """One answer as something that can be looked up."""
    # Nearly all of a week's thousands are one of these, and asking of a Mapping takes longer.
    if value is None or isinstance(value, frozenset):
        return value
    if isinstance(value, Mapping):
        return frozenset((name, as_key(each)) for name, each in value.items())
    return frozenset(value) if isinstance(value, set) else value


SUITABILITY = RememberedSuitability()


@dataclass(frozen=True)
class AlertWords:
    """Puts what the engine says into words for the therapist, who reads every reason."""

    catalogue: Catalogue
    answers: Answers
    practice: Practice
    cleared: frozenset[str] = frozenset()
    """The conditions that would ask for a doctor's note, had nobody here seen it."""

    def open_questions(self, found: Suitability) -> list[Alert]:
        """Which safety questions the client still has to answer; nothing is released meanwhile."""
        if not found.triage.provisional:
            return []
        flags = [self.catalogue.index.red_flags[slug] for slug in found.triage.questions]
        names = ", ".join(flag.name for flag in flags)
        ask = _("Please ask before you begin. Nothing is released to the client until these are answered.")
        why = self.joined(*(f"{flag.why.rstrip('.')}." for flag in flags), ask)
        return [Alert(AlertTone.STOP, _("Questions open"), names, why, is_question=True)]

    def sign(self, asked: TriageCause) -> Alert:
        """A warning sign, or a condition that is one."""
        index = self.catalogue.index
        stops = not asked.action.allows_massage
        ask = {Triage.EMERGENCY: _("Emergency answer"), Triage.DOCTOR: _("Doctor first")}.get(
            asked.action, _("Take care")
        )
        said = self.catalogue.meta.actions[asked.action].therapist
        if asked.kind == CONDITION:
            condition = index.conditions[asked.slug]
            return Alert(tone_of(stops), ask, condition.name, self.joined(condition.text, said))
        flag = index.red_flags[asked.slug]
        if asked.how == CHECKED:
            day = dt.date.fromisoformat(self.answers.checked[asked.slug])
            said = _("Known, and looked at by a doctor on %(day)s.") % {"day": self.practice.formats.full_date(day)}
        return Alert(tone_of(stops), ask, flag.name, self.joined(f"{flag.why.rstrip('.')}.", said))

    def limit(self, condition: str, found: Suitability) -> Alert:
        """What one condition means for what is booked: its worst level, with all its reasons."""
        reasons = [each for each in found.because if each.condition == condition]
        care = _("Doctor's note seen") if condition in self.cleared else _("Caution")
        tone, ask = {
            Level.NEVER: (AlertTone.STOP, _("Not this massage")),
            Level.CLEARANCE: (AlertTone.STOP, _("Doctor's note needed")),
            Level.LOCAL: (AlertTone.CAUTION, _("Avoid locally")),
        }.get(reasons[0].level, (AlertTone.CAUTION, care))
        name = self.catalogue.index.conditions[condition].name
        return Alert(tone, ask, self.placed(condition, name), self.joined(*(each.reason for each in reasons)))

    def placed(self, condition: str, name: str) -> str:
        """A condition with the places that the client named: “Wound (lower leg)”."""
        areas = self.catalogue.index.areas
        where = [areas[slug].name for slug in self.catalogue.index.in_order(self.answers.where.get(condition, ()))]
        return f"{name} ({', '.join(where)})" if where else name

    def joined(self, *texts: str) -> str:
        """Sentences of the catalogue one after another, each once, as people read them here."""
        return client_text(" ".join(dict.fromkeys(filter(None, texts))), self.practice)


def conditions_with_note(catalogue: Catalogue, answers: Answers, slugs: Iterable[str]) -> frozenset[str]:
    """The conditions for which a doctor's note was asked, and seen."""
    if not answers.cleared:
        return frozenset()
    unseen = SUITABILITY.of(catalogue, replace(answers, cleared=frozenset()), tuple(slugs))
    return answers.cleared & {each.condition for each in unseen.because if each.level is Level.CLEARANCE}


def tone_of(stops: bool) -> AlertTone:
    """The tone of what stops a massage, or of what does not."""
    return AlertTone.STOP if stops else AlertTone.CAUTION


def retracted_alerts(catalogue: Catalogue, slugs: Iterable[str]) -> list[Alert]:
    """One alert for each answer that was ticked first and then taken back: it stops nothing, and asks for a word."""
    named = [catalogue.index.conditions.get(slug) or catalogue.index.red_flags.get(slug) for slug in slugs]
    if not any(named):
        return []
    said = _("Ticked first, then taken back")
    why = _("The client says it was a mistake. Please ask once more before you begin.")
    return [Alert(AlertTone.CAUTION, said, each.name, why) for each in named if each is not None]


def intake_alerts(intake: Intake, answers: Answers, catalogue: Catalogue) -> list[Alert]:
    """What else of a health form a therapist must not learn only from its last lines."""
    found = []
    if intake.allergies.strip():
        found.append((_("Allergy"), intake.allergies, _("In their own words. Look at what is in the oil.")))
    for name, word in unconfirmed_medicines_of(intake, catalogue).items():
        found.append((_("Medicine"), word, _("Not ticked: %(medicine)s. Please ask.") % {"medicine": name}))
    if intake.massage_before in UNWELL_AFTER_MASSAGE:
        said = questions.in_words("massage_before", intake.massage_before, catalogue)
        found.append((_("After a massage before"), said, _("Go lighter this time, and ask how it was.")))
    if intake.areas_to_avoid.strip():
        found.append((_("Leave alone"), intake.areas_to_avoid, _("In their own words.")))
    missing = [
        each
        for each in LYING
        if intake.positions and each not in intake.positions and LYING[each] not in answers.conditions
    ]
    if missing:
        where = ", ".join(questions.in_words("positions", each, catalogue) for each in missing)
        found.append((_("Cannot lie on"), where, _("Have cushions ready, or work sitting.")))
    ways = [questions.in_words("communication", each, catalogue) for each in intake.communication if each != SPEECH]
    if ways:
        agree = _("Agree a sign for “stop” and for “too hot” before you begin.")
        found.append((_("How to talk"), ", ".join(ways), agree))
    return [Alert(AlertTone.CAUTION, *each) for each in found]
