"""Who sits at the desk."""

import pytest

from booking.models import Therapist
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


@pytest.fixture
def desk(cast: Cast, client: Browser) -> Browser:
    """Olga, the owner, at the desk. Mira has no sign-in here, so that whoever reads health records writes her notes."""
    Therapist.objects.filter(pk=cast.mira.pk).update(user=None)
    client.force_login(cast.owner)
    return client
