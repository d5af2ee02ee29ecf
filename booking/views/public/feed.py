"""A therapist's calendar at a secret address."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking.feed import feed_of
from booking.models import Therapist
from clinic.throttle import Throttled, hold_back


@login_not_required
@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar; for a wrong, replaced or stopped secret a 404 that tells nothing. Writes nothing (I9)."""
    try:
        hold_back(request, scope="feed")
    except Throttled as error:
        return HttpResponse(error.message, status=429, headers={"Retry-After": str(error.retry_after)})
    therapist = Therapist.objects.by_feed(key)
    if therapist is None:
        raise Http404
    return HttpResponse(feed_of(therapist, timezone.now()), content_type="text/calendar; charset=utf-8")
