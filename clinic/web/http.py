"""The request as Warmstone's views see it."""

import django.http
from django.contrib.auth.models import AnonymousUser
from django_htmx.middleware import HtmxDetails

from clinic.models import Practice, User


class HttpRequest(django.http.HttpRequest):
    """A request that went through the middleware: anyone, signed in or not."""

    user: User | AnonymousUser
    htmx: HtmxDetails
    practice: Practice
    """The one practice, read once a request."""


def practice_of(request: django.http.HttpRequest) -> Practice:
    """The practice of a request as Django types it; also of one that stopped before the middleware had run."""
    return getattr(request, "practice", None) or Practice.current()


class StaffRequest(django.http.HttpRequest):
    """A request behind a sign-in check."""

    user: User
    htmx: HtmxDetails
    practice: Practice
