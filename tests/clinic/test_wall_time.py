"""Every page shows the practice's own clock; what programs ask needs none."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.actions import ask_for_intake
from clients.models import Consent
from clinic.models import Practice
from tests.clients.steps import opened
from tests.fixtures.cast import House

DAY = dt.timedelta(days=1)


@pytest.mark.django_db
def test_a_page_of_a_client_who_is_not_signed_in_shows_the_practices_date(house: House) -> None:
    practice = Practice.current()
    day = timezone.now().astimezone(practice.zone).date() - 30 * DAY
    # Midnight has passed where the practice is, and not yet in UTC.
    then = dt.datetime.combine(day, dt.time(0, 10), practice.zone)
    assert then.astimezone(dt.UTC).date() == day - DAY
    terms = {"version": 1, "text": "Words", "treatment": True, "signature": "Ana Berg"}
    Consent.objects.create(client=house.ana, given_at=then, **terms)
    asked = ask_for_intake(house.ana, technique_slug="regular-massage")
    page = opened(asked, by_mail=True).get(f"/intake/{asked.public_id}/consent/").content.decode()
    assert f"Your consent of {day:%-d %B %Y} is still in force." in page


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz/live", "/api/v1/openapi.json"])
def test_programs_are_answered_without_a_look_at_the_practice(path: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert Browser().get(path).status_code == 200
    assert not [each for each in queries if "clinic_practice" in each["sql"]]
