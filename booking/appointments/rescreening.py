"""Appointments looked at again because a newer intake came in.

Where it speaks against the service, somebody must decide.

Part of each sweep. The appointment becomes a request; therapist and client are told once, in neutral words; the client
is offered the service that suits, at the same time, in one tap.
"""

import datetime as dt
import logging
from dataclasses import replace

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.history import record_history
from booking.appointments.known_health import suitability_of_booking
from booking.appointments.locking import lock_therapists, run_transaction
from booking.appointments.move import lock_appointment, swap_service
from booking.appointments.status import change_status
from booking.appointments.suggestion import suiting_instead
from booking.errors import NotPossible
from booking.models import AHEAD, Appointment, AppointmentChange, Service, Status
from booking.reminders.compose import load_contexts
from booking.reminders.kinds.doctor_first import DoctorFirst, doctor_first
from booking.reminders.kinds.please_look import PleaseLook, please_look
from booking.reminders.scheduling import schedule_acceptance
from booking.reminders.staff_notices import REQUEST, Notice, desk_page, mail_staff
from booking.reminders.standalone import queue_message
from booking.scheduling import schedule
from booking.scheduling.availability import OVERRIDABLE
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order, order_after_swap, order_as_booked
from booking.scheduling.terms import Terms
from clients.care import Level
from clients.intake.screening import ScreeningResult, record_screening, weeks_on
from clients.models import Intake
from clinic.models import Practice, User

logger = logging.getLogger(__name__)
RESCREEN_VIA = Appointment.Via.WEB


def rescreen_coming_appointments(practice: Practice, *, limit: int = 200) -> int:
    """Judge coming appointments whose client's newest intake is newer than their safety answers.

    Return how many changed.

    One that cannot be judged is logged and holds up no other. Running it twice tells nobody twice.
    """
    newest = Intake.objects.filter(client=OuterRef("client")).order_by("-given_at", "-id")
    appointments = Appointment.objects.upcoming().annotate(
        newest=Subquery(newest.values("pk")[:1]), newest_at=Subquery(newest.values("given_at")[:1])
    )
    waiting = appointments.filter(
        Q(rescreened_with=None) | ~Q(rescreened_with=F("newest")),
        newest_at__gt=Coalesce("screening__given_at", "created_at"),
    )
    changed = 0
    for appointment in waiting.order_by("starts_at")[:limit]:
        try:
            changed += run_transaction(lambda appointment=appointment: rescreen(appointment, practice))  # type: ignore[misc] # bound at once
        except Exception:
            logger.exception("Appointment %s could not be judged again.", appointment.public_id)
    return changed


def rescreen(appointment: Appointment, practice: Practice) -> bool:
    """Judge one appointment by booking and newest intake together; say whether somebody must decide.

    Runs in `safely`.
    """
    lock_therapists({appointment.therapist_id})
    current = lock_appointment(appointment)
    intake = Intake.objects.latest_of(current.client)
    if current.status not in AHEAD or intake is None or current.rescreened_with_id == intake.pk:
        return False
    before, now = (suitability_of_booking(current, each, practice, with_note=False) for each in (None, intake))
    before_that = current.screening
    weeks = weeks_on(now.answers.weeks, told_at=current.starts_at, at=timezone.now())
    current.screening = record_screening(
        current.client,
        technique_slug=order_as_booked(current).technique,
        screened=replace(now, answers=replace(now.answers, weeks=weeks)),
        retracted=before_that.retracted if before_that else (),
        with_pain=before_that is not None and before_that.with_pain,
    )
    current.rescreened_with = intake
    columns = ["screening", "rescreened_with"]
    speaks_against = now.prevents_session and screening_outcome(now) != screening_outcome(before)
    if speaks_against:
        was = current.status
        # No person moves an appointment back to requested; only newer answers do.
        current.status, current.changed_at, current.changed_by = Status.REQUESTED, timezone.now(), None
        current.clearance_seen_on = current.clearance_seen_by = None
        columns += ["status", "changed_at", "changed_by", "clearance_seen_on", "clearance_seen_by"]
    current.save(update_fields=columns)
    if speaks_against:
        record_history(
            current, AppointmentChange.What.ANSWERS, via=RESCREEN_VIA, by=None, before=was, after=str(Status.REQUESTED)
        )
        mail_therapist_review(current, intake, practice, was_requested=was == Status.REQUESTED)
        mail_client_review(current, intake, practice)
    return speaks_against


def screening_outcome(screened: ScreeningResult) -> tuple[object, ...]:
    """What was found to stand in the way, to tell news from what was known."""
    held_back = tuple(each for each in screened.because if each.level.holds_back)
    return screened.triage, screened.signs, screened.level, held_back


def mail_therapist_review(appointment: Appointment, intake: Intake, practice: Practice, *, was_requested: bool) -> None:
    """Ask the therapist to look, without a name or a health word. It stands for the mail about a waiting request."""
    starts = appointment.starts_at.astimezone(practice.zone)
    own_key = f"second-look:{appointment.public_id}:{intake.pk}"
    text = _(
        "Please look at the appointment on %(day)s at %(time)s. "
        "Newer answers have come in; it waits for your yes or no."
    )
    mail_staff(
        Notice(
            key=own_key if was_requested else f"{REQUEST}{appointment.public_id}:{appointment.revision}",
            therapist=appointment.therapist,
            subject=_("Please look at an appointment"),
            text=text % {"day": practice.formats.day(starts), "time": practice.formats.clock(starts)},
            url_path=desk_page(appointment),
            not_after=appointment.starts_at,
        ),
        practice,
    )


def mail_client_review(appointment: Appointment, intake: Intake, practice: Practice) -> None:
    """Tell the client kindly; what it is about stands nowhere in the mail.

    After an emergency answer, and where a doctor comes first, the appointment can wait, and the mail says only that.
    Nothing of it goes to a mailbox that is somebody else's: the team, who is told as well, calls.
    """
    client = appointment.client
    if not client.email or client.erased_at is not None or client.hides_health:
        return
    found, mail = suitability_of_booking(appointment, intake, practice), load_contexts([appointment], practice)
    if found.triage.allows_massage:
        code = PleaseLook.code
        message = please_look(
            mail[appointment.pk], instead=suggested_swap(appointment, practice), note=found.asks_for_note
        )
    else:
        code, message = DoctorFirst.code, doctor_first(mail[appointment.pk])
    key = f"{code}:{appointment.public_id}:{intake.pk}"
    queue_message(code, message, client=client, not_after=appointment.starts_at, dedupe_key=key)


def suggested_swap(appointment: Appointment, practice: Practice) -> Order | None:
    """What suits in place of what is booked, at its time with its therapist: another service, or the same without an
    add-on that does not suit any more. Or None.
    """
    if not appointment.is_ahead or appointment.rescreened_with_id is None:
        return None
    found = suitability_of_booking(appointment, appointment.rescreened_with, practice)
    if not found.triage.allows_massage or found.level is not Level.NEVER:
        return None
    for each in suiting_instead(order_as_booked(appointment), found, practice):
        order = order_after_swap(appointment, each.order.service, each.order.add_ons)
        if order.service == appointment.service or resources_fit(order, appointment, practice):
            return order
    return None


def resources_fit(order: Order, appointment: Appointment, practice: Practice) -> bool:
    """Whether the therapist gives this service and has the room for it at the appointment's time.

    Rules were met before.
    """
    if not appointment.therapist.services.filter(pk=order.service.pk).exists():
        return False
    day: dt.date = practice.date_of(appointment.starts_at)
    book = schedule.read_schedule(order, first=day, last=day, therapist=appointment.therapist, leaving_out=appointment)
    return book.check(appointment.therapist, appointment.starts_at, ignoring=OVERRIDABLE).reason is None


def accept_swap(
    appointment: Appointment,
    *,
    service: Service,
    practice: Practice,
    via: str = RESCREEN_VIA,
    by: User | None = None,
    shown: Terms | None = None,
) -> Appointment:
    """Take the offered service at the same time, by client or team; where it suits without a note, that decides it.

    `shown` is what whoever takes it saw of its terms. Raises NotPossible where it is not on offer any more,
    TermsChanged, SlotTaken, Busy.
    """
    offer = suggested_swap(appointment, practice)
    if offer is None or offer.service != service:
        raise NotPossible(
            _("That is not on offer any more. Please call us."), for_team=_("That is not on offer any more.")
        )
    swapped = swap_service(appointment, service=service, via=via, by=by, shown=shown, practice=practice)
    if suitability_of_booking(swapped, swapped.rescreened_with, practice).prevents_session:
        return swapped

    def work() -> Appointment:
        current = lock_appointment(swapped)
        if current.status == Status.REQUESTED:
            change_status(current, Status.CONFIRMED, via=via, by=by, revise=True)
            schedule_acceptance(current, configuration=current_configuration(), now=timezone.now())
        return current

    return run_transaction(work)
