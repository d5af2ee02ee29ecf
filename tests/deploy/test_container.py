"""deploy/container: each word starts what it says, in place of itself, so that a stop reaches who must hear it."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.fixtures.processes import ROOT, wait_until

WORDS = {
    "": "manage.py serve --bind 0.0.0.0:8000",
    "everything": "manage.py serve --bind 0.0.0.0:8000",
    "demo": "manage.py serve --bind 0.0.0.0:8000 --demo",
    "web": "-m gunicorn -c clinic/gunicorn.py --bind 0.0.0.0:8000",
    "worker": "-m clinic.operations worker --concurrency 2",
    "beat": "-m clinic.operations beat",
    "verify": "manage.py verify",
    "export_practice --to x": "manage.py export_practice --to x",
}
SAYS_ITS_WORDS = '#!/bin/sh\necho "$$ $*"\n'


def tree(folder: Path, python: str) -> Path:
    """A program's folder in which Python is a script of the test's; returns the entrypoint."""
    (folder / "deploy").mkdir()
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").write_text(python)
    (folder / ".venv" / "bin" / "python").chmod(0o755)
    entry = folder / "deploy" / "container"
    entry.write_bytes((ROOT / "deploy" / "container").read_bytes())
    entry.chmod(0o755)
    return entry


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words or "nothing")
def test_each_word_becomes_its_program(words: str, tmp_path: Path) -> None:
    entry = tree(tmp_path, SAYS_ITS_WORDS)
    started = subprocess.Popen([str(entry), *words.split()], cwd="/", env={}, stdout=subprocess.PIPE, text=True)
    said, _ = started.communicate(timeout=30)
    assert started.returncode == 0
    assert said.split(maxsplit=1) == [str(started.pid), WORDS[words] + "\n"]


def test_the_port_and_the_number_of_processes_can_be_said(tmp_path: Path) -> None:
    entry = tree(tmp_path, SAYS_ITS_WORDS)
    env = {"PORT": "8100", "WORKER_PROCESSES": "4"}
    said = [subprocess.check_output([str(entry), word], env=env, text=True) for word in ("web", "worker")]
    assert said[0].endswith("--bind 0.0.0.0:8100\n")
    assert said[1].endswith("--concurrency 4\n")


@pytest.mark.parametrize(("current", "upgrades"), [(True, False), (False, True)])
def test_the_database_is_brought_up_to_date_only_where_it_is_not(current: bool, upgrades: bool, tmp_path: Path) -> None:
    check = f'#!/bin/sh\n[ "$*" != "manage.py migrate --check" ] || exit {0 if current else 1}\necho "$*"\n'
    said = subprocess.check_output([str(tree(tmp_path, check)), "prepare"], env={"PATH": os.environ["PATH"]}, text=True)
    assert ("manage.py upgrade" in said) == upgrades


def test_backups_go_on_and_end_at_once_when_asked(tmp_path: Path) -> None:
    entry = tree(tmp_path, '#!/bin/sh\necho "$*" >> said\n')
    started = subprocess.Popen([str(entry), "backups"], env={"PATH": os.environ["PATH"]}, start_new_session=True)
    try:
        said = tmp_path / "said"
        wait_until(lambda: said.exists() and said.read_text().endswith("\n"), "a backup is made")
        assert said.read_text() == "manage.py backup --keep 30\n"
        started.send_signal(signal.SIGTERM)
        assert started.wait(30) == 0
    finally:
        os.killpg(started.pid, signal.SIGKILL)


@pytest.mark.parametrize("place", ["8000", "localhost", "localhost:http", ""])
def test_a_place_to_listen_at_that_is_none_is_one_line(place: str) -> None:
    with pytest.raises(CommandError) as trouble:
        call_command("serve", "--bind", place)
    assert trouble.value.returncode == 2
