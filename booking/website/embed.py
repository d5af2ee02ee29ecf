"""A page of one button, for a frame on the practice's own web site."""

from typing import Any, cast

from csp.constants import NONE
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from clinic.models import Practice


@login_not_required
@require_safe
@xframe_options_exempt
def embed(request: HttpRequest) -> HttpResponse:
    """The button. Only the origins that the owner listed may frame it; every other page of ours, nobody may.

    Booking itself opens in the whole window, so that no other site ever stands around somebody's health answers.
    """
    response = render(request, "booking/website/embed.html", {"book_url": settings.SITE_URL + reverse("booking:book")})
    allowed = {"frame-ancestors": Practice.current().embed_sources or [NONE]}
    cast("Any", response)._csp_replace = allowed  # as csp.decorators.csp_replace does, but the list is the owner's
    return response
