"""Pages of `clinic`: health and metrics for machines, what a fault looks like, the styleguide for builders."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.defaults import server_error

from clinic import __version__
from clinic.accounts.second_factor import is_team_member
from clinic.models import User
from clinic.operations import health
from clinic.operations.metrics import metrics_text
from clinic.web.styleguide import styleguide_context
from clinic.web.throttle import address_of, is_private_network, is_watching


@login_not_required
@require_safe
def liveness(request: HttpRequest) -> HttpResponse:
    """Say that the process answers at all."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readiness(request: HttpRequest) -> HttpResponse:
    """Whether all is well; 503 where a part is down or stale.

    A stranger reads no more. This machine and private networks also read the version and which part it is, so that
    monitoring has its names; the words besides, which may be the mail server's, are for STATUS_NETWORKS and for staff
    who are signed in.
    """
    parts = health.health_parts()
    well = all(part["ok"] for part in parts.values())
    answer: dict[str, object] = {"status": "ok" if well else "unwell"}
    # Who is signed in stands in the database: nobody asks it while it is away.
    if is_watching(request) or (parts["database"]["ok"] and is_staff(request)):
        answer |= {"version": __version__, "parts": parts}
    elif is_private_network(address_of(request)):
        answer |= {"version": __version__, "parts": {name: {"ok": part["ok"]} for name, part in parts.items()}}
    return JsonResponse(answer, status=200 if well else 503)


def is_staff(request: HttpRequest) -> bool:
    """Whether somebody of the practice is signed in."""
    return isinstance(request.user, User) and is_team_member(request.user)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts and ages of mail for Prometheus: to this machine, private networks and a signed-in owner, else 404."""
    owner = request.user.is_authenticated and request.user.is_superuser
    if not (owner or is_private_network(address_of(request))):
        raise Http404
    return HttpResponse(metrics_text(), content_type="text/plain; version=0.0.4; charset=utf-8")


# What says that the database is away, full or restarting, as against what a page did wrong.
DATABASE_ERRORS = (OperationalError, InterfaceError)
COME_BACK_SECONDS = 30


def server_fault(request: HttpRequest) -> HttpResponse:
    """A failed request, wherever it failed: 503 while the database is away, else 500. Asks it nothing."""
    if not isinstance(sys.exc_info()[1], DATABASE_ERRORS):
        return server_error(request)
    if request.path.startswith("/api/"):
        said = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "code": "busy"}
        detail = _("The database is away for a moment. Please try again.")
        document = {**said, "detail": detail, "retry_after": COME_BACK_SECONDS}
        response: HttpResponse = JsonResponse(document, content_type="application/problem+json")
    else:
        response = HttpResponse(get_template("503.html").render())
    response.status_code = 503
    response["Retry-After"] = str(COME_BACK_SECONDS)
    return response


@login_not_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component in every state (debug only)."""
    return render(request, "clinic/styleguide.html", styleguide_context())
