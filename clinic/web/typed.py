"""What could not be sent, as cookie or sign-in had ended: sealed in the session, by its form, then shown."""

import datetime as dt
import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from clinic.records.sealed import SealedUnreadable, seal_text, unseal_text
from clinic.web.throttle import Throttled, network_key, throttle_key

TYPED_SESSION_KEY = "typed"
TYPED_KEPT_FOR = dt.timedelta(hours=12)
# A form of ours is far shorter; a stranger must not fill the table of sessions.
FORMS, LETTERS, AN_HOUR = 4, 20_000, "30/h"
# A key to something is typed anew.
SECRET_NAMES = re.compile(r".*password.*|code|otp|pin|secret|token", re.IGNORECASE)


def posted_fields(posted: QueryDict, *left_out: str) -> list[tuple[str, str]]:
    """The names and values of a form as they were sent, without its token and what is `left_out`."""
    never = {"csrfmiddlewaretoken", *left_out}
    return [(name, value) for name, values in posted.lists() if name not in never for value in values]


def keep_typed_form(request: HttpRequest) -> bool:
    """Keep what was posted here; says whether there was anything that a person typed."""
    fields = posted_fields(request.POST)
    text = urlencode(fields)
    if not any(value.strip() for _name, value in fields) or len(text) > LETTERS or is_secret(request.POST):
        return False
    try:
        throttle_key(network_key(request), scope="typed", rate=AN_HOUR)
    except Throttled:
        return False
    others = {path: form for path, form in kept_forms(request).items() if path != request.path}
    newest = sorted(others.items(), key=lambda each: str(each[1]["at"]))[-(FORMS - 1) :]
    request.session[TYPED_SESSION_KEY] = {
        **dict(newest),
        request.path: {"at": timezone.now().isoformat(), "text": seal_text(text, purpose=TYPED_SESSION_KEY)},
    }
    request.typed_is_kept = True  # type: ignore[attr-defined] # read by `forget_typed`
    return True


def typed_at(request: HttpRequest, path: str | None = None) -> QueryDict | None:
    """What was typed into the form at this path (this page's, unless named) and not sent; None where nothing was."""
    form = kept_forms(request).get(path or request.path)
    try:
        return QueryDict(unseal_text(form["text"], purpose=TYPED_SESSION_KEY)) if form else None
    except SealedUnreadable:
        return None


def forget_typed(request: HttpRequest) -> None:
    """It was sent: forget it, unless it was this request that kept it. Called on POST."""
    if getattr(request, "typed_is_kept", False):
        return
    if request.path in kept_forms(request):
        request.session[TYPED_SESSION_KEY] = {
            path: form for path, form in kept_forms(request).items() if path != request.path
        }


def kept_forms(request: HttpRequest) -> dict[str, Any]:
    """The forms that this session keeps, by path, without those that are too old."""
    found = request.session.get(TYPED_SESSION_KEY)
    if not isinstance(found, dict):
        return {}
    since = (timezone.now() - TYPED_KEPT_FOR).isoformat()
    return {path: form for path, form in found.items() if form["at"] > since}


def is_secret(posted: QueryDict) -> bool:
    """Whether a form holds what is kept nowhere: a password or a code. Such a form is about signing in, and carries
    nothing else worth keeping."""
    return any(SECRET_NAMES.fullmatch(name) for name in posted)
