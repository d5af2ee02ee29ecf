"""Joining the waitlist, and changing what suits. Joining twice is one entry; the link to it goes by mail only."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.booking_request import PersonDetails
from booking.appointments.eligibility import check_eligibility
from booking.appointments.locking import RetryTransaction, lock_rows, run_transaction, transactional
from booking.appointments.on_offer import must_have_signed_in
from booking.appointments.people import client_of_booking
from booking.appointments.screening import SafetyAnswers, screen_order
from booking.errors import NotPossible
from booking.models import Appointment, Service, Therapist, WaitlistEntry
from booking.reminders.standalone import queue_message
from booking.scheduling.order import Order
from booking.waitlist.mails import WaitlistJoined, joined
from booking.waitlist.matching import Preferences
from booking.waitlist.openings import free_times_suiting
from clients.intake.screening import ScreeningResult, record_screening
from clients.models import Client
from clinic.models import Practice
from clinic.operations.worker_signals import wake_worker


def join_waitlist(
    *,
    service: Service,
    client: PersonDetails | Client,
    answers: SafetyAnswers,
    suits: Preferences,
    practice: Practice,
    therapist: Therapist | None = None,
    via: str,
    key: str | None = None,
    is_stranger: bool = False,
) -> WaitlistEntry:
    """Put a client on the waitlist of a service and mail them the link to their entry.

    Whoever types a name is not yet that person: where the client waits already, their entry stays as it is, and they
    are mailed its link again. `key` makes the request repeatable. Raises EmergencyAnswer, NotSuitable, NotEligible;
    NotPossible at the desk for a client who waits already; TemporarilyBusy.
    """
    must_have_signed_in(service, is_stranger=is_stranger)
    screened = screen_order(Order.of(service), answers, practice=practice)

    def work() -> WaitlistEntry:
        person, known = client_of_booking(client)
        # Two at once for one client: the second waits here and then finds the first one's entry.
        # A file that was merged into another meanwhile takes no entry any more.
        if not lock_rows(Client.objects.filter(pk=person.pk, merged_into=None)):
            raise RetryTransaction
        if key and (earlier := WaitlistEntry.objects.filter(idempotency_key=key).first()):
            return earlier
        if live := WaitlistEntry.objects.live().with_people().filter(client=person, service=service).first():
            return entry_kept(live, via, practice)
        check_eligibility(person, service, known=known, via=via, practice=practice, is_stranger=is_stranger)
        preferred = preference_columns(service, suits, therapist, practice)
        entry = write_entry(service, person, screened, answers=answers, via=via, key=key, **preferred)
        mail_entry_link(entry, practice)
        transaction.on_commit(wake_worker)
        return entry

    return run_transaction(work)


def entry_kept(live: WaitlistEntry, via: str, practice: Practice) -> WaitlistEntry:
    """The entry of a client who waits already, its link mailed again. Raises NotPossible at the desk."""
    if via == Appointment.Via.DESK:
        raise NotPossible(_("This client waits for this service already."))
    mail_entry_link(live, practice, again=True)
    return live


def write_entry(
    service: Service,
    client: Client,
    screened: ScreeningResult,
    *,
    answers: SafetyAnswers,
    via: str,
    key: str | None,
    **preferences: object,
) -> WaitlistEntry:
    """The entry with its safety answers."""
    return WaitlistEntry.objects.create(
        client=client,
        service=service,
        screening=record_screening(
            client, technique_slug=service.technique, screened=screened, with_pain=answers.with_pain
        ),
        via=via,
        idempotency_key=key,
        **preferences,
    )


def preference_columns(
    service: Service, suits: Preferences, therapist: Therapist | None, practice: Practice
) -> dict[str, object]:
    """With whom, days and hours as an entry stores them, and what suits and is free already: that has not opened."""
    return {
        "therapist": therapist,
        "free_already": [each.start for each in free_times_suiting(service, suits, therapist, practice)],
        "weekdays": sorted(suits.weekdays),
        "from_time": suits.from_time,
        "until_time": suits.until_time,
        "first_date": suits.first,
        "last_date": suits.last,
    }


def mail_entry_link(entry: WaitlistEntry, practice: Practice, *, again: bool = False) -> None:
    """Mail the link to the address on file: once for an entry, and once a day to someone who joins again."""
    if not entry.client.email:
        return
    day = f":{timezone.now():%Y-%m-%d}" if again else ""
    queue_message(
        WaitlistJoined.code,
        joined(entry, practice, again=again),
        client=entry.client,
        dedupe_key=f"waitlist:{entry.public_id}{day}",
    )
    transaction.on_commit(wake_worker)


@transactional
def change_preferences(
    entry: WaitlistEntry, *, suits: Preferences, therapist: Therapist | None, practice: Practice
) -> WaitlistEntry:
    """Other days and hours, or someone else. An open offer stays open. Raises NotPossible for an ended entry."""
    current = WaitlistEntry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    if not current.is_live:
        raise NotPossible(_("You are not on the waitlist any more. You can join it again."))
    new = preference_columns(current.service, suits, therapist, practice)
    for name, value in new.items():
        setattr(current, name, value)
    current.save(update_fields=list(new))
    transaction.on_commit(wake_worker)
    return current
