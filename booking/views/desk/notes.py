"""The session note at the desk: saved, saved by itself while it is typed, signed, and added to."""

import json
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import gave_session, health_only, reads_note
from booking.actions.notes import add_to_note, forget_draft
from booking.actions.signing_notes import sign_for_colleague
from booking.forms.notes import AddendumForm, NoteForm, SignForForm
from booking.models import Appointment, SessionNote
from booking.views.desk.keeping import take_in, typed_note
from booking.views.desk.visit import visit_for, visit_page
from clients.actions import note_access
from clinic.errors import Refusal
from clinic.http import StaffRequest
from clinic.locale import current
from clinic.models import AccessEvent, User
from clinic.posting import post_only


def note_visit(user: User, public_id: uuid.UUID) -> Appointment:
    """The visit of a note that this person may read. Raises Http404."""
    appointment = visit_for(user, public_id)
    if not reads_note(user, appointment):
        raise Http404
    return appointment


@health_only
@post_only("booking:desk-visit", "public_id")
def note(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Save the session note, or with the button “sign” lock it. 409 where somebody else wrote there too."""
    appointment = note_visit(request.user, public_id)
    if not gave_session(request.user, appointment):
        form = typed_note(request, appointment)
        form.add_error(None, only_theirs(appointment))
        return visit_page(request, appointment, note_form=form, status=422)
    sign = "sign" in request.POST
    try:
        form, _written = take_in(request, appointment, deliberate=True, sign=sign)
    except Refusal as refusal:
        form = typed_note(request, appointment)
        form.add_error(None, refusal.for_team)
        return visit_page(request, appointment, note_form=form, status=422)
    if form.instance.is_locked:
        messages.error(request, _("This note is signed. What you wish to add goes into an addendum."))
        return visit_page(request, appointment, status=422)
    if sign and form.is_valid() and form.merged:
        form.add_error(
            None, _("Somebody wrote into this note while your page was open. Read it as it is now, then sign.")
        )
        return visit_page(request, appointment, note_form=form, status=409)
    if not form.is_valid():
        return visit_page(request, appointment, note_form=form, status=409 if form.conflicts else 422)
    note_access(appointment.client, noun="session note", action=AccessEvent.Action.CHANGE, user=request.user)
    messages.success(request, _("Signed. From now on you add to it with an addendum.") if sign else _("Note saved."))
    return redirect("booking:desk-visit", public_id=public_id)


@health_only
@post_only("booking:desk-visit", "public_id")
def autosave(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep what is typed so far. Answers what the page is to say, and what it shows from now on."""
    appointment = note_visit(request.user, public_id)
    if not gave_session(request.user, appointment):
        raise Http404
    form, written = take_in(request, appointment, deliberate=False)
    left = form.left(written)
    clock = current().clock(timezone.localtime())
    said = _("Saved %(clock)s") % {"clock": clock}
    if form.instance.is_locked and left:
        said = _("This note was signed meanwhile. Your text is kept: reload the page to add it as an addendum.")
    elif form.conflicts:
        said = _("Somebody else wrote there too. Your text is kept beside it: press Save to see both.")
    elif left:
        said = _("Kept %(clock)s, not yet part of the note: press Save.") % {"clock": clock}
    return JsonResponse({"said": said, "all": not left, "shown": json.dumps(form.shown_after(written))})


def only_theirs(appointment: Appointment) -> str:
    """Why a colleague's note does not change."""
    said = _("%(name)s gave this session and writes its note. You can sign it in their place, with the reason.")
    return said % {"name": appointment.therapist.name}


@health_only
@post_only("booking:desk-visit", "public_id")
def sign_for(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Sign the note of a colleague, with the reason; where they wrote nothing, with a text of one's own."""
    appointment = note_visit(request.user, public_id)
    form = SignForForm(request.POST)
    text = NoteForm(request.POST, instance=SessionNote(appointment=appointment))
    if form.is_valid() and text.is_valid():
        try:
            sign_for_colleague(appointment, text=text.soap(), reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, refusal.for_team)
        else:
            messages.success(request, _("Signed. From now on you add to it with an addendum."))
            return redirect("booking:desk-visit", public_id=public_id)
    return visit_page(request, appointment, note_form=text, sign_form=form, status=422)


@health_only
@post_only("booking:desk-visit", "public_id")
def addendum(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add a text under the signed note; or, with the button “discard”, let go of a draft that came too late for it."""
    appointment = note_visit(request.user, public_id)
    if "discard" in request.POST:
        forget_draft(appointment, by=request.user)
        messages.success(request, _("Thrown away."))
        return redirect("booking:desk-visit", public_id=public_id)
    form = AddendumForm(request.POST)
    if form.is_valid():
        try:
            add_to_note(appointment, text=form.cleaned_data["text"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, refusal.for_team)
        else:
            note_access(appointment.client, noun="session note", action=AccessEvent.Action.CHANGE, user=request.user)
            messages.success(request, _("Added."))
            return redirect("booking:desk-visit", public_id=public_id)
    return visit_page(request, appointment, addendum_form=form, status=422)
