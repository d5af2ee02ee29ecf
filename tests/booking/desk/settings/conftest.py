"""An owner at the settings."""

import pytest

from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


@pytest.fixture
def owner(cast: Cast) -> Browser:
    """The owner's browser."""
    browser = Browser()
    browser.force_login(cast.owner)
    return browser
