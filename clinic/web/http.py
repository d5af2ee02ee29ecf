"""The request as Warmstone's views see it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django.http
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import redirect
from django_htmx.middleware import HtmxDetails

from clinic.errors import Refusal
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


def redirect_saying(request: django.http.HttpRequest, words: str, page: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """Lead to the page of this name or address, which says first what was done."""
    messages.success(request, words)
    response: HttpResponse = redirect(page, *args, **kwargs)
    return response


def set_own_cookie(response: HttpResponse, name: str, value: str, *, seconds: int) -> None:
    """Give a browser a cookie that no script reads, and that goes along with no form of another site."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=secure)


@contextmanager
def refusals_said(request: StaffRequest) -> Iterator[None]:
    """Say on the next page why what is done within was refused; the rest of it is left out then."""
    try:
        yield
    except Refusal as refusal:
        messages.error(request, refusal.for_team)


@contextmanager
def refusals_in(form: forms.BaseForm, field: str | None = None) -> Iterator[None]:
    """Say in a form why what is done within was refused: beside the field that the refusal names, else beside `field`,
    else above all; the rest of it is left out then."""
    try:
        yield
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else field, refusal.for_team)


@contextmanager
def refusals_told(request: HttpRequest) -> Iterator[None]:
    """Tell a client on the next page why what is done within was refused; the rest of it is left out then."""
    try:
        yield
    except Refusal as refusal:
        messages.warning(request, refusal.message)
