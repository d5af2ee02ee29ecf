"""Pages of the ground floor: health and metrics for machines, the styleguide for builders."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic import health
from clinic.metrics import text
from clinic.styleguide import sample_context
from clinic.throttle import address_of, is_near


@login_not_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Say that the process answers at all."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Name each part and how it is; 503 where one is down or stale."""
    parts = health.parts()
    well = all(part["ok"] for part in parts.values())
    return JsonResponse({"status": "ok" if well else "unwell", "parts": parts}, status=200 if well else 503)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts and ages of mail for Prometheus: to this machine, private networks and a signed-in owner, else 404."""
    owner = request.user.is_authenticated and request.user.is_superuser
    if not (owner or is_near(address_of(request))):
        raise Http404
    return HttpResponse(text(), content_type="text/plain; version=0.0.4; charset=utf-8")


@login_not_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component in every state (debug only)."""
    return render(request, "clinic/styleguide.html", sample_context())
