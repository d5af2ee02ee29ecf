"""The session note that comes along with every button of an appointment's page, and what of it can be kept where.

The page of an appointment is one form, so whatever is pressed, the note is sent too and nothing that was typed is lost.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.access import appointment_for, is_own_session
from booking.appointments.session_notes import lock_note, save_note_draft, sign_note, write_parts
from booking.desk.session.forms import NoteForm
from booking.models import Appointment, SessionNote
from clients.record.access_log import note_access
from clinic.models import AccessEvent, User
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only

P = ParamSpec("P")
EDITING_SESSION = dt.timedelta(minutes=10)
View = Callable[Concatenate[StaffRequest, P], HttpResponseBase]


def note_from_post(request: StaffRequest, appointment: Appointment) -> NoteForm:
    """The note as it was sent, merged with what stands."""
    note = SessionNote.objects.filter(appointment=appointment).select_related("saved_by").first()
    return NoteForm(request.POST, instance=note or SessionNote(appointment=appointment))


def changed_meanwhile() -> str:
    """What is said to somebody who signs a note that is not what their page showed."""
    return _("Somebody wrote into this note while your page was open. Read it as it is now, then sign.")


@transaction.atomic
def store_note_parts(
    request: StaffRequest, appointment: Appointment, *, deliberate: bool, sign: bool = False
) -> tuple[NoteForm, set[str]]:
    """Write the parts that this person alone changed, keep the others as their draft, and say which were written.

    What a colleague changed too is written only by a `deliberate` save of somebody who has seen both. With `sign` the
    note is signed where it is whole and just what its signer saw. Raises NotPossible where it is empty.
    """
    form = note_from_post(request, appointment)
    if sign or form.writable(deliberate=deliberate):
        lock_note(appointment)
        form = note_from_post(request, appointment)
    written = {} if form.instance.is_locked else form.writable(deliberate=deliberate)
    left = form.left(written)
    if written:
        if not deliberate and is_new_editing_session(form.instance, request.user):
            note_access(appointment.client, noun="session note", action=AccessEvent.Action.CHANGE, user=request.user)
        write_parts(appointment, parts=written, by=request.user)
    save_note_draft(appointment, by=request.user, left=left, done={*form.touched, *form.contested} - {*left})
    if sign and form.is_valid() and not form.merged and not form.instance.is_locked:
        sign_note(appointment, text=form.soap(), by=request.user)
    return form, {*written}


def is_new_editing_session(note: SessionNote, user: User) -> bool:
    """Whether somebody begins to write: while they go on, the access log gets one line and not one for each pause."""
    return note.saved_by != user or timezone.now() - note.saved_at > EDITING_SESSION


def saves_note_first(view: View[P]) -> View[P]:
    """Keep the note that was typed on the page of an appointment before another button's work is done.

    Stands under the decorators that say who may come. What htmx sends stays in the open page, and is left alone.
    """

    @wraps(view)
    def wrapped(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if NoteForm.shown_as in request.POST and not request.htmx:
            save_posted_note(request)
        return view(request, *args, **kwargs)

    return wrapped


def appointment_button(view: View[P]) -> View[P]:
    """What a button of an appointment's page does: by POST alone, the note that came along kept first."""
    return post_only("booking:desk-appointment", "public_id")(saves_note_first(view))


def save_posted_note(request: StaffRequest) -> None:
    """Save the note that another button of an appointment's page sent along, as far as it is this person's to write."""
    try:
        appointment = appointment_for(request.user, uuid.UUID(request.POST.get("appointment", "")))
    except ValueError:
        raise Http404 from None
    if not is_own_session(request.user, appointment):
        return
    form, written = store_note_parts(request, appointment, deliberate=False)
    if form.left(written):
        messages.warning(request, _("Part of your note is not in it yet. It is kept: please look at the note below."))
