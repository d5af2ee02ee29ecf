"""The last step: who books, the policy tick, and the booking itself; and the page that says it is done."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.appointments.book import book_appointment
from booking.appointments.booking_request import BookingRequest
from booking.appointments.client_sign_in import mail_booking_code, prove_by_code
from booking.appointments.forms import FOR_OTHER, DetailsForm, OtherPersonForm
from booking.appointments.links import mint_appointment_link
from booking.appointments.selection import Selection, has_unreadable_part, selection_from, unreadable_selection
from booking.errors import AlternativeTime, EmergencyAnswer, IdempotencyKeyReused, NotSuitable, SlotTaken
from booking.models import Appointment, Therapist
from booking.scheduling import schedule
from booking.scheduling.terms import POLICY, policy_mark, terms_in_form, terms_of
from booking.website import booking_session
from booking.website.common import (
    add_ons_url,
    answers_in_session,
    back_to_safety_question,
    clock_label,
    is_past_cutoff,
    offered_service,
    progress_step,
    redirect_to_step,
    required_step,
    safety_url,
    times_by_day,
    with_refusal_status,
)
from booking.website.me.forms import CodeForm
from booking.website.me.sign_in import TRIES_AN_HOUR, throttle_codes, with_form_status
from booking.website.unavailable import handles_gone_service
from clients.record.access import has_proved, note_proved, own_files
from clinic.errors import Refusal
from clinic.models import Practice
from clinic.web.http import HttpRequest
from clinic.web.throttle import Throttled, network_key, network_mark, throttle_bookings, throttle_key, throttle_request


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@handles_gone_service
def details_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask who comes, show what they book, and book it on POST. What was typed is never lost."""
    selection = selection_from(request.GET, offered_service(slug))
    answers = answers_in_session(request, selection)
    if answers is None and (done := booked_with_this_form(request, selection)):
        return redirect("booking:booked", key=str(done.public_id))
    if request.method == "POST":
        booking_session.store_details_draft(request, form_in_post(request.POST).typed)
        return submit_booking(request, selection, request.POST)
    elsewhere = required_step(request, selection, answers)
    if elsewhere is not None:
        return elsewhere
    kind = OtherPersonForm if booking_session.is_for_other(request) else DetailsForm
    form = kind(initial={**signed_in_contact(request), **details_typed_before(request)})
    if has_unreadable_part(request.GET, selection):
        return render_details(request, selection.at_any_time, form, refusal=unreadable_selection(), status=422)
    if selection.start is None:
        return redirect_to_step("booking:times", selection)
    free, others = check_time(selection, selection.start, request.practice)
    if not free:
        gone = SlotTaken(_("That time is not free any more."), alternatives=others)
        return render_details(request, selection, form, refusal=gone, status=409)
    return render_details(request, selection, form)


def form_in_post(sent: Mapping[str, Any]) -> DetailsForm:
    """The form that was sent: for whoever fills it in, or for somebody else."""
    return OtherPersonForm(sent) if sent.get("for_whom") == FOR_OTHER else DetailsForm(sent)


def is_for_same_person(request: HttpRequest, form: DetailsForm) -> bool:
    """Whether the answers of this session are of the person whom the form is about: a second tab may have begun a
    booking for somebody else meanwhile, and nobody's answers go into another's file."""
    return form.is_for_other == booking_session.is_for_other(request)


def booked_with_this_form(request: HttpRequest, selection: Selection) -> Appointment | None:
    """What this browser booked with this very page, for whoever comes back to it or sends it a second time.

    Its answers are forgotten then, so that without them nothing else is lost. A form sent again is known by its key:
    the same service at the same time may be for somebody else.
    """
    booked = booking_session.booked_in_session(request)
    if not booked or selection.start is None:
        return None
    rows = Appointment.objects.filter(
        public_id__in=booked, service=selection.service, starts_at=selection.start
    ).holding()
    return (rows.filter(idempotency_key=request.POST.get("key", "")) if request.method == "POST" else rows).first()


def signed_in_contact(request: HttpRequest) -> dict[str, str]:
    """Name and address of a client who is signed in, so that they need not type them; of several, the first, and
    nobody for whom they only booked."""
    client = own_files(request).filter(mailbox_is_anothers=False).first()
    columns = ("first_name", "last_name", "email", "phone")
    return {name: getattr(client, name) for name in columns} if client else {}


def details_typed_before(request: HttpRequest) -> dict[str, str]:
    """What was typed before another time was chosen; the tick under the policy only while its text is the same."""
    typed = booking_session.details_draft(request)
    if typed.get(POLICY) != policy_mark(request.practice.policy):
        typed.pop("policy", None)
    return typed


def submit_booking(request: HttpRequest, selection: Selection, sent: QueryDict) -> HttpResponse:
    """Book what was sent, or show the form again with what stands in the way."""
    form, answers = form_in_post(sent), answers_in_session(request, selection)
    if answers is None or not is_for_same_person(request, form):
        return back_to_safety_question(request, selection, form.typed, "booking:details", for_other=form.is_for_other)
    elsewhere = required_step(request, selection, answers)
    if elsewhere is not None:
        return elsewhere
    try:
        throttle_request(request, scope="book")
        if selection.start is None or has_unreadable_part(request.GET, selection):
            raise unreadable_selection()
        if not form.is_valid():
            return render_invalid_details(request, selection, form)
        practice, is_stranger = request.practice, not has_proved(request, form.cleaned_data["email"])
        if is_stranger and practice.confirms_address:
            return send_proof_code(request, selection, form.cleaned_data["email"], sent)
        if is_stranger:
            throttle_bookings(request, a_day=practice.bookings_per_network)
        appointment = book_appointment(
            BookingRequest(
                order=selection.order,
                start=selection.start,
                therapist=selection.therapist,
                client=form.person(),
                booked_by=form.booker(),
                answers=answers,
                policy_accepted=form.cleaned_data["policy"],
                via=Appointment.Via.WEB,
                practice=practice,
                key=str(form.cleaned_data["key"]),
                note=form.cleaned_data["note"],
                shown=terms_in_form(sent),
                is_stranger=is_stranger,
                network=network_mark(request),
            )
        )
    except (EmergencyAnswer, NotSuitable):
        return redirect_to_step("booking:safety-outcome", selection)
    except Refusal as error:
        return render_refused_details(request, selection, form, error)
    booking_session.finish_booking(request, appointment.public_id)
    return redirect("booking:booked", key=mint_appointment_link(appointment))


def send_proof_code(request: HttpRequest, selection: Selection, address: str, sent: QueryDict) -> HttpResponse:
    """Mail a code to the address typed, and keep the form until it is typed back. Raises Throttled."""
    throttle_codes(request, address)
    mail_booking_code(address, request.practice)
    booking_session.update_booking(request, proving=address, form=sent.urlencode())
    return redirect_to_step("booking:prove-address", selection)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@handles_gone_service
def prove_address_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the code that went to the address typed; a right one books what was asked for."""
    selection = selection_from(request.GET, offered_service(slug))
    # An address is typed by somebody, whom the next person at a shared browser need not know.
    held = booking_session.booking_in_progress(request) if booking_session.details_draft(request) else {}
    address = str(held.get("proving", ""))
    if not address:
        return redirect_to_step("booking:details", selection)
    form = CodeForm(request.POST if request.method == "POST" else None)
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        try:
            throttle_key(network_key(request), scope="code-tries", rate=TRIES_AN_HOUR)
            prove_by_code(address, form.cleaned_data["code"])
        except Throttled as error:
            refusal = error
        except Refusal as error:
            form.add_error("code", error.message)
        else:
            note_proved(request, address)
            return submit_booking(request, selection, QueryDict(str(held.get("form", ""))))
    context = {
        "form": form,
        "refusal": refusal,
        "address": address,
        "back_url": selection.url("booking:details"),
    }
    return with_form_status(render(request, "booking/website/prove_address.html", context), form.errors, refusal)


def render_invalid_details(request: HttpRequest, selection: Selection, form: DetailsForm) -> HttpResponse:
    """The form with its messages. A key that is not one was tampered with or lost: a fresh one, and a word about it."""
    refusal = None
    if "key" in form.errors:
        del form.errors["key"]
        form.with_fresh_key()
        refusal = Refusal(_("Something in the form was changed on its way. Please check it and send it again."))
    return render_details(request, selection, form, refusal=refusal, status=422)


def render_refused_details(
    request: HttpRequest, selection: Selection, form: DetailsForm, error: Refusal
) -> HttpResponse:
    """The form as it was typed, with the refusal on top: with other times, or with when to try again."""
    if isinstance(error, IdempotencyKeyReused):
        form.with_fresh_key()
        error = Refusal(
            _("You booked with this form before; a mail confirms it. Send it again for a second appointment.")
        )
    if error.code == "policy_changed":
        form.without_policy()
    return with_refusal_status(render_details(request, selection, form, refusal=error), error)


def check_time(selection: Selection, start: dt.datetime, practice: Practice) -> tuple[bool, list[AlternativeTime]]:
    """Whether a time is on offer now, better said before the form is filled than after; and where not, what is near."""
    day, order, therapist = timezone.localtime(start).date(), selection.order, selection.therapist
    free = schedule.month_of(order, first=day, last=day, therapist=therapist)
    if any(each.start == start for each in free.offers):
        return True, []
    return False, schedule.alternative_times(order, start, therapist=therapist)


def render_details(
    request: HttpRequest,
    selection: Selection,
    form: DetailsForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """The details with the booking in short beside them."""
    service, order = selection.service, selection.order
    here = reverse("booking:details", args=[service.slug])
    times_url = selection.at_any_time.url("booking:times")
    is_gone = isinstance(refusal, SlotTaken)
    context = {
        "service": service,
        "order": order,
        "adding_url": add_ons_url(selection),
        "form": form,
        "for_other_url": "" if form.is_for_other else safety_url(selection, for_other=True),
        # Also where a code was typed first: that page takes codes alone.
        "action": f"{here}?{request.GET.urlencode()}",
        "start": selection.start,
        "end": selection.start + dt.timedelta(minutes=order.minutes) if selection.start else None,
        "is_near": is_past_cutoff(service, selection.start, request.practice),
        "therapist": selection.therapist,
        "refusal": refusal,
        "is_gone": is_gone,
        "may_book": selection.start is not None and not is_gone,
        "costs_change": refusal is not None and refusal.code in ("price_changed", "length_changed"),
        "alternatives": other_times(refusal, selection, here) if isinstance(refusal, SlotTaken) else [],
        "times_url": times_url,
        "terms": terms_of(order, request.practice),
        "progress": progress_step(4, _("Your details")),
        "back_url": times_url,
    }
    return render(request, "booking/website/details.html", context, status=status)


def other_times(refusal: SlotTaken, selection: Selection, here: str) -> list[dict[str, object]]:
    """The alternatives: the very time with a colleague first, then by day. A tap keeps what was typed."""
    wanted = [each for each in refusal.alternatives if each.start == selection.start]
    with_others = {each.start: each.therapists for each in refusal.alternatives if not suits_choice(each, selection)}
    keys = {key for therapists in with_others.values() for key in therapists}
    names = {str(who.public_id): who for who in Therapist.objects.filter(public_id__in=keys)}

    def tapped(start: dt.datetime, key: str = "") -> dict[str, str]:
        colleague = names.get(key or next(iter(with_others.get(start, ())), ""))
        there = replace(selection, start=start, therapist=colleague or selection.therapist)
        note = _("with %(name)s") % {"name": colleague.name} if colleague else ""
        return {"url": here + there.query(), "note": note}

    same = [
        {"starts": each.start, "label": clock_label(each.start), **tapped(each.start, key)}
        for each in wanted
        for key in with_others.get(each.start, ())
    ]
    groups: list[dict[str, object]] = [{"name": _("The same time with a colleague"), "times": same}] if same else []
    rest = [each.start for each in refusal.alternatives if each not in wanted or not same]
    return groups + times_by_day(rest, tapped)


def suits_choice(other: AlternativeTime, selection: Selection) -> bool:
    """Whether the therapist who was chosen, if one was, has this time."""
    return selection.therapist is None or str(selection.therapist.public_id) in other.therapists
