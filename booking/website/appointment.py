"""A client's page for one appointment, opened by its link: time, place and service, never a health answer (I10)."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import owns_appointment
from booking.appointments.clearance import needs_clearance
from booking.appointments.rescreening import suggested_swap
from booking.appointments.selection import Selection
from booking.appointments.status import confirm_by_client, may_be_confirmed
from booking.appointments.undo import own_cancellation_to_undo
from booking.models import Appointment, Reminder, ReminderState, Service, Status
from booking.payments.receipts import receipts_to_show
from booking.reminders.calendar_file import calendar_file
from booking.reminders.calendar_links import CalendarLink, calendar_links
from booking.reminders.kinds.confirmation import Confirmation
from booking.reminders.kinds.intake_missing import mail_intake_link
from booking.reminders.kinds.reminder_24h import Reminder24h
from booking.reminders.kinds.reminder_48h import Reminder48h
from booking.scheduling.terms import terms_of_swap
from booking.website import booking_session
from booking.website.common import safety_url
from clients.models import Attachment, CarePlan, Intake, IntakeRequest
from clients.plans.in_force import newest_plan
from clients.record.access import owns_plan
from clinic.models import LinkPurpose, Practice
from clinic.web.http import HttpRequest, refusals_told
from clinic.web.links import came_by_mail, mint_link, opened_by_link
from clinic.web.post_only import post_only
from clinic.web.throttle import throttle_key, throttle_request

opened_by_appointment_link = opened_by_link(LinkPurpose.APPOINTMENT, or_by=owns_appointment)
# An intake link from here is opened at once; the mailed one lives as long as the appointment is ahead.
INTAKE_LINK_VALID_FOR = dt.timedelta(days=1)
REMINDER_KINDS = (Reminder48h.code, Reminder24h.code)
# To one mailbox: whoever booked may have typed an address that is not theirs.
LINKS_A_DAY = "10/d"


@dataclass(frozen=True)
class ClientAppointment:
    """An appointment as its client sees it, and what they may do with it by themselves."""

    appointment: Appointment
    practice: Practice

    @property
    def cutoff(self) -> dt.datetime:
        """The last instant for moving and cancelling online."""
        return self.appointment.cutoff(self.practice)

    @property
    def may_cancel(self) -> bool:
        """Still ahead, and before the cut-off."""
        return self.appointment.is_ahead and not self.appointment.is_past_cutoff(self.practice, timezone.now())

    @property
    def may_move(self) -> bool:
        """As cancelling, and not moved too often."""
        return self.may_cancel and self.appointment.has_moves_left(self.practice)

    @property
    def is_too_late(self) -> bool:
        """Ahead, but past the cut-off: only a call helps."""
        return self.appointment.is_ahead and not self.may_cancel

    @property
    def may_undo_cancel(self) -> bool:
        """Whether the client cancelled it just now, so that one tap gives its time back while nobody else has it."""
        return own_cancellation_to_undo(self.appointment) is not None

    @property
    def may_confirm(self) -> bool:
        """Booked and ahead, nothing the client answered stops it, and they have not said yet that they come."""
        return self.appointment.confirmed_by_client_at is None and may_be_confirmed(self.appointment)

    @property
    def has_said_yes(self) -> bool:
        """Whether they have told us that they come to what is still ahead."""
        return self.appointment.is_ahead and self.appointment.confirmed_by_client_at is not None

    @property
    def coming_in_words(self) -> str:
        """The question whether they come, or how that stands."""
        name = {"name": self.appointment.client.called}
        if self.may_confirm:
            return _("Will %(name)s come?") % name if self.is_for_other else _("Will you come?")
        if self.has_said_yes:
            told = _("You told us that %(name)s will come") % name
            return told if self.is_for_other else _("You told us that you will come")
        if self.appointment.is_ahead:
            return _("Your therapist looks at this appointment first")
        return _("This appointment is over or was cancelled")

    @property
    def yes_in_words(self) -> str:
        """What the button says that confirms it."""
        if self.is_for_other:
            return _("Yes, %(name)s will come") % {"name": self.appointment.client.called}
        return _("Yes, I will come")

    @property
    def is_for_other(self) -> bool:
        """Whether somebody else booked it, at whose mailbox the health of who comes is not shown."""
        return self.appointment.booked_by is not None and self.appointment.client.hides_health

    @property
    def calendar_links(self) -> list[CalendarLink]:
        """Calendars on the web that take it by a link."""
        return calendar_links(self.appointment, self.practice)

    @property
    def policy(self) -> str:
        """The policy that they agreed to, while it still matters."""
        return self.appointment.policy_text if self.appointment.is_ahead else ""

    @property
    def is_requested(self) -> bool:
        """Whether it waits for the therapist's yes."""
        return self.appointment.status == Status.REQUESTED

    @property
    def asks_for_note(self) -> bool:
        """Whether a doctor's note is asked for that nobody has seen yet: that says something about their health."""
        # Who booked for somebody else knows what they answered themselves, and nothing of the health form.
        client = self.appointment.client
        intake = None if client.hides_health else Intake.objects.latest_of(client)
        return self.appointment.is_ahead and needs_clearance(self.appointment, intake, self.practice)

    @property
    def note_files(self) -> int:
        """How many files of a note came for it."""
        return Attachment.objects.filter(appointment=self.appointment.public_id).count()

    @property
    def is_confirmed_by_mail(self) -> bool:
        """Whether a mail about the booking goes out or went: not where the practice sends none, or has no address."""
        news = self.appointment.reminders.filter(Reminder.goes_out(timezone.now()), kind=Confirmation.code)
        return bool(self.appointment.client.email) and news.exists()

    @property
    def is_reminded(self) -> bool:
        """Whether a reminder is still to come: one booked shortly before gets none."""
        return self.appointment.reminders.filter(kind__in=REMINDER_KINDS, state=ReminderState.DUE).exists()

    @property
    def intake(self) -> IntakeRequest | None:
        """The intake asked for with this appointment, if any. Only whether it is done is shown here."""
        return IntakeRequest.objects.filter(appointment=self.appointment.public_id).first()

    @property
    def lost_its_consent(self) -> bool:
        """Whether what the client signed was withdrawn, or is too old, and nothing stands in its place."""
        client = self.appointment.client
        return client.consents.exists() and client.valid_consent(version=self.practice.consent_version) is None

    @property
    def again_url(self) -> str:
        """Where the same is booked again: this service with this therapist, while they are on offer."""
        service = Service.objects.on_offer().filter(pk=self.appointment.service_id).first()
        if service is None:
            return reverse("booking:book")
        therapist = service.therapists.at_work().filter(pk=self.appointment.therapist_id).first()
        return safety_url(Selection(service, None, therapist), for_other=self.is_for_other)


def appointment_of_link(subject: uuid.UUID, practice: Practice) -> ClientAppointment:
    """The appointment whose link was opened. Raises Http404."""
    return ClientAppointment(get_object_or_404(Appointment.objects.with_people(), public_id=subject), practice)


def is_of_reader(request: HttpRequest, subject: uuid.UUID) -> bool:
    """Whether the client themselves reads: by the link that was mailed to them, or signed in. Whoever was shown a link
    on a page need not be the client, and is told nothing of their health or money."""
    return came_by_mail(request, LinkPurpose.APPOINTMENT, subject) or owns_appointment(request, subject)


@opened_by_appointment_link
@require_safe
def appointment_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """When, where, with whom, how it stands, and what the client can do."""
    shown = appointment_of_link(subject, request.practice)
    mine = is_of_reader(request, subject)
    reads_health = mine and not shown.appointment.client.hides_health
    instead = suggested_swap(shown.appointment, request.practice) if reads_health else None
    receipts = receipts_to_show(shown.appointment) if mine else None
    just_booked = booking_session.was_booked_here(request, subject)
    context = {
        "shown": shown,
        "just_booked": just_booked,
        "asks_for_note": (mine or just_booked) and shown.asks_for_note,
        "instead": instead,
        "receipts": receipts,
        "plan_url": plan_url(request, shown.appointment) if reads_health else "",
        "terms": terms_of_swap(instead, shown.appointment, shown.practice) if instead else None,
    }
    return render(request, "booking/website/appointment.html", context)


def plan_url(request: HttpRequest, appointment: Appointment) -> str:
    """Where the plan made for an appointment is read, else the client's newest: at once by who is signed in, else after
    the code; empty without one.

    The link of an appointment shows no health answer, so it opens no plan by itself (I10).
    """
    made_for_it = CarePlan.objects.filter(appointment=appointment.public_id).order_by("made_at", "pk").last()
    plan = made_for_it or newest_plan(appointment.client)
    if plan is None:
        return ""
    if owns_plan(request, plan.public_id):
        return reverse("clients:care", args=[str(plan.public_id)])
    return reverse("booking:me-care", args=[appointment.client.public_id])


@opened_by_appointment_link
@require_safe
def done_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """What was booked and what happens next. Reached once, straight from the booking."""
    if not booking_session.was_booked_here(request, subject):
        return redirect("booking:appointment", key=str(subject))
    return render(request, "booking/website/done.html", {"shown": appointment_of_link(subject, request.practice)})


@opened_by_appointment_link
@require_safe
def calendar_download(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """The appointment as a calendar file."""
    shown = appointment_of_link(subject, request.practice)
    text = calendar_file(shown.appointment, shown.practice, method="PUBLISH")
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


@opened_by_appointment_link
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Ask on GET, because mail scanners open links (I9); say yes on POST."""
    shown = appointment_of_link(subject, request.practice)
    if request.method != "POST":
        return render(request, "booking/website/confirm.html", {"shown": shown, "back_url": appointment_url(subject)})
    with refusals_told(request):
        confirm_by_client(shown.appointment)
        messages.success(request, _("Thank you. We look forward to seeing you."))
    return redirect("booking:appointment", key=str(subject))


@opened_by_appointment_link
@post_only("booking:appointment", "key")
def open_intake(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Open the intake for the browser that just booked.

    Anyone else with the appointment's link has it mailed to the client.

    The appointment link shows no health answer, so it must not open the intake either (I10).
    """
    shown = appointment_of_link(subject, request.practice)
    asked = shown.intake
    if asked is None or not asked.is_open:
        messages.info(request, _("There is nothing to fill in for this appointment."))
    elif booking_session.was_booked_here(request, subject) and not asked.by_mail:
        token = mint_link(purpose=LinkPurpose.INTAKE, subject=asked.public_id, lasts=INTAKE_LINK_VALID_FOR)
        return redirect("clients:intake", key=token)
    else:
        with refusals_told(request):
            throttle_request(request, scope="link")
            throttle_key(shown.appointment.client.email_key or str(subject), scope="link", rate=LINKS_A_DAY)
            mail_intake_link(shown.appointment, asked, request.practice)
            messages.success(request, _("The link is on its way to your mailbox."))
    return redirect("booking:appointment", key=str(subject))


def appointment_url(subject: uuid.UUID) -> str:
    """The address of an appointment's page for a browser that opened its link."""
    return reverse("booking:appointment", args=[str(subject)])
