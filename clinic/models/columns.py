"""Columns that stand in many tables."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from clinic.models.user import User


def actor_field(label: "StrOrPromise", **options: Any) -> "models.ForeignKey[User | None, User | None]":
    """Who of the team did something; empty where it was nobody of theirs. People who sign in are never deleted."""
    options = {"null": True, "blank": True, "on_delete": models.PROTECT, "related_name": "+", **options}
    return models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=label, **options)
