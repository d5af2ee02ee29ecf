"""The waitlist as its clients see it: joining behind the safety question, and the page behind the mailed link.

The page shows days, hours and times, never a health answer (I10). Looking at it changes nothing (I9).
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking import diary, flow
from booking.actions.waitlist import accept_offer, change_wait, decline_offer, end_wait, join_waitlist, take_time
from booking.errors import Emergency, NotSuitable, TermsChanged
from booking.forms.waiting import JoinForm, SuitsForm, as_typed
from booking.models import Appointment, Service, WaitlistEntry, WaitlistOffer
from booking.models.waitlist import WaitEnd
from booking.order import order_of
from booking.terms import terms_as_booked, terms_in, terms_of
from booking.views.public.common import (
    answers_given,
    as_refused,
    ask_again,
    detour,
    is_near,
    offered,
    times_by_day,
    to,
)
from booking.views.public.gone import with_another_instead
from booking.views.public.wishes import Chosen, chosen_in, read_start
from booking.visit_links import mint_visit
from clients.access import has_proved
from clinic.errors import Refusal
from clinic.links import opened_by_link
from clinic.models import LinkPurpose, Practice
from clinic.posting import post_only
from clinic.throttle import hold_back, hold_back_bookings
from clinic.typed import typed_before

opened_wait = opened_by_link(LinkPurpose.WAITLIST)
# How many free times the page shows instead of one that went to somebody else.
OTHERS = 6


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@with_another_instead
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask which days and hours suit, and who it is; on POST put them on the list."""
    service = offered(slug)
    chosen = chosen_in(request.GET, service).at_any_time
    if request.method == "POST" and answers_given(request, service, chosen) is None:
        typed = JoinForm(request.POST, service=service).typed
        return ask_again(request, service, chosen, typed, "booking:waitlist-join")
    elsewhere = detour(request, service, chosen)
    if elsewhere is not None:
        return elsewhere
    if request.method == "POST":
        return submit(request, service, chosen)
    with_whom = {"therapist": chosen.therapist.public_id} if chosen.therapist else {}
    initial = {"therapist": None, **flow.draft(request), **with_whom}
    return join_page(request, service, chosen, JoinForm(initial=initial, service=service))


def submit(request: HttpRequest, service: Service, chosen: Chosen) -> HttpResponse:
    """Join, or show the form again with what stands in the way."""
    answers = answers_given(request, service)
    if answers is None:
        return to("booking:service", service, chosen)
    form = JoinForm(request.POST, service=service)
    try:
        hold_back(request, scope="book")
        if not form.is_valid():
            return join_page(request, service, chosen, form, status=422)
        is_stranger = not has_proved(request, form.cleaned_data["email"])
        if is_stranger:
            hold_back_bookings(request, a_day=Practice.current().bookings_per_network)
        join_waitlist(
            service=service,
            client=form.person(),
            answers=answers,
            suits=form.suits(),
            therapist=form.with_whom(),
            via=Appointment.Via.WEB,
            key=str(form.cleaned_data["key"]),
            is_stranger=is_stranger,
        )
    except (Emergency, NotSuitable):
        return to("booking:outcome", service, chosen)
    except Refusal as error:
        return as_refused(join_page(request, service, chosen, form, refusal=error), error)
    flow.forget(request)
    return redirect("booking:waitlist-joined")


def join_page(
    request: HttpRequest,
    service: Service,
    chosen: Chosen,
    form: JoinForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form; what was chosen to be added before is named, because nobody waits for that."""
    context = {
        "service": service,
        "form": form,
        "refusal": refusal,
        "left_out": [each.name for each in chosen.add_ons],
        "back_url": reverse("booking:times", args=[service.slug]) + chosen.query(),
    }
    return render(request, "booking/public/waitlist_join.html", context, status=status)


@login_not_required
@require_safe
def joined(request: HttpRequest) -> HttpResponse:
    """On the list. The same page for everyone, so that nobody learns who waits already; the link goes by mail."""
    return render(request, "booking/public/waitlist_joined.html")


@dataclass(frozen=True)
class Wait:
    """An entry as its client sees it."""

    entry: WaitlistEntry
    offer: WaitlistOffer | None

    @property
    def is_held(self) -> bool:
        """Whether a time is held now and waits for an answer."""
        return self.offer is not None and self.offer.is_open

    @property
    def went_on(self) -> bool:
        """Whether the last thing that happened is an offer that ran out."""
        return self.offer is not None and not self.is_held and self.offer.outcome in RAN_OUT

    @property
    def appointment(self) -> Appointment | None:
        """The appointment as facts, where one is held or booked from here."""
        return self.offer.appointment if self.offer else None


RAN_OUT = (WaitlistOffer.Outcome.OPEN, WaitlistOffer.Outcome.IGNORED, WaitlistOffer.Outcome.UNSAID)


def wait_of(subject: uuid.UUID) -> Wait:
    """The entry whose link was opened, with its newest offer. Raises Http404, also for an erased file."""
    entry = WaitlistEntry.objects.with_people().filter(public_id=subject, client__erased_at=None).first()
    if entry is None:
        raise Http404
    people = ("appointment__client", "appointment__service", "appointment__therapist")
    return Wait(entry, entry.offers.select_related("entry", *people).first())


@opened_wait
@require_safe
def waitlist(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """What is held for them, or what they wait for, or how it ended."""
    return wait_page(request, wait_of(subject))


def wait_page(request: HttpRequest, wait: Wait, *, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    """The page. Where an offer ran out, the times that are free now stand there, each one tap from booked."""
    entry = wait.entry
    free: list[diary.FreeTime] = []
    asks_again = isinstance(refusal, TermsChanged)
    wants_others = (refusal is not None and not (asks_again and wait.is_held)) or (wait.went_on and entry.is_live)
    if wants_others and entry.service.active:
        free = diary.next_free(entry.service, therapist=entry.therapist, limit=OTHERS)
    others = times_by_day((each.start for each in free), lambda start: {"value": start.isoformat()})
    context: dict[str, object] = {
        "wait": wait,
        "entry": entry,
        "refusal": refusal,
        "others": others,
        "asks_again": asks_again,
    }
    practice = Practice.current()
    if free:
        context["terms"] = terms_of(order_of(entry.service), practice)
    if free and is_near(entry.service, free[0].start):
        context["changeable_from"] = changeable_from(entry.service)
    if wait.is_held and wait.appointment is not None:
        context["is_near"] = is_near(entry.service, wait.appointment.starts_at)
        context.setdefault("terms", terms_as_booked(wait.appointment, practice))
    return render(request, "booking/public/waitlist.html", context, status=status)


def changeable_from(service: Service) -> dt.datetime:
    """From when on a visit may still be moved or cancelled online, if it is booked now."""
    now = timezone.now()
    return now + (now - service.cutoff(now, Practice.current().cancel_cutoff_hours))


@opened_wait
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Yes, book it. A refusal stands at this address, where a phone may load it anew: that leads back."""
    wait = wait_of(subject)
    if wait.offer is None or request.method != "POST":
        return redirect("booking:waitlist", key=str(subject))
    try:
        visit = accept_offer(wait.offer, shown=terms_in(request.POST))
    except (Emergency, NotSuitable):
        return wait_page(request, wait, refusal=please_call(), status=422)
    except Refusal as error:
        return as_refused(wait_page(request, wait_of(subject), refusal=error), error)
    return booked(request, visit)


def please_call() -> Refusal:
    """What it is about stands on no page that a link opens (I10)."""
    return Refusal(_("Before we book this we would like to speak with you. Please call us."))


def booked(request: HttpRequest, visit: Appointment) -> HttpResponse:
    """On to the appointment's own page, which this link's holder may open from now on."""
    flow.finish(request, visit.public_id)
    return redirect("booking:done", key=mint_visit(visit))


@opened_wait
@post_only("booking:waitlist", "key")
def decline(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """No, thank you."""
    offer = wait_of(subject).offer
    if offer is None:
        return redirect("booking:waitlist", key=str(subject))
    said = _("Thank you for saying so. You stay on the list, and hear of the next time that suits you.")
    return answered(request, subject, lambda: decline_offer(offer), said)


def answered(request: HttpRequest, subject: uuid.UUID, do: Callable[[], object], said: str) -> HttpResponse:
    """Do what was asked and say so, or say why not; then show the entry."""
    try:
        do()
    except Refusal as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, said)
    return redirect("booking:waitlist", key=str(subject))


@opened_wait
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Book another time that is free now, in one tap; loaded anew, it leads back as `accept` does."""
    wait = wait_of(subject)
    if request.method != "POST":
        return redirect("booking:waitlist", key=str(subject))
    start = read_start(request.POST.get("start", ""))
    if start is None or not wait.entry.is_live:
        messages.warning(request, _("We could not read that time. Please choose one from the list."))
        return redirect("booking:waitlist", key=str(subject))
    try:
        hold_back(request, scope="book")
        visit = take_time(wait.entry, start=start, shown=terms_in(request.POST))
    except (Emergency, NotSuitable):
        return wait_page(request, wait, refusal=please_call(), status=422)
    except Refusal as error:
        return as_refused(wait_page(request, wait, refusal=error), error)
    return booked(request, visit)


@opened_wait
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Other days and hours."""
    entry = wait_of(subject).entry
    if not entry.is_live:
        return redirect("booking:waitlist", key=str(subject))
    typed = None if request.method == "POST" else typed_before(request)
    form = SuitsForm(
        request.POST if request.method == "POST" else typed, service=entry.service, initial=as_typed(entry)
    )
    if request.method == "POST" and form.is_valid():
        said = _("Changed. We write to you as soon as such a time opens.")
        suits, therapist = form.suits(), form.with_whom()
        return answered(request, subject, lambda: change_wait(entry, suits=suits, therapist=therapist), said)
    context = {
        "entry": entry,
        "form": form,
        "typed_again": typed,
        "back_url": reverse("booking:waitlist", args=[str(subject)]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "booking/public/waitlist_change.html", context, status=status)


@opened_wait
@post_only("booking:waitlist", "key")
def leave(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Leave the list; what was held is free again."""
    entry = wait_of(subject).entry
    said = _("You are off the list. You are welcome back any time.")
    return answered(request, subject, lambda: end_wait(entry, why=WaitEnd.LEFT), said)
