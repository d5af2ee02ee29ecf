"""What every test has at hand. Fixtures live by theme in tests/fixtures/."""

import gc
import os
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings

from clinic.models import Practice

# Reading the tests makes a million things that stay, and hardly any garbage.
gc.disable()

pytest_plugins = [
    "tests.fixtures.reporting",
    "tests.fixtures.order",
    "tests.fixtures.processes",
    "tests.fixtures.database",
    "tests.fixtures.services",
    "tests.fixtures.browser",
    "tests.fixtures.clock",
    "tests.fixtures.pages",
    "tests.fixtures.cast",
    "tests.fixtures.add_ons",
    "tests.fixtures.api",
    "tests.fixtures.private_calendars",
    *(["tests.fixtures.lines"] if "COUNT_LINES" in os.environ else []),
]

# A test database need not survive a power cut, and waits for no disk. It lives for one test and wants no cleaner:
# one at work in it is the superuser's, and our role may not send it away to make the database anew.
HASTY = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\nmax_connections = 200\nautovacuum = off\n"


# No test is about how fast this machine is at the moment, and what an example writes is its own to undo.
hypothesis.settings.register_profile(
    "unhurried",
    hypothesis.settings(),
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("unhurried")


def pytest_configure() -> None:
    """Set the embedded cluster of the tests, up for speed before its first start."""
    home = settings.DATABASES["default"].get("DATA_DIR")
    if home is not None:
        hasty = Path(home) / "server.conf"
        if not hasty.exists() or hasty.read_text() != HASTY:
            hasty.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
            unfinished = hasty.with_suffix(f".{os.getpid()}")
            unfinished.write_text(HASTY)
            unfinished.rename(hasty)


def pytest_collection_finish() -> None:
    """What stands in memory by now stays: it is looked through for garbage no more, and the rest less often."""
    gc.freeze()
    gc.set_threshold(500_000, 20, 50)
    gc.enable()


@pytest.fixture
def practice(db: None) -> Practice:
    """The practice: Europe/Berlin, euros, the rules as they come."""
    return Practice.current()
