"""Signing in by a code from the mail. Known and unknown addresses are answered alike, to the letter."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from booking.appointments.client_sign_in import mail_sign_in_code, sign_in_by_code
from booking.website.me.forms import AddressForm, CodeForm
from clients.record.access import mailbox_of
from clinic.accounts.codes import MAILBOX_PURPOSE
from clinic.accounts.sessions import begin_session
from clinic.accounts.sign_in import safe_next
from clinic.errors import Refusal
from clinic.models import User
from clinic.web.http import HttpRequest
from clinic.web.post_only import form_page_of_path
from clinic.web.throttle import Throttled, network_key, throttle_key

# Where a session keeps, between the two pages, which address is about to sign in and where it wanted to go.
SIGNING_IN = "signing-in"
CODES_AN_HOUR, CODES_A_DAY, ASKED_AN_HOUR, TRIES_AN_HOUR = "5/h", "15/d", "20/h", "40/h"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_by_mail(request: HttpRequest) -> HttpResponse:
    """Ask for the address; a POST mails a code to it, where a client reads it, and leads on in any case."""
    if mailbox_of(request):
        return redirect("booking:me")
    form = AddressForm(request.POST if request.method == "POST" else None)
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        address = form.cleaned_data["email"]
        try:
            throttle_codes(request, address)
            mail_sign_in_code(address, request.practice)
        except Refusal as error:
            refusal = error
        else:
            request.session[SIGNING_IN] = {"address": address, "next": next_page_of(request)}
            return redirect("booking:me-code")
    onward = next_page_of(request)
    context = {
        "form": form,
        "refusal": refusal,
        "next": onward,
        "is_booking": onward.startswith(reverse("booking:book")),
    }
    return with_form_status(render(request, "booking/website/me/sign_in.html", context), form.errors, refusal)


def throttle_codes(request: HttpRequest, address: str) -> None:
    """At most so many codes for one mailbox, and from one network address. Raises Throttled."""
    throttle_key(network_key(request), scope="codes", rate=ASKED_AN_HOUR)
    throttle_key(address, scope="code-hour", rate=CODES_AN_HOUR)
    throttle_key(address, scope="code-day", rate=CODES_A_DAY)


def next_page_of(request: HttpRequest) -> str:
    """Where the person wanted to go: an address of this site, or nothing."""
    return safe_next(request, "")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; a right one opens the client's pages."""
    held = request.session.get(SIGNING_IN)
    if mailbox_of(request) or not isinstance(held, dict):
        return redirect("booking:me" if mailbox_of(request) else "booking:me-sign-in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        try:
            throttle_key(network_key(request), scope="code-tries", rate=TRIES_AN_HOUR)
            user = sign_in_by_code(held["address"], form.cleaned_data["code"])
            start_session(request, user)
            return HttpResponseRedirect(form_page_of_path(held["next"]) if held["next"] else reverse("booking:me"))
        except Throttled as error:
            refusal = error
        except Refusal as error:
            form.add_error("code", error.message)
    context = {"form": form, "refusal": refusal, "address": held["address"]}
    return with_form_status(render(request, "booking/website/me/code.html", context), form.errors, refusal)


def start_session(request: HttpRequest, user: User) -> None:
    """Begin the session of a mailbox. What the browser was booking goes on; limits are those of every session."""
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    begin_session(request, own=False)
    request.session.pop(SIGNING_IN, None)
    request.session[MAILBOX_PURPOSE] = user.email


def with_form_status(response: HttpResponse, errors: object, refusal: Refusal | None) -> HttpResponse:
    """The status that fits: 422 for what was typed, 429 with the time to wait for what was too much."""
    if isinstance(refusal, Throttled):
        response.status_code, response["Retry-After"] = 429, str(refusal.retry_after)
    elif errors or refusal:
        response.status_code = 422
    return response
