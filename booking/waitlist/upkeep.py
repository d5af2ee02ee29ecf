"""Bringing entries and offers in line with what is: by states, not events, in each sweep."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.locking import lock_therapists, transactional
from booking.appointments.move import lock_appointment
from booking.appointments.status import change_status
from booking.models import (
    BOOKED,
    MOST_IGNORED_OFFERS,
    Appointment,
    Status,
    WaitlistEndReason,
    WaitlistEntry,
    WaitlistOffer,
    WaitlistState,
)
from booking.reminders.scheduling import void_reminders
from clinic.models import MailState, OutgoingMail, User

logger = logging.getLogger(__name__)
SettledOutcome = WaitlistOffer.Outcome
WAITLIST_VIA = Appointment.Via.WAITLIST
# In one run; the next goes on.
MOST_SETTLED = 200
SENT_STATES = (MailState.SENT, MailState.UNCERTAIN)


def booked_since(client: Any, service: Any, since: Any) -> Exists:
    """Whether a client booked a service after a moment; each a value or an OuterRef."""
    return Exists(
        Appointment.objects.filter(client=client, service=service, created_at__gt=since, status__in=BOOKED).order_by()
    )


def settle_waitlist(*, today: dt.date) -> int:
    """Settle what is over on the practice's date `today`; return how much was.

    One that cannot be settled is logged and holds up no other.
    """
    mine = booked_since(OuterRef("client"), OuterRef("service"), OuterRef("created_at"))
    settled = 0
    over = WaitlistOffer.objects.filter(outcome=SettledOutcome.OPEN).filter(
        Q(held_until__lte=Now()) | ~Q(appointment__status=Status.OFFERED)
    )
    for offer in over.select_related("entry", "appointment").order_by("held_until")[:MOST_SETTLED]:
        settled += settle_safely(offer, lambda offer=offer: settle_offer(offer))  # type: ignore[misc] # bound at once
    live = WaitlistEntry.objects.live()
    for entry in live.filter(client__erased_at__isnull=False)[:MOST_SETTLED]:
        settled += settle_safely(entry, lambda entry=entry: end_entry(entry, why=WaitlistEndReason.ERASED))  # type: ignore[misc]
    for entry in live.filter(mine)[:MOST_SETTLED]:
        settled += settle_safely(entry, lambda entry=entry: mark_booked_elsewhere(entry))  # type: ignore[misc]
    for entry in live.filter(state=WaitlistState.WAITING, last_date__lt=today)[:MOST_SETTLED]:
        settled += settle_safely(entry, lambda entry=entry: end_entry(entry, why=WaitlistEndReason.OVER))  # type: ignore[misc]
    return settled


def settle_safely(about: WaitlistEntry | WaitlistOffer, work: Callable[[], None]) -> bool:
    """Do one piece; a fault in it is logged with ids only."""
    try:
        work()
    except Exception:
        logger.exception("Waitlist %s %s could not be settled.", type(about).__name__, about.pk)
        return False
    return True


@transactional
def settle_offer(offer: WaitlistOffer) -> None:
    """Close an offer whose time is over, or whose appointment became something else. Safe to repeat."""
    current = lock_offer(offer)
    if current.outcome != SettledOutcome.OPEN:
        return
    if current.appointment.status in BOOKED:
        close_offer(current, SettledOutcome.ACCEPTED)
    elif current.appointment.status != Status.OFFERED:
        close_offer(current, SettledOutcome.WITHDRAWN)
    elif current.held_until <= timezone.now():
        release_offer(current, SettledOutcome.IGNORED if offer_was_sent(current) else SettledOutcome.UNSAID)


def offer_was_sent(offer: WaitlistOffer) -> bool:
    """Whether the mail about an offer went out: only then is silence an answer."""
    return OutgoingMail.objects.filter(reminder__appointment=offer.appointment_id, state__in=SENT_STATES).exists()


def lock_offer(offer: WaitlistOffer) -> WaitlistOffer:
    """An offer as it stands now, with therapist, appointment, entry and offer locked, in the order of every writer."""
    lock_therapists({offer.appointment.therapist_id})
    appointment = lock_appointment(offer.appointment)
    entry = WaitlistEntry.objects.select_for_update(of=("self",), no_key=True).with_people().get(pk=offer.entry_id)
    current = WaitlistOffer.objects.select_for_update(no_key=True).get(pk=offer.pk)
    current.appointment, current.entry = appointment, entry
    return current


def release_offer(offer: WaitlistOffer, outcome: SettledOutcome, *, by: User | None = None) -> None:
    """Free the time that an offer holds, and close it. Runs in `safely`, on a locked offer."""
    change_status(offer.appointment, Status.CANCELLED, via=WAITLIST_VIA, by=by, why=str(outcome.label), revise=True)
    # Never a mail for a time that is not held any more.
    void_reminders(offer.appointment, why=_("The time is not held any more."))
    close_offer(offer, outcome)


def close_offer(offer: WaitlistOffer, outcome: SettledOutcome) -> None:
    """Write what became of an offer, and where its entry stands now."""
    offer.outcome, offer.settled_at = outcome, timezone.now()
    offer.save(update_fields=["outcome", "settled_at"])
    entry = offer.entry
    if entry.state != WaitlistState.OFFERED:
        return
    if outcome == SettledOutcome.ACCEPTED:
        set_entry_state(entry, WaitlistState.BOOKED)
    elif outcome == SettledOutcome.IGNORED and entry.ignored() >= MOST_IGNORED_OFFERS:
        set_entry_state(entry, WaitlistState.ENDED, why=WaitlistEndReason.IGNORED)
    else:
        set_entry_state(entry, WaitlistState.WAITING)


def set_entry_state(entry: WaitlistEntry, state: WaitlistState, *, why: str = "") -> None:
    """Write an entry's state."""
    entry.state, entry.end_reason = state, why
    entry.ended_at = None if state in WaitlistEntry.LIVE else timezone.now()
    entry.save(update_fields=["state", "end_reason", "ended_at"])


def end_entry(entry: WaitlistEntry, *, why: WaitlistEndReason, by: User | None = None) -> None:
    """Take an entry off the list; a time that is held for it is free again. Ending it twice changes nothing."""
    end_entry_with_offer(entry, WaitlistState.ENDED, why=why, by=by)


def mark_booked_elsewhere(entry: WaitlistEntry) -> None:
    """The client has booked this service by another path, so they wait no more."""
    end_entry_with_offer(entry, WaitlistState.BOOKED)


@transactional
def end_entry_with_offer(entry: WaitlistEntry, state: WaitlistState, *, why: str = "", by: User | None = None) -> None:
    """Let go of an open offer, then write the entry's last state."""
    offer = entry.offers.filter(outcome=SettledOutcome.OPEN).select_related("appointment").first()
    if offer is not None:
        held = lock_offer(offer)
        if held.outcome == SettledOutcome.OPEN and held.appointment.status == Status.OFFERED:
            release_offer(held, SettledOutcome.WITHDRAWN, by=by)
    current = WaitlistEntry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    if current.is_live:
        set_entry_state(current, state, why=why)
