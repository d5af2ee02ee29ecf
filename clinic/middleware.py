"""Small rules on every response and every staff session."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

GetResponse = Callable[[HttpRequest], HttpResponse]


def plain_headers(get_response: GetResponse) -> GetResponse:
    """Forbid caches to keep pages (they may hold health answers) and browsers to use what a practice does not need."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def staff_session_limits(get_response: GetResponse) -> GetResponse:
    """End a sign-in after 30 idle minutes or 12 hours in all (reliability.md, Privacy and security)."""
    idle = dt.timedelta(minutes=settings.STAFF_IDLE_MINUTES)
    absolute = dt.timedelta(hours=settings.STAFF_ABSOLUTE_HOURS)

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now()
            began = dt.datetime.fromisoformat(request.session.get("began", now.isoformat()))
            seen = dt.datetime.fromisoformat(request.session.get("seen", now.isoformat()))
            if now - began > absolute or now - seen > idle:
                logout(request)
            elif "began" not in request.session or now - seen > dt.timedelta(minutes=1):
                request.session["began"] = began.isoformat()
                request.session["seen"] = now.isoformat()
        return get_response(request)

    return middleware
