"""The plumbing of the tests itself: what is counted, what is left out, and that the real servers are real."""

import ast
import re
import smtplib
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
import redis
from django.db import connection
from playwright.sync_api import Page

from tests.fixtures.order import dealt
from tests.fixtures.processes import ROOT, Child, Processes, answers, database_url
from tests.fixtures.services import RedisServer, SmtpServer

# What gives another value each time: xdist refuses a run in which two processes do not find the same tests.
ANEW = re.compile(r"\b(uuid[14]|random|choice|getpid|token_\w+)\(")
PROVED = "import pytest\n@pytest.mark.invariant({names})\ndef test_a():\n    assert {truth}\n"
ALL = ", ".join(f"'I{number}'" for number in range(1, 13))
SETTINGS = """
[pytest]
testpaths = tests
addopts = -p tests.fixtures.reporting -p xdist -p no:cacheprovider
markers =
    invariant(name): proves it
    browser: needs Chromium
    redis: needs Redis
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


def test_a_whole_run_names_each_invariant_with_its_count(tmp_path: Path) -> None:
    status, said = run_suite(tmp_path, PROVED.format(names=ALL, truth=True))
    assert status == 0, said
    assert "Invariants: I1 1, I2 1, I3 1, I4 1, I5 1, I6 1, I7 1, I8 1, I9 1, I10 1, I11 1, I12 1" in said


def test_a_whole_run_without_a_test_for_one_invariant_fails(tmp_path: Path) -> None:
    status, said = run_suite(tmp_path, PROVED.format(names=ALL.replace("'I7', ", ""), truth=True))
    assert status == 1
    assert "No passing test for I7: the run has failed." in said


def test_a_partial_run_is_not_asked_for_every_invariant(tmp_path: Path) -> None:
    status, said = run_suite(tmp_path, PROVED.format(names="'I1'", truth=True), "tests/test_it.py")
    assert status == 0
    assert "I1 1, I2 0" in said


def test_a_failing_test_proves_nothing(tmp_path: Path) -> None:
    status, said = run_suite(tmp_path, PROVED.format(names=ALL, truth=False))
    assert status == 1
    assert "No passing test for I1" in said


def test_counts_arrive_from_the_processes_of_xdist(tmp_path: Path) -> None:
    status, said = run_suite(tmp_path, PROVED.format(names=ALL, truth=True), "-n", "1")
    assert status == 0, said
    assert "I12 1" in said


def test_an_invariant_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    status, said = run_suite(tmp_path, PROVED.format(names="'I13'", truth=True))
    assert status == 4
    assert "no such invariant: I13" in said


@pytest.mark.parametrize(("marker", "program"), [("browser", "chromium-headless-shell"), ("redis", "redis-server")])
def test_without_its_program_a_test_is_left_out_and_named_but_in_ci_the_run_fails(
    tmp_path: Path, marker: str, program: str
) -> None:
    test = f"import pytest\n@pytest.mark.{marker}\ndef test_a():\n    pass\ndef test_b():\n    pass\n"
    status, said = run_suite(tmp_path, test, "tests/test_it.py")
    assert status == 0
    assert f"Left out: 1 tests, because {program} is not installed." in said
    status, said = run_suite(tmp_path, test, "tests/test_it.py", ci=True)
    assert status == 4
    assert f"1 tests need {program}, which is not installed" in said


def made_anew(source: str) -> list[str]:
    """The parametrizations whose values differ from one import to the next."""
    decorators = [
        ast.unparse(each)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
        for each in node.decorator_list
    ]
    return [text for text in decorators if "parametrize" in text and ANEW.search(text)]


def test_every_process_of_a_run_finds_the_same_tests() -> None:
    found = {str(path): made_anew(path.read_text()) for path in (ROOT / "tests").rglob("test_*.py")}
    assert len(found) > 100
    assert {path: texts for path, texts in found.items() if texts} == {}
    assert made_anew("@pytest.mark.parametrize('a', [str(uuid.uuid4())])\ndef test_a(a): pass") != []


def test_another_process_reaches_the_test_database(transactional_db: None) -> None:
    with psycopg.connect(database_url()) as other:
        assert other.execute("SELECT current_database()").fetchone() == (connection.settings_dict["NAME"],)


def test_gunicorn_serves_the_test_database(live_gunicorn: str) -> None:
    assert answers(f"{live_gunicorn}/healthz/live")
    assert not answers(f"{live_gunicorn}/no-such-page")


def test_a_worker_and_beat_run(celery_worker_process: Child, processes: Processes) -> None:
    beat = processes.beat()
    assert celery_worker_process.process.poll() is None
    assert beat.process.poll() is None


@pytest.mark.redis
def test_a_worker_takes_its_tasks_from_redis_where_there_is_one(
    redis_server: RedisServer, celery_worker_process: Child
) -> None:
    assert f"127.0.0.1:{redis_server.port}" in celery_worker_process.said()


@pytest.mark.redis
def test_redis_comes_back_empty(redis_server: RedisServer) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        client.set("kept", "no")
    redis_server.stop()
    redis_server.start()
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.get("kept") is None


def test_the_smtp_server_keeps_what_it_accepts_and_answers_as_told(smtp_server: SmtpServer) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Grüße", "a@example.org", "b@example.org"
    message.set_content("Text")
    with smtplib.SMTP("127.0.0.1", smtp_server.port) as client:
        client.send_message(message)
        smtp_server.answer_data = lambda _mail: "451 later"
        with pytest.raises(smtplib.SMTPDataError):
            client.send_message(message)
        smtp_server.answer_rcpt = lambda _address: "550 nobody"
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.send_message(message)
    (received,) = smtp_server.wait_for(1)
    assert received.message["Subject"] == "Grüße"
    assert received.recipients == ["b@example.org"]


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


SLOW_LAST = """
import pytest
@pytest.mark.parametrize("number", range(30))
def test_quick(number):
    pass
@pytest.mark.slow
@pytest.mark.parametrize("number", range(2))
def test_slow(number):
    pass
"""


def test_slow_tests_start_first_in_every_process(tmp_path: Path) -> None:
    more = ("-p", "tests.fixtures.order", "-n2", "--dist", "worksteal", "-v", "-o", "markers=slow: takes long", "tests")
    status, said = run_suite(tmp_path, SLOW_LAST, *more)
    assert status == 0, said
    begun = re.findall(r"\[(gw\d)\].* PASSED .*::(test_\w+)", said)
    firsts = {worker: next(name for by, name in begun if by == worker) for worker in ("gw0", "gw1")}
    assert firsts == {"gw0": "test_slow", "gw1": "test_slow"}
