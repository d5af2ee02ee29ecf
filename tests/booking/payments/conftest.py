"""Appointments that are over and to be paid."""

import datetime as dt

import pytest

from booking.models import Appointment, Status
from tests.fixtures.cast import Cast


@pytest.fixture
def session_over(cast: Cast) -> Appointment:
    """Ana's session with Mira, a day ago: €60."""
    return cast.appointment(cast.at(9) - dt.timedelta(days=21), status=Status.COMPLETED)
