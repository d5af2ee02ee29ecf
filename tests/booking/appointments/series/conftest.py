"""Who sits at the desk."""

import pytest

from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


@pytest.fixture
def desk(cast: Cast, client: Browser) -> Browser:
    """Olga, the owner, at the desk."""
    client.force_login(cast.owner)
    return client
