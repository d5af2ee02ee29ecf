"""What a run of the tests says of itself: what is proved, and what was left out for want of a program."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.fixtures.order import dealt
from tests.fixtures.processes import ROOT, Child
from tests.fixtures.services import RedisServer

ALL_BUT_I7 = ", ".join(f"'I{number}'" for number in range(1, 13) if number != 7)
PROVED = f"""
import pytest

@pytest.mark.invariant({ALL_BUT_I7})
def test_most():
    pass

@pytest.mark.invariant("I7")
def test_that_fails():
    raise AssertionError

@pytest.mark.slow
@pytest.mark.invariant("I7", "I8")
def test_slow():
    pass
"""
SETTINGS = """
[pytest]
testpaths = tests
addopts = -p tests.fixtures.reporting -p xdist
markers =
    invariant(name): proves it
    browser: needs Chromium
    redis: needs Redis
    slow: takes long
"""


def run_suite(folder: Path, test: str, *arguments: str, ci: bool = False, path: str | None = None) -> tuple[int, str]:
    """Run a suite of one file with our reporting; its exit status and what it printed."""
    (folder / "tests").mkdir(exist_ok=True)
    (folder / "pytest.ini").write_text(SETTINGS)
    (folder / "tests" / "test_it.py").write_text(test)
    # Without the plugins that are not asked for it starts in half the time.
    plugins = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    env = {"PYTHONPATH": str(ROOT), "PATH": path or str(folder), "CI": "true" if ci else "", **plugins}
    command = [sys.executable, "-m", "pytest", "--rootdir", str(folder), f"--basetemp={folder / 'temp'}", *arguments]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_run_counts_what_proves_each_invariant_and_fails_where_nothing_does(tmp_path: Path) -> None:
    """A test that fails proves nothing; the counts arrive from other processes, and in the slow run those of both."""
    status, said = run_suite(tmp_path, PROVED, "-m", "not slow", "-n", "1")
    assert status == 1
    assert "Invariants: I1 1, I2 1, I3 1, I4 1, I5 1, I6 1, I7 0, I8 1, I9 1, I10 1, I11 1, I12 1" in said
    assert "No passing test for I7: the run has failed." in said
    status, said = run_suite(tmp_path, PROVED, "-m", "slow")
    assert status == 0, said
    assert "with the quick tests before: I1 1, I2 1, I3 1, I4 1, I5 1, I6 1, I7 1, I8 2, I9 1" in said
    status, said = run_suite(tmp_path, PROVED.replace("raise AssertionError", "pass"))
    assert status == 0, said
    status, said = run_suite(tmp_path, "def test_a():\n    pass\n")
    assert status == 1
    assert "No passing test for I1, I2, I3" in said


def test_what_lacks_its_program_is_left_out_by_name_and_fails_the_run_in_ci(tmp_path: Path) -> None:
    test = "import pytest\n@pytest.mark.redis\n@pytest.mark.slow\ndef test_a():\n    pass\ndef test_b():\n    pass\n"
    status, said = run_suite(tmp_path, test, "tests/test_it.py")
    assert status == 0
    assert "Left out: 1 tests, because redis-server is not installed." in said
    status, said = run_suite(tmp_path, test, "tests/test_it.py", ci=True)
    assert status == 4
    assert "1 tests need redis-server, which is not installed" in said


@pytest.mark.parametrize(
    ("mark", "said"),
    [("invariant('I13')", "no such invariant: I13"), ("browser", "is to be marked slow")],
)
def test_a_mark_that_cannot_be_right_is_an_error(tmp_path: Path, mark: str, said: str) -> None:
    assert said in run_suite(tmp_path, f"import pytest\n@pytest.mark.{mark}\ndef test_a():\n    pass\n")[1]


@pytest.mark.slow
@pytest.mark.redis
def test_a_worker_takes_its_tasks_from_redis_where_there_is_one(
    redis_server: RedisServer, celery_worker_process: Child
) -> None:
    assert f"127.0.0.1:{redis_server.port}" in celery_worker_process.said()


@pytest.mark.slow
@pytest.mark.browser
def test_chromium_reads_a_page_and_tells_what_went_wrong_in_it(page: Page, page_errors: list[str]) -> None:
    page.set_content("<h1>Warm</h1><script>throw new Error('cold')</script>")
    assert page.get_by_role("heading").inner_text() == "Warm"
    assert page_errors == ["cold"]
    page_errors.clear()


@pytest.mark.parametrize("count", [9, 10, 11])
def test_each_process_begins_with_what_takes_long(count: int) -> None:
    """Whatever the number of tests, every stretch that xdist hands out has its slow ones in front."""
    order = dealt(["slow"] * 3 + ["quick"] * (count - 3), 3)
    first, second = count // 3, count // 3 + (count - count // 3) // 2
    for stretch in (order[:first], order[first:second], order[second:]):
        assert "slow" in stretch[:2]
        assert stretch.count("slow") == 1


WITHOUT_THE_WORD = """
import pytest
pytestmark = getattr(pytest.mark, "sl" "ow")

def test_it():
    pass
"""


def test_a_slow_test_whose_file_does_not_say_so_is_found_by_the_quick_run(tmp_path: Path) -> None:
    """The slow run reads only the files that say it."""
    status, said = run_suite(tmp_path, WITHOUT_THE_WORD, "-p", "tests.fixtures.order", "-m", "not slow")
    assert status != 0
    assert "test_it is slow, and its file does not say so" in said
    status, said = run_suite(tmp_path, WITHOUT_THE_WORD, "-p", "tests.fixtures.order", "-m", "slow")
    assert "no tests ran" in said
    status, said = run_suite(tmp_path, PROVED, "-p", "tests.fixtures.order", "-m", "slow")
    assert "1 passed" in said
