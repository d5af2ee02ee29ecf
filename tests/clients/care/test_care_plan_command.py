"""`manage.py care_plan` as another program uses it: a real process, with no database to be had."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.fixtures.processes import PATIENCE_SECONDS, ROOT

COMMAND = [sys.executable, "manage.py", "care_plan"]


@pytest.fixture
def no_database(tmp_path: Path) -> dict[str, str]:
    """An environment in which opening any connection would fail: nothing listens at that address."""
    return {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "DATA_DIR": str(tmp_path)}


def run(lines: bytes, env: dict[str, str]) -> tuple[int, list[dict[str, Any]], bytes]:
    done = subprocess.run(
        COMMAND, input=lines, cwd=ROOT, env=env, capture_output=True, timeout=PATIENCE_SECONDS, check=False
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_nothing_in_means_nothing_out_and_a_full_disk_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within this process, where Python has None for a stream that was closed before it began."""
    for nothing in (None, io.TextIOWrapper(io.BytesIO())):
        monkeypatch.setattr("sys.stdin", nothing)
        call_command("care_plan")
        assert capsys.readouterr().out == ""
    with Path("/dev/full").open("w") as full:
        for nowhere, complaint in (
            (None, "There is nowhere to write the answers to."),
            (full, "The answers end here: No space left on device."),
        ):
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"symptoms": ["dull-ache"]}\n' * 9)))
            monkeypatch.setattr("sys.stdout", nowhere)
            with pytest.raises(CommandError) as refused:
                call_command("care_plan")
            assert (str(refused.value), refused.value.returncode) == (complaint, 2)


def test_each_line_is_answered_in_turn_one_that_fails_is_named_and_blank_ones_are_skipped(
    no_database: dict[str, str],
) -> None:
    lines = b'{"symptoms": ["achy-breaky"]}\n{"symptoms": ["dull-ache"]}\n\n  \nnonsense\n\xff\xfe\n["x"]\n'
    status, answers, errors = run(lines + b'{"red_flags": ["chest-pain-breathless"]}', no_database)
    assert (status, errors) == (2, b"")
    assert [list(answer) == ["error"] for answer in answers] == [True, False, True, True, True, False]
    assert answers[0]["error"] == 'unknown symptom "achy-breaky"'
    assert [answers[1]["triage"], answers[5]["triage"]] == ["ok", "emergency"]
    assert answers[5]["oils"] == answers[5]["home_care"] == []


def test_a_pipe_that_ends_is_no_trouble(no_database: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "lines").write_text('{"symptoms": ["dull-ache"]}\n' * 200)
    shell = f"set -o pipefail; {sys.executable} {ROOT / 'manage.py'} care_plan < lines | head -n 1"
    done = subprocess.run(
        ["bash", "-c", shell],
        cwd=tmp_path,
        env=no_database,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert (done.returncode, len(done.stdout.splitlines()), done.stderr) == (0, 1, "")


def test_an_answer_comes_before_the_next_question(no_database: dict[str, str]) -> None:
    with subprocess.Popen(
        COMMAND, cwd=ROOT, env=no_database, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as talk:
        assert talk.stdin
        assert talk.stdout
        for _ in range(2):
            talk.stdin.write(b'{"symptoms": ["stiffness"]}\n')
            assert json.loads(talk.stdout.readline())["triage"] == "ok"
        talk.stdin.close()
        assert talk.wait(timeout=PATIENCE_SECONDS) == 0
