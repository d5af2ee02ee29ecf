"""Fixtures of the public pages."""

import pytest

from tests.booking.website.visitor import Visitor
from tests.fixtures.browser import Browser


@pytest.fixture
def visitor() -> Visitor:
    """Somebody new, with a browser of their own."""
    return Visitor(Browser())


@pytest.fixture
def stranger() -> Visitor:
    """Somebody else."""
    return Visitor(Browser())
