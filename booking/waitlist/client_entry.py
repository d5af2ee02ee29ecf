"""An entry as its client sees it behind the mailed link: what is held, waited for, or over, and the words for it."""

import uuid
from dataclasses import dataclass

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.errors import TermsChanged
from booking.models import Appointment, WaitlistEndReason, WaitlistEntry, WaitlistOffer, WaitlistState
from clinic.errors import Refusal

EXPIRED_OUTCOMES = (WaitlistOffer.Outcome.OPEN, WaitlistOffer.Outcome.IGNORED, WaitlistOffer.Outcome.UNSAID)
# What is said of an entry that ended without a booking; of the other reasons the client knows.
ENDINGS = {
    WaitlistEndReason.IGNORED: gettext_lazy(
        "We offered you three times and did not hear from you, so the others are asked first now. Join again whenever "
        "you like."
    ),
    WaitlistEndReason.OVER: gettext_lazy("Your last day is over, and no such time opened. We are sorry."),
    WaitlistEndReason.UNSUITABLE: gettext_lazy(
        "Before the next massage we would like to speak with you. Please call us."
    ),
}


@dataclass(frozen=True)
class ClientEntry:
    """An entry as its client sees it, with what stood in the way of what they asked for just now."""

    entry: WaitlistEntry
    offer: WaitlistOffer | None
    refusal: Refusal | None = None

    @property
    def is_held(self) -> bool:
        """Whether a time is held now and waits for an answer."""
        return self.offer is not None and self.offer.is_open

    @property
    def went_on(self) -> bool:
        """Whether the last thing that happened is an offer that ran out."""
        return self.offer is not None and not self.is_held and self.offer.outcome in EXPIRED_OUTCOMES

    @property
    def appointment(self) -> Appointment | None:
        """The appointment as facts, where one is held or booked from here."""
        return self.offer.appointment if self.offer else None

    @property
    def asks_again(self) -> bool:
        """Whether it is refused only because the terms are others by now: they may agree to those."""
        return isinstance(self.refusal, TermsChanged)

    @property
    def is_offered(self) -> bool:
        """Whether a time is held, and nothing stands in the way."""
        return self.is_held and self.refusal is None

    @property
    def can_answer(self) -> bool:
        """Whether yes or no can be said to the time that is held."""
        return self.is_held and (self.refusal is None or self.asks_again)

    @property
    def has_expired(self) -> bool:
        """Whether they wait on after an offer that ran out."""
        return self.went_on and self.entry.is_live and self.refusal is None

    @property
    def only_waits(self) -> bool:
        """Whether they wait, and nothing else is to be said."""
        return self.entry.is_live and self.refusal is None and not self.is_held and not self.went_on

    @property
    def wants_others(self) -> bool:
        """Whether other times are of use: the one they asked for is not to be had, or went on."""
        if self.refusal is not None:
            return not (self.asks_again and self.is_held)
        return self.went_on and self.entry.is_live

    @property
    def is_booked(self) -> bool:
        """Whether they have an appointment from here."""
        return self.entry.state == WaitlistState.BOOKED

    @property
    def is_to_call(self) -> bool:
        """Whether only a call helps."""
        return self.entry.end_reason == WaitlistEndReason.UNSUITABLE

    @property
    def heading(self) -> str:
        """How things stand, in a few words."""
        if self.refusal is not None:
            return _("Please look once more") if self.asks_again else _("Not this time")
        if self.is_held:
            return _("A time has opened for you")
        if self.is_booked:
            return _("You are booked")
        if not self.entry.is_live:
            return _("You are off the waitlist")
        return _("That time went on to the next") if self.went_on else _("You are on the waitlist")

    @property
    def ending(self) -> str:
        """How it ended; empty where nothing needs to be said."""
        if self.is_booked:
            return _("The mail about your appointment has the link to it.")
        return str(ENDINGS.get(WaitlistEndReason(self.entry.end_reason), "")) if self.entry.end_reason else ""


def entry_of_link(subject: uuid.UUID) -> ClientEntry:
    """The entry whose link was opened, with its newest offer. Raises Http404, also for an erased file."""
    entry = get_object_or_404(WaitlistEntry.objects.with_people(), public_id=subject, client__erased_at=None)
    people = ("appointment__client", "appointment__service", "appointment__therapist")
    return ClientEntry(entry, entry.offers.select_related("entry", *people).first())
