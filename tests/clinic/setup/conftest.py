"""An installation that nobody owns yet."""

import pytest
from django.db import connection

from clinic.models import Practice


def begin_anew() -> None:
    """As after the migrations: the practice as it comes, which never had an owner."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM clinic_practice")
    Practice.read()


@pytest.fixture
def nobodys(db: None) -> None:
    """An installation without an owner."""
    begin_anew()
