"""The last step: who books, the policy tick, and the booking itself; and the page that says it is done."""

import datetime as dt
from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import diary, flow
from booking.actions import book
from booking.actions.signing_in import mail_booking_code, prove_by_code
from booking.errors import Alternative, Emergency, KeyReused, NotSuitable, SlotTaken
from booking.forms.me import CodeForm
from booking.forms.public import DetailsForm
from booking.models import Appointment, Service, Therapist
from booking.order import Order, order_of
from booking.terms import POLICY, marked, terms_in, terms_of
from booking.views.me.sign_in import TRIES_AN_HOUR, answered, hold_back_codes
from booking.views.public.common import (
    adding_url,
    answers_given,
    as_refused,
    ask_again,
    detour,
    is_near,
    offered,
    step,
    times_by_day,
    to,
)
from booking.views.public.gone import with_another_instead
from booking.views.public.wishes import Chosen, chosen_in, is_unread, not_understood
from booking.visit_links import mint_visit
from clients.access import has_proved, note_proved, own_files
from clinic.errors import Refusal
from clinic.models import Practice
from clinic.throttle import Throttled, hold_back, hold_back_bookings, hold_back_whoever, line_of, network_of


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@with_another_instead
def details(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask who comes, show what they book, and book it on POST. What was typed is never lost."""
    service = offered(slug)
    chosen = chosen_in(request.GET, service)
    if answers_given(request, service, chosen) is None and (done := booked_already(request, service, chosen)):
        return redirect("booking:done", key=str(done.public_id))
    if request.method == "POST":
        typed = DetailsForm(request.POST).typed
        flow.keep_draft(request, typed)
        if answers_given(request, service, chosen) is None:
            return ask_again(request, service, chosen, typed, "booking:details")
    elsewhere = detour(request, service, chosen)
    if elsewhere is not None:
        return elsewhere
    if request.method == "POST":
        return submit(request, service, chosen, request.POST)
    form = DetailsForm(initial={**known_to_us(request), **typed_before(request)})
    if is_unread(request.GET, chosen):
        return page(request, service, chosen.at_any_time, form, refusal=not_understood(), status=422)
    if chosen.start is None:
        return to("booking:times", service, chosen)
    free, others = look(order_of(service, chosen.add_ons), chosen.start, chosen.therapist)
    if not free:
        gone = SlotTaken(_("That time is not free any more."), alternatives=others)
        return page(request, service, chosen, form, refusal=gone, status=409)
    return page(request, service, chosen, form)


def booked_already(request: HttpRequest, service: Service, chosen: Chosen) -> Appointment | None:
    """What this browser booked with this very page, for whoever comes back to it or sends it a second time.

    Its answers are forgotten then, so that without them nothing else is lost. A form sent again is known by its key:
    the same service at the same time may be for somebody else.
    """
    booked = flow.booked_lately(request)
    if not booked or chosen.start is None:
        return None
    rows = Appointment.objects.filter(public_id__in=booked, service=service, starts_at=chosen.start).holding()
    return (rows.filter(idempotency_key=request.POST.get("key", "")) if request.method == "POST" else rows).first()


def known_to_us(request: HttpRequest) -> dict[str, str]:
    """Name and address of a client who is signed in, so that they need not type them; of several, the first."""
    client = own_files(request).first()
    columns = ("first_name", "last_name", "email", "phone")
    return {name: getattr(client, name) for name in columns} if client else {}


def typed_before(request: HttpRequest) -> dict[str, str]:
    """What was typed before another time was chosen; the tick under the policy only while its text is the same."""
    typed = flow.draft(request)
    if typed.get(POLICY) != marked(Practice.current().policy):
        typed.pop("policy", None)
    return typed


def submit(request: HttpRequest, service: Service, chosen: Chosen, sent: QueryDict) -> HttpResponse:
    """Book what was sent, or show the form again with what stands in the way."""
    answers = answers_given(request, service, chosen)
    if answers is None:
        return to("booking:service", service, chosen)
    form = DetailsForm(sent)
    try:
        hold_back(request, scope="book")
        if chosen.start is None or is_unread(request.GET, chosen):
            raise not_understood()
        if not form.is_valid():
            return refused_form(request, service, chosen, form)
        practice, is_stranger = Practice.current(), not has_proved(request, form.cleaned_data["email"])
        if is_stranger and practice.confirms_address:
            return ask_for_proof(request, service, chosen, form.cleaned_data["email"], sent)
        if is_stranger:
            hold_back_bookings(request, a_day=practice.bookings_per_network)
        appointment = book(
            service=service,
            add_ons=chosen.add_ons,
            start=chosen.start,
            therapist=chosen.therapist,
            client=form.person(),
            answers=answers,
            policy_accepted=form.cleaned_data["policy"],
            via=Appointment.Via.WEB,
            key=str(form.cleaned_data["key"]),
            note=form.cleaned_data["note"],
            shown=terms_in(sent),
            is_stranger=is_stranger,
            network=network_of(request),
        )
    except (Emergency, NotSuitable):
        return to("booking:outcome", service, chosen)
    except Refusal as error:
        return refused(request, service, chosen, form, error)
    flow.finish(request, appointment.public_id)
    return redirect("booking:done", key=mint_visit(appointment))


def ask_for_proof(
    request: HttpRequest, service: Service, chosen: Chosen, address: str, sent: QueryDict
) -> HttpResponse:
    """Mail a code to the address typed, and keep the form until it is typed back. Raises Throttled."""
    hold_back_codes(request, address)
    mail_booking_code(address)
    flow.keep(request, proving=address, form=sent.urlencode())
    return to("booking:prove", service, chosen)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@with_another_instead
def prove(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the code that went to the address typed; a right one books what was asked for."""
    service = offered(slug)
    chosen = chosen_in(request.GET, service)
    # An address is typed by somebody, whom the next person at a shared browser need not know.
    held = flow.kept(request) if flow.draft(request) else {}
    address = str(held.get("proving", ""))
    if not address:
        return to("booking:details", service, chosen)
    form = CodeForm(request.POST if request.method == "POST" else None)
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        try:
            hold_back_whoever(line_of(request), scope="code-tries", rate=TRIES_AN_HOUR)
            prove_by_code(address, form.cleaned_data["code"])
        except Throttled as error:
            refusal = error
        except Refusal as error:
            form.add_error("code", error.message)
        else:
            note_proved(request, address)
            return submit(request, service, chosen, QueryDict(str(held.get("form", ""))))
    context = {
        "form": form,
        "refusal": refusal,
        "address": address,
        "back_url": reverse("booking:details", args=[service.slug]) + chosen.query(),
    }
    return answered(render(request, "booking/public/prove.html", context), form.errors, refusal)


def refused_form(request: HttpRequest, service: Service, chosen: Chosen, form: DetailsForm) -> HttpResponse:
    """The form with its messages. A key that is not one was tampered with or lost: a fresh one, and a word about it."""
    refusal = None
    if "key" in form.errors:
        del form.errors["key"]
        form.with_fresh_key()
        refusal = Refusal(_("Something in the form was changed on its way. Please check it and send it again."))
    return page(request, service, chosen, form, refusal=refusal, status=422)


def refused(request: HttpRequest, service: Service, chosen: Chosen, form: DetailsForm, error: Refusal) -> HttpResponse:
    """The form as it was typed, with the refusal on top: with other times, or with when to try again."""
    if isinstance(error, KeyReused):
        form.with_fresh_key()
        error = Refusal(_("You booked with this form before; a mail confirms it. Send it again for a second visit."))
    if error.code == "policy_changed":
        form.without_policy()
    return as_refused(page(request, service, chosen, form, refusal=error), error)


def look(order: Order, start: dt.datetime, therapist: Therapist | None) -> tuple[bool, list[Alternative]]:
    """Whether a time is on offer now, better said before the form is filled than after; and where not, what is near."""
    day = timezone.localtime(start).date()
    free = diary.month_of(order, first=day, last=day, therapist=therapist)
    if any(each.start == start for each in free.offers):
        return True, []
    return False, diary.alternatives(order, start, therapist=therapist)


def page(
    request: HttpRequest,
    service: Service,
    chosen: Chosen,
    form: DetailsForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """The details with the booking in short beside them."""
    here = reverse("booking:details", args=[service.slug])
    times_url = reverse("booking:times", args=[service.slug])
    day = timezone.localtime(chosen.start).date() if chosen.start else None
    is_gone, order = isinstance(refusal, SlotTaken), order_of(service, chosen.add_ons)
    times_url += chosen.at_any_time.query(**({"day": day.isoformat()} if day else {}))
    context = {
        "service": service,
        "order": order,
        "adding_url": adding_url(service, chosen),
        "form": form,
        # Also where a code was typed first: that page takes codes alone.
        "action": f"{here}?{request.GET.urlencode()}",
        "start": chosen.start,
        "end": chosen.start + dt.timedelta(minutes=order.minutes) if chosen.start else None,
        "is_near": is_near(service, chosen.start),
        "therapist": chosen.therapist,
        "refusal": refusal,
        "is_gone": is_gone,
        "alternatives": other_times(refusal, chosen, here) if isinstance(refusal, SlotTaken) else [],
        "times_url": times_url,
        "terms": terms_of(order, Practice.current()),
        "progress": step(4, _("Your details")),
        "back_url": times_url,
    }
    return render(request, "booking/public/details.html", context, status=status)


def other_times(refusal: SlotTaken, chosen: Chosen, here: str) -> list[dict[str, object]]:
    """The alternatives by day, as includes/time_list.html draws them; a tap keeps what was typed.

    A time that only a colleague has says with whom, and leads to that colleague.
    """
    with_others = {each.start: each.therapists[0] for each in refusal.alternatives if not suits(each, chosen)}
    names = {str(who.public_id): who for who in Therapist.objects.filter(public_id__in=set(with_others.values()))}

    def tapped(start: dt.datetime) -> dict[str, str]:
        colleague = names.get(with_others.get(start, ""))
        there = replace(chosen, start=start, therapist=colleague or chosen.therapist)
        note = _("with %(name)s") % {"name": colleague.name} if colleague else ""
        return {"url": here + there.query(), "note": note}

    return times_by_day((each.start for each in refusal.alternatives), tapped)


def suits(other: Alternative, chosen: Chosen) -> bool:
    """Whether the therapist who was chosen, if one was, has this time."""
    return chosen.therapist is None or str(chosen.therapist.public_id) in other.therapists
