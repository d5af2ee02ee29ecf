"""Times on the practice's own clock: pages need it (each page's test looks), what programs ask does not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.fixtures.browser import Browser


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz/live", "/api/v1/openapi.json"])
def test_programs_are_answered_without_a_look_at_the_practice(path: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert Browser().get(path).status_code == 200
    assert not [each for each in queries if "clinic_practice" in each["sql"]]
