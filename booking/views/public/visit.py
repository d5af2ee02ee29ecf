"""A client's page for one appointment, opened by its link: time, place and service, never a health answer (I10)."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking import flow
from booking.access import owns_visit
from booking.actions import confirm_by_client, may_be_confirmed
from booking.actions.rescreening import swap_offer
from booking.calendar_file import calendar_file
from booking.models import Appointment, Reminder
from booking.models.appointment import Status
from booking.models.reminder import ReminderState
from booking.reminders.kinds.confirmation import CONFIRMATION
from booking.reminders.kinds.intake_missing import mail_intake_link
from booking.reminders.kinds.reminder_24h import REMINDER_24H
from booking.reminders.kinds.reminder_48h import REMINDER_48H
from booking.terms import terms_of_swap
from clients.models import IntakeRequest
from clinic.errors import Refusal
from clinic.links import came_by_mail, mint, opened_by_link
from clinic.models import LinkPurpose, Practice
from clinic.posting import post_only
from clinic.throttle import hold_back, hold_back_whoever

opened_visit = opened_by_link(LinkPurpose.VISIT, or_by=owns_visit)
# An intake link from here is opened at once; the mailed one lives as long as the visit is ahead.
INTAKE_LINK_LASTS = dt.timedelta(days=1)
REMINDERS = (REMINDER_48H.code, REMINDER_24H.code)
# To one mailbox: whoever booked may have typed an address that is not theirs.
LINKS_A_DAY = "10/d"


@dataclass(frozen=True)
class Visit:
    """An appointment as its client sees it, and what they may do with it by themselves."""

    appointment: Appointment
    practice: Practice

    @property
    def cutoff(self) -> dt.datetime:
        """The last instant for moving and cancelling online."""
        return self.appointment.cutoff(self.practice.cancel_cutoff_hours)

    @property
    def may_cancel(self) -> bool:
        """Still ahead, and before the cut-off."""
        return self.appointment.is_ahead and timezone.now() <= self.cutoff

    @property
    def may_move(self) -> bool:
        """As cancelling, and not moved too often."""
        return self.may_cancel and self.appointment.has_moves_left(self.practice.moves_per_visit)

    @property
    def is_too_late(self) -> bool:
        """Ahead, but past the cut-off: only a call helps."""
        return self.appointment.is_ahead and not self.may_cancel

    @property
    def may_confirm(self) -> bool:
        """Booked and ahead, nothing the client answered stops it, and they have not said yet that they come."""
        return self.appointment.confirmed_by_client_at is None and may_be_confirmed(self.appointment)

    @property
    def is_requested(self) -> bool:
        """Whether it waits for the therapist's yes."""
        return self.appointment.status == Status.REQUESTED

    @property
    def is_confirmed_by_mail(self) -> bool:
        """Whether a mail about the booking goes out or went: not where the practice sends none, or has no address."""
        news = self.appointment.reminders.filter(Reminder.goes_out(timezone.now()), kind=CONFIRMATION.code)
        return bool(self.appointment.client.email) and news.exists()

    @property
    def is_reminded(self) -> bool:
        """Whether a reminder is still to come: one booked shortly before gets none."""
        return self.appointment.reminders.filter(kind__in=REMINDERS, state=ReminderState.DUE).exists()

    @property
    def intake(self) -> IntakeRequest | None:
        """The intake asked for with this visit, if any. Only whether it is done is shown here."""
        return IntakeRequest.objects.filter(visit=self.appointment.public_id).first()


def visit_of(subject: uuid.UUID) -> Visit:
    """The appointment whose link was opened. Raises Http404."""
    found = Appointment.objects.with_people().filter(public_id=subject).first()
    if found is None:
        raise Http404
    return Visit(found, Practice.current())


@opened_visit
@require_safe
def visit(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """When, where, with whom, how it stands, and what the client can do."""
    shown = visit_of(subject)
    # Whoever was shown the link need not be the client, and that there is an offer says something about their health.
    mine = came_by_mail(request, LinkPurpose.VISIT, subject) or owns_visit(request, subject)
    instead = swap_offer(shown.appointment) if mine else None
    context = {
        "visit": shown,
        "just_booked": flow.booked_here(request, subject),
        "instead": instead,
        "terms": terms_of_swap(instead, shown.appointment, shown.practice) if instead else None,
    }
    return render(request, "booking/public/visit.html", context)


@opened_visit
@require_safe
def done(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """What was booked and what happens next. Reached once, straight from the booking."""
    if not flow.booked_here(request, subject):
        return redirect("booking:visit", key=str(subject))
    return render(request, "booking/public/done.html", {"visit": visit_of(subject)})


@opened_visit
@require_safe
def calendar(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """The visit as a calendar file."""
    shown = visit_of(subject)
    text = calendar_file(shown.appointment, shown.practice, method="PUBLISH")
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


@opened_visit
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Ask on GET, because mail scanners open links (I9); say yes on POST."""
    shown = visit_of(subject)
    if request.method != "POST":
        return render(request, "booking/public/confirm.html", {"visit": shown, "back_url": page_of(subject)})
    try:
        confirm_by_client(shown.appointment)
    except Refusal as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Thank you. We look forward to seeing you."))
    return redirect("booking:visit", key=str(subject))


@opened_visit
@post_only("booking:visit", "key")
def intake(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Open the intake for the browser that just booked; anyone else with the visit's link has it mailed to the client.

    The visit link shows no health answer, so it must not open the intake either (I10).
    """
    shown = visit_of(subject)
    asked = shown.intake
    if asked is None or not asked.is_open:
        messages.info(request, _("There is nothing to fill in for this visit."))
    elif flow.booked_here(request, subject) and not asked.by_mail:
        token = mint(purpose=LinkPurpose.INTAKE, subject=asked.public_id, lasts=INTAKE_LINK_LASTS)
        return redirect("clients:intake", key=token)
    else:
        try:
            hold_back(request, scope="link")
            hold_back_whoever(shown.appointment.client.email_key or str(subject), scope="link", rate=LINKS_A_DAY)
            mail_intake_link(shown.appointment, asked)
        except Refusal as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, _("The link is on its way to your mailbox."))
    return redirect("booking:visit", key=str(subject))


def page_of(subject: uuid.UUID) -> str:
    """The address of a visit's page for a browser that opened its link."""
    return reverse("booking:visit", args=[str(subject)])
