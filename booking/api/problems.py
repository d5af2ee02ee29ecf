"""Errors as RFC 9457 problem documents: one shape for every refusal, with a stable `code` for programs."""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from booking.errors import EmergencyAnswer, NotSuitable, SlotTaken, TemporarilyBusy, TermsChanged
from clinic.errors import Refusal
from clinic.models import Practice
from clinic.programs.keys import MissingScope
from clinic.web.http import HttpRequest
from clinic.web.throttle import Allowance, Throttled

logger = logging.getLogger(__name__)

HTTP_STATUSES = {
    "slot_taken": 409,
    "busy": 503,
    "throttled": 429,
    "too_late": 409,
    "price_changed": 409,
    "length_changed": 409,
    "not_possible": 409,
    "file_exists": 409,
    "key_unknown": 401,
    "key_expired": 401,
    "key_revoked": 401,
    "key_network": 403,
    "missing_scope": 403,
}


class InvalidRequest(Refusal):
    """Fields that cannot be used as sent: `errors` says for each what is wrong."""

    usual_code = "invalid"

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(_("Some of what was sent cannot be used."))
        self.errors = dict(errors)


def problem_document(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """A problem document. `more` holds members of the code's own: errors, reasons, instead, alternatives, text."""
    document = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code}
    response = JsonResponse(
        {**document, "detail": detail, **more}, status=status, content_type="application/problem+json"
    )
    if "retry_after" in more:
        response["Retry-After"] = str(more["retry_after"])
    return response


def refusal_document(request: HttpRequest, error: Refusal) -> HttpResponse:
    """The document of a refusal."""
    status = HTTP_STATUSES.get(error.code, 422)
    response = problem_document(status, error.code, error.message, **problem_members(error, request.practice))
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="practice", error="invalid_token"'
    return response


def problem_members(error: Refusal, practice: Practice) -> dict[str, Any]:
    """What a refusal tells besides its sentence."""
    if isinstance(error, SlotTaken):
        alternatives = [
            {"start": each.start.isoformat(), "therapists": list(each.therapists)} for each in error.alternatives
        ]
        found: dict[str, Any] = {"alternatives": alternatives, "why": error.why or "taken"}
        # A time that was never on offer is a mistake in the request, so it is named like one.
        return found if error.code == "slot_taken" else {**found, "errors": {"start": [error.message]}}
    if isinstance(error, NotSuitable):
        return {
            "reasons": [
                {"condition": each.condition, "name": each.name, "reason": each.reason} for each in error.reasons
            ],
            "instead": instead_as_json(error, practice),
            "later_from": in_zone(error.later_from, practice) if error.later_from else None,
        }
    if isinstance(error, EmergencyAnswer):
        return {"text": " ".join([*error.texts, error.message])}
    if isinstance(error, TemporarilyBusy | Throttled):
        return {"retry_after": error.retry_after}
    if isinstance(error, TermsChanged):
        return {"price": error.price, "currency": error.currency, "minutes": error.minutes}
    if isinstance(error, MissingScope):
        return {"scope": error.scope.value}
    if isinstance(error, InvalidRequest):
        return {"errors": error.errors}
    return {"errors": {error.field: [error.message]}} if error.field else {}


def instead_as_json(error: NotSuitable, practice: Practice) -> dict[str, Any] | None:
    """The service that suits, and the time where it is free for it."""
    if error.instead is None:
        return None
    start = error.instead.start
    return {
        "service": error.instead.order.service.slug,
        "name": error.instead.order.service.name,
        "minutes": error.instead.order.minutes,
        "add_ons": [each.slug for each in error.instead.order.add_ons],
        "start": in_zone(start, practice) if start else None,
        "therapists": list(error.instead.therapists),
    }


def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What the schema refused, by field: `client.email`, not the place inside the framework."""
    errors: dict[str, list[str]] = {}
    for each in error.errors:
        place = [str(part) for part in each["loc"] if part not in {"body", "query", "header", "path", "wish"}]
        errors.setdefault(".".join(place) or "body", []).append(str(each["msg"]).removeprefix("Value error, "))
    return refusal_document(request, InvalidRequest(errors))


def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework refused: broken JSON and the like. A refusal of ours behind it speaks for itself."""
    if isinstance(error.__cause__, Refusal):
        return refusal_document(request, error.__cause__)
    codes = {400: "malformed", 401: "unauthorized", 403: "forbidden", 404: "not_found", 413: "too_large"}
    return problem_document(error.status_code, codes.get(error.status_code, "refused"), str(error))


def missing_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No Bearer token, or one that does not open this appointment."""
    said = _("Send the token of the appointment's manage_url as a Bearer token; below practice/, a program's key.")
    response = problem_document(401, "unauthorized", said)
    response["WWW-Authenticate"] = 'Bearer realm="appointment"'
    return response


def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """Nothing there, or nothing that the caller may know of (I8)."""
    return problem_document(404, "not_found", _("There is nothing at this address."))


def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """A body beyond the limit of the settings."""
    return problem_document(413, "too_large", _("That is too much at once."))


def database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database is away: handed on, so that this is said in one place whatever the request had reached."""
    raise error


def server_error(request: HttpRequest, error: Exception) -> HttpResponse:
    """A mistake of ours. The log gets the trace; the caller no detail that could hold someone's data."""
    logger.error("API %s failed", type(error).__name__, exc_info=error)
    return problem_document(500, "fault", _("Something went wrong on our side. Please try again."))


def answer_with_problems(api: NinjaAPI) -> None:
    """Have `api` answer every error with a problem document."""
    handlers: dict[type[Exception], Callable[..., HttpResponse]] = {
        Refusal: refusal_document,
        ValidationError: not_valid,
        AuthenticationError: missing_token,
        HttpError: http_error,
        Http404: not_found,
        RequestDataTooBig: too_big,
        OperationalError: database_away,
        InterfaceError: database_away,
        Exception: server_error,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def with_problem_documents(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of the API: open to all (its own rules decide), and its 405 a problem document too."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "HEAD":
            request.method = "GET"  # the same answer; the server in front leaves out its body
        if request.method in {"POST", "PATCH"} and request.content_type != "application/json":
            return problem_document(415, "wrong_content_type", _("Please send application/json."))
        try:
            response = view(request, *args, **kwargs)
        except Http404 as error:  # raised by the framework's own root, outside its handlers
            return not_found(request, error)
        say_what_is_left(request, response)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        answer = problem_document(405, "method_not_allowed", _("This address does not take that method."))
        answer["Allow"] = response.headers.get("Allow", "")
        return answer

    return wrapped


def say_what_is_left(request: HttpRequest, response: HttpResponseBase) -> None:
    """Tell a program with a key what is left of its share (draft-ietf-httpapi-ratelimit-headers-10)."""
    left: Allowance | None = getattr(request, "allowance", None)
    if left is not None:
        response["RateLimit-Policy"] = f'"key";q={left.limit};w={left.seconds}'
        response["RateLimit"] = f'"key";r={left.left};t={left.resets_in}'


def in_zone(instant: dt.datetime, practice: Practice) -> str:
    """An instant as wall time with offset, such as 2026-11-27T09:00:00+01:00."""
    return instant.astimezone(practice.zone).isoformat()
