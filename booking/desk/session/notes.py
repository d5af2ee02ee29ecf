"""The session note at the desk: saved, saved by itself while it is typed, signed, and added to."""

import json
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.access import health_only, is_own_session, may_read_note
from booking.appointments.session_notes import add_addendum, delete_note_draft, sign_for_colleague, write_parts
from booking.desk.session.client_column import last_note
from booking.desk.session.forms import NOTE_FIELDS, AddendumForm, NoteForm, SignForColleagueForm
from booking.desk.session.note_kept import appointment_button, changed_meanwhile, note_from_post, store_note_parts
from booking.desk.session.page import appointment_with_history, render_appointment
from booking.models import Appointment, SessionNote
from clients.record.access_log import note_access
from clinic.country.locale import current_formats
from clinic.errors import Refusal
from clinic.models import AccessEvent
from clinic.web.http import StaffRequest, redirect_saying, refusals_in, refusals_said
from clinic.web.post_only import post_only


def appointment_of_note(request: StaffRequest, public_id: uuid.UUID) -> Appointment:
    """The appointment of a note that this person may read. Raises Http404."""
    appointment = appointment_with_history(request.user, public_id)
    if not may_read_note(request.user, appointment, request.practice):
        raise Http404
    return appointment


@health_only
@post_only("booking:desk-appointment", "public_id")
def save_session_note(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Save the session note, or with the button “sign” lock it. 409 where somebody else wrote there too."""
    appointment = appointment_of_note(request, public_id)
    if not is_own_session(request.user, appointment):
        form = note_from_post(request, appointment)
        form.add_error(None, not_your_note(appointment))
        return render_appointment(request, appointment, note_form=form, status=422)
    sign = "sign" in request.POST
    try:
        form, _written = store_note_parts(request, appointment, deliberate=True, sign=sign)
    except Refusal as refusal:
        form = note_from_post(request, appointment)
        form.add_error(None, refusal.for_team)
        return render_appointment(request, appointment, note_form=form, status=422)
    if form.instance.is_locked:
        messages.error(request, _("This note is signed. What you wish to add goes into an addendum."))
        return render_appointment(request, appointment, status=422)
    if sign and form.is_valid() and form.merged:
        form.add_error(None, changed_meanwhile())
        return render_appointment(request, appointment, note_form=form, status=409)
    if not form.is_valid():
        return render_appointment(request, appointment, note_form=form, status=409 if form.conflicts else 422)
    note_access(appointment.client, noun="session note", action=AccessEvent.Action.CHANGE, user=request.user)
    messages.success(request, _("Signed. From now on you add to it with an addendum.") if sign else _("Note saved."))
    return redirect("booking:desk-appointment", public_id=public_id)


@health_only
@appointment_button
def copy_last_note(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put the words of the last note into those of the four parts that are still empty."""
    appointment = appointment_of_note(request, public_id)
    last = last_note(request.user, appointment, request.practice)
    if last is None or not is_own_session(request.user, appointment):
        raise Http404
    note = SessionNote.objects.filter(appointment=appointment).first() or SessionNote(appointment=appointment)
    parts = {name: getattr(last, name) for name in NOTE_FIELDS if getattr(last, name) and not getattr(note, name)}
    with refusals_said(request):
        write_parts(appointment, parts=parts, by=request.user)
    return redirect("booking:desk-appointment", public_id=public_id)


@health_only
@post_only("booking:desk-appointment", "public_id")
def autosave_note(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep what is typed so far. Answers what the page is to say, and what it shows from now on."""
    appointment = appointment_of_note(request, public_id)
    if not is_own_session(request.user, appointment):
        raise Http404
    form, written = store_note_parts(request, appointment, deliberate=False)
    left = form.left(written)
    clock = current_formats().clock(timezone.localtime())
    said = _("Saved %(clock)s") % {"clock": clock}
    if form.instance.is_locked and left:
        said = _("This note was signed meanwhile. Your text is kept: reload the page to add it as an addendum.")
    elif form.conflicts:
        said = _("Somebody else wrote there too. Your text is kept beside it: press Save to see both.")
    elif left:
        said = _("Kept %(clock)s, not yet part of the note: press Save.") % {"clock": clock}
    return JsonResponse({"said": said, "all": not left, "shown": json.dumps(form.shown_after(written))})


def not_your_note(appointment: Appointment) -> str:
    """Why a colleague's note does not change."""
    said = _("%(name)s gave this session and writes its note. You can sign it in their place, with the reason.")
    return said % {"name": appointment.therapist.name}


@health_only
@post_only("booking:desk-appointment", "public_id")
def sign_colleague_note(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Sign the note of a colleague, with the reason; where they wrote nothing, with a text of one's own."""
    appointment = appointment_of_note(request, public_id)
    form = SignForColleagueForm(request.POST)
    text = NoteForm(request.POST, instance=SessionNote(appointment=appointment))
    if form.is_valid() and text.is_valid():
        with refusals_in(form):
            sign_for_colleague(appointment, text=text.soap(), reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("Signed. From now on you add to it with an addendum."))
            return redirect("booking:desk-appointment", public_id=public_id)
    return render_appointment(request, appointment, note_form=text, sign_form=form, status=422)


@health_only
@post_only("booking:desk-appointment", "public_id")
def add_note_addendum(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add a text under the signed note; or, with the button “discard”, let go of a draft that came too late for it."""
    appointment = appointment_of_note(request, public_id)
    if "discard" in request.POST:
        delete_note_draft(appointment, by=request.user)
        return redirect_saying(request, _("Thrown away."), "booking:desk-appointment", public_id=public_id)
    form = AddendumForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            add_addendum(appointment, text=form.cleaned_data["text"], by=request.user)
            note_access(appointment.client, noun="session note", action=AccessEvent.Action.CHANGE, user=request.user)
            return redirect_saying(request, _("Added."), "booking:desk-appointment", public_id=public_id)
    return render_appointment(request, appointment, addendum_form=form, status=422)
