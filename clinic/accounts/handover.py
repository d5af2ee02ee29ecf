"""A browser of the team in a client's hands: its sign-in is gone, and one form is all that it opens.

What holds without any help of the browser: the sign-in's session is deleted, so that no cookie, no page of the history
and no second tab opens the desk; PIN and password bring it back. The lock adds that the browser goes nowhere else. Who
throws its cookie away is a stranger with nothing.
"""

import datetime as dt
import secrets
import uuid
from typing import cast

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import timezone

from clinic.accounts.devices import DEVICE_SESSION_KEY, device_of
from clinic.accounts.second_factor import is_team_member
from clinic.accounts.security import record_security_event
from clinic.accounts.sessions import BEGAN, OWN, begin_session, session_moment
from clinic.models import DeviceUser, Handover, LinkPurpose, SecurityEvent, User
from clinic.models.links import derived_tokens, token_digest
from clinic.web.http import practice_of, set_own_cookie
from clinic.web.links import link_url, mint_repeatable_link
from clinic.web.middleware import GetResponse
from clinic.web.typed import TYPED_SESSION_KEY, kept_forms

COOKIE = "handover"
# A day: longer than any sign-in may wait.
COOKIE_AGE = 24 * 3600
# A page of the form takes a minute or two. Each that is saved gives as long again, up to two hours in all.
FORM_LASTS = dt.timedelta(minutes=30)
FORM_LASTS_AT_MOST = dt.timedelta(hours=2)
# Until when a code that is shown at the desk must be scanned.
CODE_LASTS = dt.timedelta(minutes=10)
# What was typed when the time was over is taken all the same, for the team to go on with.
TYPED_TAKEN_FOR = dt.timedelta(hours=12)
# So many wrong PINs, and only the password is left.
PIN_TRIES = 5

TABLET = "clients:tablet"
FORM_VIEWS = frozenset(
    f"clients:{name}"
    for name in ("intake", "intake-step", "intake-check", "intake-doctor", "intake-unchanged", "intake-correct")
)
# The one page that is posted to when the time is over.
LATE_VIEW = "clients:intake-step"
# A passkey is asked for by the device, which makes sure of its person: a whole sign-in, at any time.
ALWAYS_OPEN = frozenset({TABLET, "tablet-leave", "manifest", "mfa_login_webauthn"})
# A whole sign-in, once the form is closed: a saved password must help nobody who was handed the device.
SIGN_IN_VIEWS = frozenset({"account_login", "mfa_authenticate"})


def handover_of(request: HttpRequest) -> Handover | None:
    """What this browser was handed over for; asked for once a request, and of the database only with its cookie."""
    if not hasattr(request, "handover"):
        token = request.COOKIES.get(COOKIE, "")
        since = timezone.now() - dt.timedelta(seconds=COOKIE_AGE)
        rows = Handover.objects.select_related("suspended", "by", "device").filter(made_at__gt=since)
        found = rows.filter(digest=token_digest(token)).first() if token else None
        request.handover = found  # type: ignore[attr-defined] # read again by views and templates
    return cast("Handover | None", request.handover)  # type: ignore[attr-defined]


def is_handed_over(request: HttpRequest, subject: uuid.UUID) -> bool:
    """Whether this browser was given this form and its time is not over; a page sent too late counts as in time."""
    held = handover_of(request)
    if held is None or not held.opens(subject):
        return False
    return held.is_live() or is_late(request)


def is_late(request: HttpRequest) -> bool:
    """Whether this is a page of the form, sent when its time was over."""
    held, match = handover_of(request), request.resolver_match
    if held is None or held.is_live() or match is None:
        return False
    return brings_answers(request, held, match)


def hand_over(request: HttpRequest, subject: uuid.UUID, *, shows_record: bool, back_to: str) -> Handover:
    """Give this browser to a client for one form: the sign-in ends and waits. Its caller redirects to `TABLET`.

    `back_to` is the page of the desk at which whoever takes the device back goes on.
    """
    assert isinstance(request.user, User)  # noqa: S101 - views ask for a sign-in first
    held = Handover.objects.create(
        subject=subject,
        way=Handover.Way.TABLET,
        by=request.user,
        shows_record=shows_record,
        back_to=back_to,
        expires_at=timezone.now() + FORM_LASTS,
    )
    hold(request, held)
    return held


def show_code(by: User, subject: uuid.UUID, *, shows_record: bool) -> Handover:
    """Make a code that opens one form on whichever device scans it first. An earlier one that waits ends."""
    now = timezone.now()
    waiting = Handover.objects.filter(subject=subject, way=Handover.Way.CODE, opened_at=None, ended_at=None)
    waiting.update(ended_at=now)
    held = Handover.objects.create(
        subject=subject, way=Handover.Way.CODE, by=by, shows_record=shows_record, expires_at=now + CODE_LASTS
    )
    mint_repeatable_link(purpose=LinkPurpose.HANDOVER, subject=held.public_id, lasts=CODE_LASTS)
    return held


def code_address(held: Handover) -> str:
    """The address that the code stands for. Its token is stored nowhere, and the same each time the page is shown."""
    return link_url("clients:tablet-code", derived_tokens(LinkPurpose.HANDOVER, held.public_id)[0])


def use_code(request: HttpRequest, held: Handover) -> bool:
    """Open the form that a code stands for on this browser. False where another was faster, or the time is over."""
    now = timezone.now()
    unused = Handover.objects.filter(pk=held.pk, opened_at=None, ended_at=None, expires_at__gt=now)
    if unused.update(opened_at=now, expires_at=now + FORM_LASTS) != 1:
        return False
    held.refresh_from_db()
    hold(request, held)
    return True


def hold(request: HttpRequest, held: Handover) -> None:
    """Give this browser the cookie of a handover. Somebody of the team who is signed in with it no longer is."""
    token = secrets.token_urlsafe(32)
    held.digest = token_digest(token)
    if isinstance(request.user, User) and is_team_member(request.user):
        held.suspended, held.device = request.user, device_of(request)
        held.signed_in_at = session_moment(request, BEGAN, held.made_at)
        held.on_own_device = bool(request.session.get(OWN))
        # Neither a code of the app alone nor the quick unlock brings it back.
        DeviceUser.objects.filter(device=held.device, user=request.user).update(signed_out_at=held.made_at)
        record_security_event(request.user, SecurityEvent.Kind.HANDED_OVER, request=request)
        typed = {path: form for path, form in kept_forms(request).items() if str(held.subject) in path}
        logout(request)
        if typed:
            request.session[TYPED_SESSION_KEY] = typed
    held.save()
    request.handover_cookie = token  # type: ignore[attr-defined] # read by the middleware below


def give_more_time(held: Handover) -> None:
    """A page was saved: the client is at it."""
    now = timezone.now()
    until = min(now + FORM_LASTS, (held.opened_at or held.made_at) + FORM_LASTS_AT_MOST)
    Handover.objects.filter(pk=held.pk, ended_at=None, expires_at__gt=now, expires_at__lt=until).update(
        expires_at=until
    )


def end_handover(held: Handover) -> None:
    """End it from elsewhere, as when a tablet is lost: its form is closed, and only a whole sign-in opens it again."""
    Handover.objects.filter(pk=held.pk, ended_at=None).update(ended_at=timezone.now())


def who_may_return(request: HttpRequest, held: Handover) -> User | None:
    """Whose PIN takes this device back: who handed it over, not for longer than their sign-in would have lasted."""
    user = held.suspended
    if user is None or held.ended_at is not None or not is_team_member(user):
        return None
    began = held.signed_in_at or held.made_at
    lasts = dt.timedelta(hours=practice_of(request).session_hours)
    return user if timezone.now() - began < lasts else None


def take_back(request: HttpRequest, held: Handover) -> None:
    """Whoever handed it over has the device again, signed in as before. The caller has seen PIN or password."""
    user = held.suspended
    assert user is not None  # noqa: S101 - `who_may_return` said so
    end_handover(held)
    known = DeviceUser.objects.filter(device=held.device, user=user, signed_out_at=held.made_at)
    if held.device is not None:
        known.update(signed_out_at=None)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    begin_session(request, own=held.on_own_device, at=held.signed_in_at)
    if held.device_id is not None:
        request.session[DEVICE_SESSION_KEY] = held.device_id
    record_security_event(user, SecurityEvent.Kind.TAKEN_BACK, request=request)
    release_browser(request)


def release_browser(request: HttpRequest) -> None:
    """Take the cookie from a browser that is the team's again."""
    if COOKIE in request.COOKIES:
        request.handover_cookie = ""  # type: ignore[attr-defined] # read by the middleware below


def may_go_to(held: Handover, path: str) -> bool:
    """Whether a browser that was handed over may go there."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    if match.view_name in SIGN_IN_VIEWS:
        return not held.is_live()
    return match.view_name in ALWAYS_OPEN or is_form_page(match, held)


def is_form_page(match: ResolverMatch, held: Handover) -> bool:
    """Whether an address is a page of the form that was handed over."""
    return match.view_name in FORM_VIEWS and match.kwargs.get("key") == str(held.subject)


def is_closed_page(request: HttpRequest, held: Handover) -> bool:
    """Whether a page of a form is asked for whose time is over, and nothing comes with it that is still taken."""
    if held.is_live():
        return False
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    return is_form_page(match, held) and not brings_answers(request, held, match)


def brings_answers(request: HttpRequest, held: Handover, match: ResolverMatch) -> bool:
    """Whether a page of the form is sent, not too long after its time was over."""
    in_time = timezone.now() < held.expires_at + TYPED_TAKEN_FOR
    return request.method == "POST" and match.view_name == LATE_VIEW and in_time


def handed_over(get_response: GetResponse) -> GetResponse:
    """Lead a browser that was handed over back to its form, wherever it wants to go, and give or take its cookie."""

    def middleware(request: HttpRequest) -> HttpResponse:
        held = handover_of(request)
        away = held is not None and held.locks and not may_go_to(held, request.path_info)
        if held is not None and (away or is_closed_page(request, held)):
            return HttpResponseRedirect(reverse(TABLET))
        response = get_response(request)
        token = getattr(request, "handover_cookie", None)
        if token is not None:
            set_own_cookie(response, COOKIE, token, seconds=COOKIE_AGE if token else 0)
        return response

    return middleware
