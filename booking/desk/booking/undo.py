"""What the desk answers once something is done, and its undo by the link in that answer. Works without scripts."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, astuple
from decimal import Decimal
from typing import Any

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from booking.appointments.access import appointment_for, appointments_for, team_only
from booking.appointments.status import cancel_appointment
from booking.appointments.time_off import delete_time_off
from booking.appointments.undo import Placement, Standing, undo_cancel, undo_move
from booking.models import Appointment, TimeOff
from booking.payments.access import may_take_payment, payments_for
from booking.payments.actions import undo_payment
from clinic.errors import Refusal
from clinic.web.http import StaffRequest, redirect_saying
from clinic.web.links import uuid_or_none

# The event that `clinic/static/js/desk-panel.js` listens to.
DONE = "desk:done"


def done(words: str, url: str, *, undo: str = "", failed: bool = False) -> HttpResponse:
    """An answer without a page: what was done, where one sees it, and the address that takes it back."""
    told = {"words": words, "url": url, "undo": undo, "failed": failed}
    # Headers are ASCII, which is what `dumps` writes.
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({DONE: told})})


SALT = "desk undo"
# The toast shows its button for ten seconds; who goes by the link in the page's message has a little longer.
UNDO_WITHIN = dt.timedelta(minutes=10)
MOVED, BOOKED, BLOCKED, CANCELLED, PAID = "moved", "booked", "blocked", "cancelled", "paid"
# By the link in a message nobody sees any more what was done: the page asks by name.
QUESTIONS = {
    MOVED: gettext_lazy("Put it back where it stood?"),
    BOOKED: gettext_lazy("Take the booking back? The time is free again then."),
    BLOCKED: gettext_lazy("Open the blocked time again?"),
    CANCELLED: gettext_lazy("Let what was cancelled stand again?"),
    PAID: gettext_lazy("Take the payment back? It stays in the list, as entered by mistake."),
}


def undo_url(what: str, subject: object, **known: Any) -> str:
    """The address that takes back what was done to an appointment or a time off. It names ids and times only."""
    token = signing.dumps([what, str(subject), known], salt=SALT, compress=True)
    return reverse("booking:desk-undo", args=[token])


def undo_move_url(appointment: Appointment, before: Placement) -> str:
    """The address that puts an appointment back where it stood."""
    known = asdict(before)
    for name in ("start", "confirmed_at"):
        known[name] = known[name].isoformat() if known[name] else None
    known["price"] = str(before.price)
    return undo_url(MOVED, appointment.public_id, **known)


def undo_cancel_url(appointment: Appointment, before: Sequence[Standing]) -> str:
    """The address that gives an appointment, or all of its series that were cancelled with it, their times back."""
    return undo_url(CANCELLED, appointment.public_id, stood=[astuple(each) for each in before])


def with_undo(words: str, url: str) -> SafeString:
    """What was done, and the link that takes it back, for the page's messages."""
    return format_html('{} <a href="{}">{}</a>', words, url, _("Undo"))


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def undo_page(request: StaffRequest, token: str) -> HttpResponse:
    """A button that takes it back; on POST take it back, or say why not."""
    try:
        what, subject, known = signing.loads(token, salt=SALT, max_age=UNDO_WITHIN)
    except signing.BadSignature:
        return render_undo(request, why=_("It is too late to undo this here."), status=410)
    if request.method != "POST":
        return render_undo(request, question=str(QUESTIONS[what]))
    try:
        words, url = undo_what_was_done(request, what, subject, known)
    except Refusal as refusal:
        if request.htmx:
            return done(refusal.for_team, "", failed=True)
        return render_undo(request, why=refusal.for_team, status=409)
    if request.htmx:
        return done(words, url if what == MOVED else "")
    return redirect_saying(request, words, url)


def undo_what_was_done(request: StaffRequest, what: str, subject: str, known: dict[str, Any]) -> tuple[str, str]:
    """Take it back; return what is said and where one sees it. Raises Refusal, Http404."""
    if what == BLOCKED:
        delete_time_off(get_object_or_404(TimeOff, pk=subject))
        return _("Open again."), reverse("booking:desk-time-off")
    key = uuid_or_none(subject)
    if key is None:
        raise Http404
    if what == PAID:
        payment = get_object_or_404(payments_for(request.user), public_id=key)
        if not may_take_payment(request.user, payment.appointment):
            raise Http404
        undo_payment(payment, by=request.user)
        return _("Taken back."), reverse("booking:desk-payment", args=[payment.appointment.public_id])
    appointment = appointment_for(request.user, key)
    if what == BOOKED:
        cancel_appointment(
            appointment, reason=_("undone"), via=Appointment.Via.DESK, practice=request.practice, by=request.user
        )
        return _("Taken back: it is not booked."), reverse("booking:desk")
    if what == CANCELLED:
        stood = [Standing(key=pk, revision=revision, status=status) for pk, revision, status in known["stood"]]
        gone = list(appointments_for(request.user).filter(pk__in=[each.key for each in stood]))
        if len(gone) != len(stood):
            raise Http404
        undo_cancel(gone, stood=stood, via=Appointment.Via.DESK, by=request.user)
        words = ngettext("It stands again.", "They stand again: %(count)d appointments.", len(gone))
        return words % {"count": len(gone)}, reverse("booking:desk-appointment", args=[key])
    undo_move(appointment, before=placement_from(known), via=Appointment.Via.DESK, by=request.user)
    return _("It stands where it stood."), reverse("booking:desk-appointment", args=[key])


def placement_from(known: dict[str, Any]) -> Placement:
    """Where an appointment stood, as an address carried it."""
    moments = {
        name: dt.datetime.fromisoformat(known[name]) if known[name] else None for name in ("start", "confirmed_at")
    }
    return Placement(**{**known, **moments, "price": Decimal(known["price"])})


def render_undo(request: StaffRequest, *, question: str = "", why: str = "", status: int = 200) -> HttpResponse:
    """The page with the question and its button, or with why there is none."""
    context = {"question": question, "why": why}
    return render(request, "booking/desk/undo.html", context, status=status)
