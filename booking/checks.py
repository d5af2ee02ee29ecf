"""The demo's people in a practice that others can open: their password stands in the source."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from clinic.checks import is_local_only
from clinic.models import User


@register(Tags.security, deploy=True)
def check_demo_sign_ins(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """`check --deploy` names sign-ins of the demo that still open a site with the password everybody can read."""
    if is_local_only():
        return []
    # The demo and what paints its pictures are read for this alone.
    from booking.demo.practice import PASSWORD, SIGN_INS

    emails = [email for email, _who in SIGN_INS]
    try:
        people = list(User.objects.filter(email__in=emails, is_active=True).order_by("email"))
    except DatabaseError:
        return []  # no database, or no tables yet: then there is no demo in it either
    found = [person.email for person in people if person.check_password(PASSWORD)]
    if not found:
        return []
    hint = "Give them new passwords, or switch them off in the admin."
    return [Error(f"The demo's password opens {', '.join(found)}.", hint=hint, id="booking.E001")]
