"""Fixtures of the public pages."""

import pytest
from django.test import Client

from tests.booking.website.visitor import Visitor


@pytest.fixture
def visitor() -> Visitor:
    """Somebody new, with a browser of their own."""
    return Visitor(Client())


@pytest.fixture
def stranger() -> Visitor:
    """Somebody else."""
    return Visitor(Client())
