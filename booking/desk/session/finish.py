"""The sheet that closes a session: pain after, signed, completed and rebooked by one button.

All of it is done in one transaction, or nothing: then the sheet comes back as it was typed. Sent again it is the same
booking and the same payment.
"""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import appointment_for, is_own_session, team_only
from booking.appointments.locking import lock_therapists, run_transaction
from booking.appointments.next_appointment import book_next, interval_in_weeks, next_offer
from booking.appointments.session_notes import lock_note, sign_note
from booking.appointments.status import complete_appointment
from booking.desk.practice.appointment_mails import booking_notice, change_notice
from booking.desk.session.action_bar import TERMS_PREFIX, offer_context
from booking.desk.session.forms import FinishForm, NoteForm
from booking.desk.session.note_kept import appointment_button, changed_meanwhile, note_from_post
from booking.desk.session.page import SentForms, appointment_with_history, render_appointment
from booking.desk.session.pain import store_numbers
from booking.errors import NotPossible
from booking.models import Appointment, SessionNote, Status
from booking.payments.access import may_take_payment
from booking.payments.forms import PaymentForm
from booking.scheduling.terms import FIELD_NAMES, terms_in_form
from clients.models import PainScore
from clients.record.access_log import note_access
from clinic.accounts.rights import may_read_health
from clinic.errors import Refusal
from clinic.models import AccessEvent
from clinic.templatetags.moments import price
from clinic.web.http import StaffRequest


@team_only
@appointment_button
def finish_session(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Do what the sheet says, whole, or show it again as typed with what stands in the way."""
    appointment = appointment_with_history(request.user, public_id)
    form, pay = FinishForm(request.POST), payment_form(request, appointment)
    sent: SentForms = {"finish_form": form} if pay is None else {"finish_form": form, "pay_form": pay}
    if not all(each.is_valid() for each in (form, pay) if each is not None):
        return render_appointment(request, appointment, **sent, status=422)
    note = note_to_sign(request, appointment, form)
    if note is not None and (not note.is_valid() or note.merged):
        if note.is_valid():
            note.add_error(None, changed_meanwhile())
        sent["note_form"] = note
        return render_appointment(request, appointment, **sent, status=409)
    try:
        must_have_taken_place(appointment)
        done = run_transaction(lambda: close_session(request, appointment, form, note, pay))
    except Refusal as refusal:
        is_money = pay is not None and refusal.field in pay.fields
        (pay if pay is not None and is_money else form).add_error(refusal.field if is_money else None, refusal.for_team)
        return render_appointment(request, appointment, **sent, status=409)
    messages.success(request, " ".join(done) or _("Nothing was left to do."))
    return redirect("booking:desk-appointment", public_id=public_id)


def payment_form(request: StaffRequest, appointment: Appointment) -> PaymentForm | None:
    """How it was paid, as sent; None where this person takes no money for it."""
    if not may_take_payment(request.user, appointment):
        return None
    return PaymentForm(request.POST, appointment=appointment, may_wait=True)


def note_to_sign(request: StaffRequest, appointment: Appointment, form: FinishForm) -> NoteForm | None:
    """The note as it was sent, where it is to be signed and can be: theirs, open, and not empty."""
    if not form.cleaned_data["sign"] or not is_own_session(request.user, appointment):
        return None
    sent = note_from_post(request, appointment)
    if sent.instance.is_locked:
        return None
    if sent.is_valid() and not sent.merged and not sent.soap().is_written:
        messages.warning(request, _("The note is still empty, so it is not signed."))
        return None
    return sent


def must_have_taken_place(appointment: Appointment) -> None:
    """Refuse to close what has not begun or was settled otherwise, before anything is booked. Raises NotPossible."""
    if appointment.starts_at > timezone.now():
        raise NotPossible(_("This session has not begun yet."))
    if appointment.status != Status.COMPLETED and not appointment.can_become(Status.COMPLETED):
        raise NotPossible(_("This appointment is already %(status)s.") % {"status": appointment.get_status_display()})


def rebook_after_session(request: StaffRequest, appointment: Appointment, form: FinishForm) -> Appointment | None:
    """Book the time that was chosen, if one was. Raises Refusal."""
    start: dt.datetime | None = form.cleaned_data["start"]
    if start is None:
        return None
    shown = terms_in_form({name: request.POST.get(TERMS_PREFIX + name, "") for name in FIELD_NAMES})
    key = str(form.cleaned_data["key"])
    booked = book_next(appointment, start=start, key=key, shown=shown, by=request.user, practice=request.practice)
    note_access(booked.client, noun="appointment", action=AccessEvent.Action.CHANGE, user=request.user)
    return booked


def close_session(
    request: StaffRequest, appointment: Appointment, form: FinishForm, note: NoteForm | None, pay: PaymentForm | None
) -> list[str]:
    """Keep the pain after, sign, complete, take the money and rebook. Returns what was done in words.

    Runs inside `run_transaction`. Raises Refusal.
    """
    # As every booking does: the therapist before the appointment.
    lock_therapists({appointment.therapist_id})
    done = []
    if may_read_health(request.user):
        store_numbers(appointment, request.POST, by=request.user, moments=(PainScore.Moment.AFTER,))
    if note is not None:
        lock_note(appointment)
        sign_note(appointment, text=note.soap(), by=request.user)
        note_access(appointment.client, noun="session note", action=AccessEvent.Action.CHANGE, user=request.user)
        done.append(_("Signed."))
    if appointment.status != Status.COMPLETED:
        complete_appointment(appointment, by=request.user)
        done.append(_("Completed."))
    paid = pay.save(by=request.user) if pay is not None else None
    if paid is not None:
        money, how = price(paid.amount, paid.currency), paid.get_method_display()
        done.append(_("Paid: %(money)s, %(how)s.") % {"money": money, "how": how})
    booked = rebook_after_session(request, appointment, form)
    if booked is not None:
        done.append(change_notice([booked], *booking_notice(booked)))
    return done


@team_only
@require_safe
def times_after_session(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The times to rebook at for another interval, for htmx."""
    appointment = appointment_for(request.user, public_id)
    typed = request.GET.get("rebook_weeks", "")
    weeks = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
    note = SessionNote.objects.filter(appointment=appointment).first()
    offer = None
    if appointment.starts_at <= timezone.now():
        offer = next_offer(appointment, weeks or interval_in_weeks(appointment, note), request.practice)
    context = {"appointment": appointment, **offer_context(appointment, offer, request.practice), "is_swap": True}
    return render(request, "booking/desk/session/next_times.html", context)
