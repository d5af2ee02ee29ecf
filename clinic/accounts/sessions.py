"""When a sign-in ends: after so long without anything done, and after so long in all, as the practice says."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.web.http import practice_of
from clinic.web.middleware import GetResponse
from clinic.web.post_only import View

BEGAN, SEEN, OWN, WAITS = "began", "seen", "own-device", "unsent-waits"


def passive(view: View) -> View:
    """Let a view be asked without that counting as something done: a page's timer keeps no sign-in alive."""
    view.is_passive = True  # type: ignore[attr-defined] # read by `session_limits`
    return view


@dataclass(frozen=True)
class Remaining:
    """How many seconds a sign-in still lasts, and whether doing something makes it longer."""

    seconds: int
    can_stay: bool
    warn: int

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.seconds <= 0


def remaining(request: HttpRequest) -> Remaining:
    """How long the sign-in of this session lasts if nothing is done."""
    practice, now = practice_of(request), timezone.now()
    minutes = practice.idle_minutes_own_device if request.session.get(OWN) else practice.idle_minutes
    idle = dt.timedelta(minutes=minutes) - (now - session_moment(request, SEEN, now))
    absolute = dt.timedelta(hours=practice.session_hours) - (now - session_moment(request, BEGAN, now))
    left = min(idle, absolute)
    # A quarter of the idle time, five minutes at most: time to notice, and no nagging.
    return Remaining(int(left.total_seconds()), idle < absolute, min(300, minutes * 15))


def session_moment(request: HttpRequest, name: str, default: dt.datetime) -> dt.datetime:
    """An instant that the session holds."""
    held = request.session.get(name)
    return dt.datetime.fromisoformat(held) if held else default


def begin_session(request: HttpRequest, *, own: bool, at: dt.datetime | None = None) -> None:
    """Let the time of a sign-in run from now, or from the whole sign-in at `at`; `own`: on the practice's device."""
    now = timezone.now()
    request.session.update({OWN: own, BEGAN: (at or now).isoformat(), SEEN: now.isoformat()})


def record_activity(request: HttpRequest) -> None:
    """Note that something was done; at most once a minute, so that not every page writes."""
    now = timezone.now()
    if BEGAN not in request.session:
        request.session[BEGAN] = request.session[SEEN] = now.isoformat()
    elif now - session_moment(request, SEEN, now) > dt.timedelta(minutes=1):
        request.session[SEEN] = now.isoformat()


def session_limits(get_response: GetResponse) -> GetResponse:
    """End a sign-in whose time is over, and count what is done as a sign of life."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and remaining(request).is_over:
            logout(request)
        return get_response(request)

    def process_view(request: HttpRequest, view: Callable[..., HttpResponse], _args: object, _kwargs: object) -> None:
        if request.user.is_authenticated and not getattr(view, "is_passive", False):
            record_activity(request)

    middleware.process_view = process_view  # type: ignore[attr-defined] # Django looks for the attribute
    return middleware
