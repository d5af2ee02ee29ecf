"""An owner in a practice that has nothing yet."""

import pytest

from clinic.models import Practice, User
from tests.clinic.setup.conftest import begin_anew
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD


@pytest.fixture
def rosa(db: None) -> User:
    """The owner, who has set the practice up a minute ago."""
    begin_anew()
    Practice.objects.update(second_factor_required=False)
    return User.objects.create_superuser("rosa@example.org", PASSWORD, name="Rosa Lind")


@pytest.fixture
def desk(rosa: User) -> Browser:
    """Her browser."""
    browser = Browser()
    browser.force_login(rosa)
    return browser
