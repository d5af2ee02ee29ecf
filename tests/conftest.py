"""What every test has at hand. Fixtures live by theme in tests/fixtures/."""

import gc
import os
from importlib import import_module
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings

from clinic.models import Practice

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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where coverage is asked for, count in the tests of the apps whose lines count, and leave all others their speed.

    While lines are counted Python 3.11 runs at little more than half of it, also through lines that do not count.
    """
    if config.pluginmanager.hasplugin("_cov"):
        # A page's module is counted as it is loaded: now, and not by the first request of a test that is not counted.
        import_module(settings.ROOT_URLCONF)
        for item in items:
            if not any(item.path.is_relative_to(config.rootpath / "tests" / app) for app in ("booking", "clients")):
                item.add_marker("no_cover")


def pytest_collection_finish() -> None:
    """What stands in memory by now stays: it is looked through for garbage no more, and the rest less often."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture
def practice(db: None) -> Practice:
    """The practice: Europe/Berlin, euros, the rules as they come."""
    return Practice.current()
