"""Signing in by a code from the mail. Known and unknown addresses are answered alike, to the letter."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from booking.actions.signing_in import mail_sign_in_code, sign_in_by_code
from booking.forms.me import AddressForm, CodeForm
from clients.access import mailbox_of
from clinic.codes import MAILBOX
from clinic.errors import Refusal
from clinic.models import User
from clinic.posting import page_of_path
from clinic.sessions import begin
from clinic.signing_in import safe_next
from clinic.throttle import Throttled, hold_back_whoever, line_of

# Where a session keeps, between the two pages, which address is about to sign in and where it wanted to go.
SIGNING_IN = "signing-in"
CODES_AN_HOUR, CODES_A_DAY, ASKED_AN_HOUR, TRIES_AN_HOUR = "5/h", "15/d", "20/h", "40/h"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address; a POST mails a code to it, where a client reads it, and leads on in any case."""
    if mailbox_of(request):
        return redirect("booking:me")
    form = AddressForm(request.POST if request.method == "POST" else None)
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        address = form.cleaned_data["email"]
        try:
            hold_back_codes(request, address)
            mail_sign_in_code(address)
        except Refusal as error:
            refusal = error
        else:
            request.session[SIGNING_IN] = {"address": address, "next": way_back(request)}
            return redirect("booking:me-code")
    onward = way_back(request)
    context = {
        "form": form,
        "refusal": refusal,
        "next": onward,
        "is_booking": onward.startswith(reverse("booking:book")),
    }
    return answered(render(request, "booking/me/sign_in.html", context), form.errors, refusal)


def hold_back_codes(request: HttpRequest, address: str) -> None:
    """At most so many codes for one mailbox, and from one network address. Raises Throttled."""
    hold_back_whoever(line_of(request), scope="codes", rate=ASKED_AN_HOUR)
    hold_back_whoever(address, scope="code-hour", rate=CODES_AN_HOUR)
    hold_back_whoever(address, scope="code-day", rate=CODES_A_DAY)


def way_back(request: HttpRequest) -> str:
    """Where the person wanted to go: an address of this site, or nothing."""
    return safe_next(request, "")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; a right one opens the client's pages."""
    held = request.session.get(SIGNING_IN)
    if mailbox_of(request) or not isinstance(held, dict):
        return redirect("booking:me" if mailbox_of(request) else "booking:me-sign-in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        try:
            hold_back_whoever(line_of(request), scope="code-tries", rate=TRIES_AN_HOUR)
            user = sign_in_by_code(held["address"], form.cleaned_data["code"])
            enter(request, user)
            return HttpResponseRedirect(page_of_path(held["next"]) if held["next"] else reverse("booking:me"))
        except Throttled as error:
            refusal = error
        except Refusal as error:
            form.add_error("code", error.message)
    context = {"form": form, "refusal": refusal, "address": held["address"]}
    return answered(render(request, "booking/me/code.html", context), form.errors, refusal)


def enter(request: HttpRequest, user: User) -> None:
    """Begin the session of a mailbox. What the browser was booking goes on; limits are those of every session."""
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    begin(request, own=False)
    request.session.pop(SIGNING_IN, None)
    request.session[MAILBOX] = user.email


def answered(response: HttpResponse, errors: object, refusal: Refusal | None) -> HttpResponse:
    """The status that fits: 422 for what was typed, 429 with the time to wait for what was too much."""
    if isinstance(refusal, Throttled):
        response.status_code, response["Retry-After"] = 429, str(refusal.retry_after)
    elif errors or refusal:
        response.status_code = 422
    return response
