"""Links for people without a password: minted for mails, opened into a cookie, so that no token stays in an address."""

import datetime as dt
import secrets
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from clinic.models.links import ClientLink, LinkPurpose, derived_tokens, token_digest
from clinic.web.http import HttpRequest
from clinic.web.post_only import form_page_of_path
from clinic.web.typed import forget_typed, keep_typed_form

COOKIE_AGE = 12 * 3600


def mint_link(*, purpose: LinkPurpose, subject: uuid.UUID, lasts: dt.timedelta, by_mail: bool = False) -> str:
    """Make a new link to `subject` that works for `lasts`; return its token, which is stored nowhere.

    Every mail gets a token of its own, so that hashes suffice in the database. `by_mail` only for a token that is shown
    nowhere but in a mail to the address on file.
    """
    token = secrets.token_urlsafe(32)
    ClientLink.objects.create(
        purpose=purpose, subject=subject, digest=token_digest(token), expires_at=timezone.now() + lasts, by_mail=by_mail
    )
    return token


def mint_repeatable_link(*, purpose: LinkPurpose, subject: uuid.UUID, lasts: dt.timedelta) -> str:
    """Like `mint`, but the same token each time for the same subject, so that a repeated request gets the same answer.

    The token is derived from the secret key: like any other it is stored only as a hash, and nobody can guess it. It
    ends with the key: who knows an old key could work it out.
    """
    token = derived_tokens(purpose, subject)[0]
    expires_at = timezone.now() + lasts
    link = ClientLink(digest=token_digest(token), purpose=purpose, subject=subject, expires_at=expires_at, derived=True)
    ClientLink.objects.bulk_create([link], ignore_conflicts=True)
    return token


def link_url(view: str, token: str) -> str:
    """The full web address of a client link, for mails, calendar files and the API."""
    return f"{settings.SITE_URL}{reverse(view, args=[token])}"


def cookie_name(purpose: LinkPurpose, subject: uuid.UUID) -> str:
    """One cookie per thing opened, so that two open appointments do not push each other out."""
    return f"open-{purpose}-{subject.hex[:12]}"


def may_open(request: HttpRequest, purpose: LinkPurpose, subject: uuid.UUID) -> bool:
    """Say whether this browser opened a link to `subject` that is still live."""
    return link_held(request, purpose, subject) is not None


def came_by_mail(request: HttpRequest, purpose: LinkPurpose, subject: uuid.UUID) -> bool:
    """Say whether the link that this browser opened last went to the address on file: then it is the client who reads.

    Whoever books types a name and an address and is shown links; they need not be that person.
    """
    held = link_held(request, purpose, subject)
    return held is not None and held.by_mail


def link_held(request: HttpRequest, purpose: LinkPurpose, subject: uuid.UUID) -> ClientLink | None:
    """The live link to `subject` that this browser opened last, by its signed cookie."""
    ticket = request.get_signed_cookie(cookie_name(purpose, subject), default="", max_age=COOKIE_AGE)
    if not ticket:
        return None
    return ClientLink.objects.live().filter(pk=int(ticket), purpose=purpose, subject=subject).first()


P = ParamSpec("P")
SubjectView = Callable[Concatenate[HttpRequest, uuid.UUID, P], HttpResponse]
LinkView = Callable[Concatenate[HttpRequest, str, P], HttpResponse]
LinkRight = Callable[[HttpRequest, uuid.UUID], bool]
"""Whether the person who asks may open this subject without its link: they are signed in, and it is theirs."""


def opened_by_link(purpose: LinkPurpose, *, or_by: LinkRight | None = None) -> Callable[[SubjectView[P]], LinkView[P]]:
    """Let a view be reached by the link of one purpose; the view gets the subject's UUID.

    The address part is either a token, which is checked, kept in a signed cookie and redirected away, or the subject's
    UUID, for which this browser must hold that cookie, or have the right that `or_by` knows of. Everything else is
    `open_again`, a 404 that tells a stranger nothing.
    Opening a link writes nothing to the database, so a mail scanner's GET is harmless (I9).
    """

    def decorate(view: SubjectView[P]) -> LinkView[P]:
        @login_not_required
        @wraps(view)
        def wrapped(request: HttpRequest, key: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            subject = uuid_or_none(key)
            if subject is None:
                return redirect_without_token(request, key, purpose)
            if not may_open(request, purpose, subject) and not (or_by and or_by(request, subject)):
                return link_expired_page(request, purpose)
            try:
                response = view(request, subject, *args, **kwargs)
            except NotByThisLink:
                return link_expired_page(request, purpose)
            if request.method == "POST":
                forget_typed(request)
            patch_cache_control(response, no_store=True)
            return response

        return wrapped  # type: ignore[return-value]  # Django passes `key` by name

    return decorate


class NotByThisLink(Exception):  # noqa: N818 - no error: the person needs another link
    """Raised by a view for a subject that exists and that this browser's link does not open."""


# Whose pages are also open to whoever signs in by a code.
SIGN_IN_ALSO_OPENS = frozenset({LinkPurpose.APPOINTMENT, LinkPurpose.INTAKE, LinkPurpose.CARE})


def link_expired_page(request: HttpRequest, purpose: LinkPurpose, *, is_token: bool = False) -> HttpResponse:
    """The page for a browser that holds no live link to what it asks for: open the mail again, or have a code mailed.

    A 404 that is the same for what is somebody else's, what is over and what never was (I8). What was typed is kept for
    the moment at which the link is open again.
    """
    context = {
        "kept": request.method == "POST" and not is_token and keep_typed_form(request),
        "next": "" if is_token else form_page_of_path(request.path),
        "may_sign_in": purpose in SIGN_IN_ALSO_OPENS,
    }
    response = render(request, "clinic/link_expired.html", context, status=404)
    patch_cache_control(response, no_store=True)
    return response


def redirect_without_token(request: HttpRequest, token: str, purpose: LinkPurpose) -> HttpResponse:
    """Swap the token in the address for the subject's UUID and a signed cookie; a dead token opens nothing."""
    link = ClientLink.objects.opened_by(token, purpose)
    if link is None or request.method not in {"GET", "HEAD"}:
        return link_expired_page(request, purpose, is_token=True)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    response = HttpResponseRedirect(request.path.replace(token, str(link.subject), 1) + query)
    response["Referrer-Policy"] = "no-referrer"
    response.set_signed_cookie(
        cookie_name(purpose, link.subject),
        str(link.pk),
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def uuid_or_none(key: str) -> uuid.UUID | None:
    """The UUID that a text spells, or None where it spells none: it is a token, or nothing of ours."""
    try:
        return uuid.UUID(key) if len(key) == 36 else None
    except ValueError:
        return None
