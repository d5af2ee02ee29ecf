"""Bringing entries and offers in line with what is: held too long, booked elsewhere, taken back, over.

Part of each sweep, and looks at states, not at events: whatever path changed an appointment, the next sweep follows.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.actions.locking import lock_therapists, safely
from booking.actions.moving import fresh
from booking.actions.status import become
from booking.models import Appointment, WaitlistEntry, WaitlistOffer
from booking.models.appointment import BOOKED, Status
from booking.models.waitlist import MOST_IGNORED, WaitEnd, WaitState
from booking.reminders.scheduling import void_reminders
from clinic.models import MailState, OutgoingMail, Practice, User

logger = logging.getLogger(__name__)
Outcome = WaitlistOffer.Outcome
VIA = Appointment.Via.WAITLIST
WENT_OUT = (MailState.SENT, MailState.UNCERTAIN)


def booked_since(client: Any, service: Any, since: Any) -> Exists:
    """Whether a client booked a service after a moment; each a value or an OuterRef."""
    return Exists(
        Appointment.objects.filter(client=client, service=service, created_at__gt=since, status__in=BOOKED).order_by()
    )


def settle_waiting(*, limit: int = 200) -> int:
    """Settle what is over; return how much was. One that cannot be settled is logged and holds up no other."""
    mine = booked_since(OuterRef("client"), OuterRef("service"), OuterRef("created_at"))
    settled = 0
    over = WaitlistOffer.objects.filter(outcome=Outcome.OPEN).filter(
        Q(held_until__lte=Now()) | ~Q(appointment__status=Status.OFFERED)
    )
    for offer in over.select_related("entry", "appointment").order_by("held_until")[:limit]:
        settled += quietly(offer, lambda offer=offer: settle_offer(offer))  # type: ignore[misc] # bound at once
    live = WaitlistEntry.objects.live()
    for entry in live.filter(client__erased_at__isnull=False)[:limit]:
        settled += quietly(entry, lambda entry=entry: end_wait(entry, why=WaitEnd.ERASED))  # type: ignore[misc]
    for entry in live.filter(mine)[:limit]:
        settled += quietly(entry, lambda entry=entry: booked_elsewhere(entry))  # type: ignore[misc]
    today = timezone.now().astimezone(Practice.current().zone).date()
    for entry in live.filter(state=WaitState.WAITING, last_date__lt=today)[:limit]:
        settled += quietly(entry, lambda entry=entry: end_wait(entry, why=WaitEnd.OVER))  # type: ignore[misc]
    return settled


def quietly(about: WaitlistEntry | WaitlistOffer, work: Callable[[], None]) -> bool:
    """Do one piece; a fault in it is logged with ids only."""
    try:
        work()
    except Exception:
        logger.exception("Waitlist %s %s could not be settled.", type(about).__name__, about.pk)
        return False
    return True


def settle_offer(offer: WaitlistOffer) -> None:
    """Close an offer whose time is over, or whose appointment became something else. Safe to repeat."""

    def work() -> None:
        current = locked(offer)
        if current.outcome != Outcome.OPEN:
            return
        if current.appointment.status in BOOKED:
            close(current, Outcome.ACCEPTED)
        elif current.appointment.status != Status.OFFERED:
            close(current, Outcome.WITHDRAWN)
        elif current.held_until <= timezone.now():
            let_go(current, Outcome.IGNORED if was_told(current) else Outcome.UNSAID)

    safely(work)


def was_told(offer: WaitlistOffer) -> bool:
    """Whether the mail about an offer went out: only then is silence an answer."""
    return OutgoingMail.objects.filter(reminder__appointment=offer.appointment_id, state__in=WENT_OUT).exists()


def locked(offer: WaitlistOffer) -> WaitlistOffer:
    """An offer as it stands now, with therapist, appointment, entry and offer locked, in the order of every writer."""
    lock_therapists({offer.appointment.therapist_id})
    appointment = fresh(offer.appointment)
    entry = WaitlistEntry.objects.select_for_update(of=("self",), no_key=True).with_people().get(pk=offer.entry_id)
    current = WaitlistOffer.objects.select_for_update(no_key=True).get(pk=offer.pk)
    current.appointment, current.entry = appointment, entry
    return current


def let_go(offer: WaitlistOffer, outcome: Outcome, *, by: User | None = None) -> None:
    """Free the time that an offer holds, and close it. Runs in `safely`, on a locked offer."""
    become(offer.appointment, Status.CANCELLED, via=VIA, by=by, why=str(outcome.label), revise=True)
    # Never a mail for a time that is not held any more.
    void_reminders(offer.appointment, why=_("The time is not held any more."))
    close(offer, outcome)


def close(offer: WaitlistOffer, outcome: Outcome) -> None:
    """Write what became of an offer, and where its entry stands now."""
    offer.outcome, offer.settled_at = outcome, timezone.now()
    offer.save(update_fields=["outcome", "settled_at"])
    entry = offer.entry
    if entry.state != WaitState.OFFERED:
        return
    if outcome == Outcome.ACCEPTED:
        move_to(entry, WaitState.BOOKED)
    elif outcome == Outcome.IGNORED and entry.ignored() >= MOST_IGNORED:
        move_to(entry, WaitState.ENDED, why=WaitEnd.IGNORED)
    else:
        move_to(entry, WaitState.WAITING)


def move_to(entry: WaitlistEntry, state: WaitState, *, why: str = "") -> None:
    """Write an entry's state."""
    entry.state, entry.why = state, why
    entry.ended_at = None if state in WaitlistEntry.LIVE else timezone.now()
    entry.save(update_fields=["state", "why", "ended_at"])


def end_wait(entry: WaitlistEntry, *, why: WaitEnd, by: User | None = None) -> None:
    """Take an entry off the list; a time that is held for it is free again. Ending it twice changes nothing."""
    over(entry, WaitState.ENDED, why=why, by=by)


def booked_elsewhere(entry: WaitlistEntry) -> None:
    """The client has booked this service by another path, so they wait no more."""
    over(entry, WaitState.BOOKED)


def over(entry: WaitlistEntry, state: WaitState, *, why: str = "", by: User | None = None) -> None:
    """Let go of an open offer, then write the entry's last state."""

    def work() -> None:
        offer = entry.offers.filter(outcome=Outcome.OPEN).select_related("appointment").first()
        if offer is not None:
            held = locked(offer)
            if held.outcome == Outcome.OPEN and held.appointment.status == Status.OFFERED:
                let_go(held, Outcome.WITHDRAWN, by=by)
        current = WaitlistEntry.objects.select_for_update(no_key=True).get(pk=entry.pk)
        if current.is_live:
            move_to(current, state, why=why)

    safely(work)
