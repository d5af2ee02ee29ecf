"""The session card: what a therapist must see of an intake before the client enters, alerts first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.care import Catalogue
from clients.intake.answers import SPEECH
from clients.intake.changes import columns_of_intake
from clients.intake.proposals import TEXTS_READ, medicines_unconfirmed
from clients.intake.questions import LABELS, in_words
from clients.models import Client, Intake

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What an answer about massage before asks for now.
AFTER_MASSAGE: dict[str, StrOrPromise] = {
    "sore-for-days": gettext_lazy("Work lighter and shorter this time."),
    "dizzy-or-unwell": gettext_lazy("Work lighter this time, and help them up slowly."),
}
# What stands on the card below the alerts.
CORRECTED_AT_DESK = ("emergency_contact", "physician")
CARD_QUESTIONS = ("communication", "emergency_contact", "physician", "positions", "aids", "pressure", "room", "focus")


@dataclass(frozen=True)
class CardAlert:
    """One thing to mind, and what to do about it."""

    about: str
    words: tuple[str, ...]
    ask: str


@dataclass(frozen=True)
class SessionCard:
    """Alerts, then (label, answers) pairs."""

    alerts: tuple[CardAlert, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]


def session_card(intake: Intake, catalogue: Catalogue, client: Client | None = None) -> SessionCard:
    """The card of one intake; what was not answered is left out. What the desk corrected in the file of the `client`
    stands in place of the answer."""
    corrected = {name: getattr(client, name) for name in CORRECTED_AT_DESK} if client else {}
    given = {**columns_of_intake(intake), **{name: (text,) for name, text in corrected.items() if text}}
    facts = (
        (str(LABELS[name]), tuple(in_words(name, each, catalogue) for each in given[name]))
        for name in CARD_QUESTIONS
        if given[name]
    )
    return SessionCard(tuple(card_alerts(intake, catalogue)), tuple(facts))


def unconfirmed_medicines_of(intake: Intake, catalogue: Catalogue) -> dict[str, str]:
    """The medicines that an intake names and does not tick: the class, and the client's word for it."""
    texts = [getattr(intake, name) for name in TEXTS_READ]
    return medicines_unconfirmed(texts, catalogue, intake.conditions)


def card_alerts(intake: Intake, catalogue: Catalogue) -> Iterable[CardAlert]:
    """What the client wrote or chose that the engine does not know: allergies in own words, how massage went before,
    how to talk, and what to leave alone."""
    if intake.allergies:
        yield CardAlert(_("Allergies"), (intake.allergies,), _("Look at every oil and cream before you open it."))
    for name, word in unconfirmed_medicines_of(intake, catalogue).items():
        yield CardAlert(_("Medicines"), (word,), _("Not ticked: %(medicine)s. Please ask.") % {"medicine": name})
    if intake.massage_before in AFTER_MASSAGE:
        words = in_words("massage_before", intake.massage_before, catalogue)
        yield CardAlert(_("After massage before"), (words,), str(AFTER_MASSAGE[intake.massage_before]))
    other = tuple(each for each in intake.communication if each != SPEECH)
    if other:
        words_of = tuple(in_words("communication", each, catalogue) for each in other)
        yield CardAlert(_("How to talk"), words_of, _("Agree a sign for “stop” before you begin."))
    if intake.areas_to_avoid:
        yield CardAlert(_("Leave alone"), (intake.areas_to_avoid,), _("Ask again before you begin."))
