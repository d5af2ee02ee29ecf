"""The request as Warmstone's views see it."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest as DjangoRequest
from django_htmx.middleware import HtmxDetails

from clinic.models import Practice, User


class HttpRequest(DjangoRequest):
    """A request that went through the middleware: anyone, signed in or not."""

    user: User | AnonymousUser
    htmx: HtmxDetails
    practice: Practice
    """The one practice, read once a request."""


class StaffRequest(DjangoRequest):
    """A request behind a sign-in check."""

    user: User
    htmx: HtmxDetails
    practice: Practice
