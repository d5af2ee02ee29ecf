"""What a client says to an offer: yes, no, or another time instead."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from booking import diary
from booking.actions.booking import book, first_status, set_out
from booking.actions.locking import safely
from booking.actions.screening import screen
from booking.actions.status import become
from booking.actions.waitlist.offering import answers_of, wish_of
from booking.actions.waitlist.settling import booked_elsewhere, close, let_go, locked
from booking.errors import SlotTaken
from booking.models import Appointment, Reminder, Therapist, WaitlistEntry, WaitlistOffer
from booking.models.appointment import Status
from booking.reminders.scheduling import void_reminders
from booking.terms import Terms, must_be_as_shown, terms_as_booked
from clients.actions import record_screening
from clients.models import IntakeRequest
from clinic.models import Practice, User

Outcome = WaitlistOffer.Outcome


def accept_offer(
    offer: WaitlistOffer,
    *,
    via: str = Appointment.Via.WAITLIST,
    by: User | None = None,
    shown: Terms | None = None,
) -> Appointment:
    """Yes: the held time becomes a booking, with confirmation and reminders as any other. Saying it twice is once.

    Judged anew by today's catalogue and the newest intake: where a therapist must look first, it becomes a request.
    It is booked at the price at which it was offered. Raises SlotTaken with free times where it is not held any more;
    TermsChanged where the policy is not the one that was `shown`; Emergency, NotSuitable; Busy.
    """
    practice = Practice.current()
    screened = screen(offer.entry.service, answers_of(offer.entry), start=offer.starts_at, practice=practice)

    def work() -> Appointment:
        current = locked(offer)
        visit = current.appointment
        if current.outcome == Outcome.ACCEPTED:
            return visit
        if not current.is_open or visit.status != Status.OFFERED or not visit.therapist.is_at_work:
            raise gone()
        must_be_as_shown(shown, terms_as_booked(visit, practice))
        now, latest = timezone.now(), visit.client.latest_intake()
        wish = wish_of(current.entry, visit.starts_at, visit.therapist, practice=practice)
        visit.screening = record_screening(visit.client, technique_slug=wish.order.technique, screened=screened)
        visit.policy_text, visit.created_at = practice.policy, now
        visit.save(update_fields=["screening", "policy_text", "created_at"])
        void_reminders(visit, why=_("accepted"))
        become(visit, first_status(wish, visit.client, latest, screened), via=via, by=by)
        rows = set_out(visit, wish.order, latest=latest, now=now, practice=practice)
        IntakeRequest.objects.bulk_create(
            (each for each in rows if isinstance(each, IntakeRequest)), ignore_conflicts=True
        )
        Reminder.objects.bulk_create((each for each in rows if isinstance(each, Reminder)), ignore_conflicts=True)
        close(current, Outcome.ACCEPTED)
        return visit

    try:
        return safely(work)
    except SlotTaken as error:
        error.alternatives = tuple(
            diary.alternatives(offer.entry.service, offer.starts_at, therapist=offer.entry.therapist)
        )
        raise


def gone() -> SlotTaken:
    """The answer to a yes that comes too late."""
    return SlotTaken(
        _("We could not hold this time any longer; it went on to the next in line."),
        for_team=_("This time is not held any longer; it went on to the next in line."),
    )


def decline_offer(offer: WaitlistOffer) -> None:
    """No, thank you: the time is the next one's, and the client goes on waiting. Too late, it changes nothing."""

    def work() -> None:
        current = locked(offer)
        if current.outcome == Outcome.OPEN and current.appointment.status == Status.OFFERED:
            let_go(current, Outcome.DECLINED)

    safely(work)


def take_time(
    entry: WaitlistEntry, *, start: dt.datetime, therapist: Therapist | None = None, shown: Terms | None = None
) -> Appointment:
    """Book a free time for someone who waits, in one tap, with the answers they gave when they joined.

    The same tap twice is one appointment. Raises what `book` raises.
    """
    visit = book(
        service=entry.service,
        start=start,
        therapist=therapist or entry.therapist,
        client=entry.client,
        answers=answers_of(entry),
        policy_accepted=True,
        via=Appointment.Via.WEB,
        key=f"waitlist:{entry.public_id}:{start:%Y%m%dT%H%M}",
        shown=shown,
    )
    booked_elsewhere(entry)
    return visit
