"""What the tests of outgoing mail share."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.clinic.mail.scripted_smtp import Script, scripted


@pytest.fixture
def script(settings: Settings) -> Iterator[Script]:
    """A scripted mail server that the sender uses."""
    with scripted() as script:
        settings.EMAIL_URL = script.url
        yield script
