"""A page of one button, for a frame on the practice's own web site."""

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from clinic.web.http import HttpRequest


@login_not_required
@require_safe
@xframe_options_exempt
def embed(request: HttpRequest) -> HttpResponseBase:
    """The button. Only the origins that the owner listed may frame it; every other page of ours, nobody may.

    Booking itself opens in the whole window, so that no other site ever stands around somebody's health answers.
    """
    allowed = {"frame-ancestors": request.practice.embed_sources or [NONE]}
    context = {"book_url": settings.SITE_URL + reverse("booking:book")}
    # In here, because the list is the owner's.
    page = csp_replace(allowed)(lambda asked: render(asked, "booking/website/embed.html", context))
    return page(request)
