"""The session note that comes along with every button of a visit's page, and what of it can be kept where.

The page of a visit is one form, so whatever is pressed, the note is sent too and nothing that was typed is lost.
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

from booking.access import appointment_for, gave_session
from booking.actions.notes import keep_draft, locked_note, sign_note, write_parts
from booking.forms.notes import NoteForm
from booking.models import Appointment, SessionNote
from clients.actions import note_access
from clinic.http import StaffRequest
from clinic.models import AccessEvent, User

P = ParamSpec("P")
ONE_SITTING = dt.timedelta(minutes=10)
View = Callable[Concatenate[StaffRequest, P], HttpResponseBase]


def typed_note(request: StaffRequest, appointment: Appointment) -> NoteForm:
    """The note as it was sent, merged with what stands."""
    note = SessionNote.objects.filter(appointment=appointment).select_related("saved_by").first()
    return NoteForm(request.POST, instance=note or SessionNote(appointment=appointment))


@transaction.atomic
def take_in(
    request: StaffRequest, appointment: Appointment, *, deliberate: bool, sign: bool = False
) -> tuple[NoteForm, set[str]]:
    """Write the parts that this person alone changed, keep the others as their draft, and say which were written.

    What a colleague changed too is written only by a `deliberate` save of somebody who has seen both. With `sign` the
    note is signed where it is whole and just what its signer saw. Raises NotPossible where it is empty.
    """
    form = typed_note(request, appointment)
    if sign or form.writable(deliberate=deliberate):
        locked_note(appointment)
        form = typed_note(request, appointment)
    written = {} if form.instance.is_locked else form.writable(deliberate=deliberate)
    left = form.left(written)
    if written:
        if not deliberate and is_new_sitting(form.instance, request.user):
            note_access(appointment.client, noun="session note", action=AccessEvent.Action.CHANGE, user=request.user)
        write_parts(appointment, parts=written, by=request.user)
    keep_draft(appointment, by=request.user, left=left, done={*form.touched, *form.contested} - {*left})
    if sign and form.is_valid() and not form.merged and not form.instance.is_locked:
        sign_note(appointment, text=form.soap(), by=request.user)
    return form, {*written}


def is_new_sitting(note: SessionNote, user: User) -> bool:
    """Whether somebody begins to write: while they go on, the access log gets one line and not one for each pause."""
    return note.saved_by != user or timezone.now() - note.saved_at > ONE_SITTING


def keeps_note(view: View[P]) -> View[P]:
    """Keep the note that was typed on the page of a visit before another button's work is done.

    Stands under the decorators that say who may come. What htmx sends stays in the open page, and is left alone.
    """

    @wraps(view)
    def wrapped(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if NoteForm.shown_as in request.POST and not request.htmx:
            keep_what_came_along(request)
        return view(request, *args, **kwargs)

    return wrapped


def keep_what_came_along(request: StaffRequest) -> None:
    """Save the note that another button of a visit's page sent along, as far as it is this person's to write."""
    try:
        appointment = appointment_for(request.user, uuid.UUID(request.POST.get("visit", "")))
    except ValueError:
        raise Http404 from None
    if not gave_session(request.user, appointment):
        return
    form, written = take_in(request, appointment, deliberate=False)
    if form.left(written):
        messages.warning(request, _("Part of your note is not in it yet. It is kept: please look at the note below."))
