"""Who sits at the desk."""

import pytest
from django.test import Client as Browser

from tests.fixtures.cast import House


@pytest.fixture
def desk(house: House, client: Browser) -> Browser:
    """Olga, the owner, at the desk."""
    client.force_login(house.owner)
    return client
