"""A therapist's calendar at a secret address."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking.appointments.feed import therapist_feed
from booking.models import Therapist
from clinic.web.throttle import Throttled, throttle_request


@login_not_required
@require_safe
def feed_file(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar; for a wrong, replaced or stopped secret a 404 that tells nothing. Writes nothing (I9)."""
    try:
        throttle_request(request, scope="feed")
    except Throttled as error:
        return HttpResponse(error.message, status=429, headers={"Retry-After": str(error.retry_after)})
    therapist = Therapist.objects.by_feed(key)
    if therapist is None:
        raise Http404
    return HttpResponse(therapist_feed(therapist, timezone.now()), content_type="text/calendar; charset=utf-8")
