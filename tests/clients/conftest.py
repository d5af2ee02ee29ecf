"""The people and answers of the client's care."""

import pytest

from clients.intake.actions import request_intake
from clients.models import Client, IntakeRequest
from clinic.models import Practice


@pytest.fixture
def ana(db: None) -> Client:
    """A client with a file, who comes with a sore back."""
    return Client.objects.create(first_name="Ana", last_name="Berg", email="ana@example.org", phone="030 12345")


@pytest.fixture
def asked(ana: Client, practice: Practice) -> IntakeRequest:
    """Ana was asked for an intake before a regular massage."""
    return request_intake(ana, technique_slug="regular-massage")


@pytest.fixture
def asked_for_stones(ana: Client, practice: Practice) -> IntakeRequest:
    """Ana was asked for an intake before hot stones."""
    return request_intake(ana, technique_slug="hot-stone")
