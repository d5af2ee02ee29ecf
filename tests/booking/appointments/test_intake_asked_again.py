"""When a booking asks for an intake: answers or consent missing, too old, or under another text."""

import datetime as dt

import pytest
from django.utils import timezone

from booking.appointments.screening import SafetyAnswers
from clients.models import Consent, Intake, IntakeRequest
from clinic.models import Practice
from tests.fixtures.actions import book
from tests.fixtures.cast import Cast


@pytest.mark.parametrize(
    ("answered", "signed", "version", "asked"),
    [
        (30, 30, 1, False),
        (366, 30, 1, True),
        (30, 366, 1, True),
        (30, 30, 2, True),
        (30, None, 1, True),
        (None, 30, 1, True),
    ],
)
def test_an_intake_is_asked_for_where_answers_or_consent_do_not_hold(
    cast: Cast, answered: int | None, signed: int | None, version: int, asked: bool
) -> None:
    """Ages in days, None for never."""
    now = timezone.now()
    if answered is not None:
        Intake.objects.create(
            client=cast.ana, catalogue_version="1", triage="ok", given_at=now - dt.timedelta(days=answered)
        )
    if signed is not None:
        given = now - dt.timedelta(days=signed)
        Consent.objects.create(client=cast.ana, version=1, text="Words", treatment=True, given_at=given)
    Practice.objects.update(consent_version=version)
    book(
        service=cast.regular,
        start=cast.at(10),
        client=cast.ana,
        answers=SafetyAnswers(),
        policy_accepted=True,
        via="desk",
    )
    assert IntakeRequest.objects.filter(client=cast.ana).exists() is asked
