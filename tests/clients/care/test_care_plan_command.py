"""`manage.py care_plan` as another program uses it: a real process, with no database to be had."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

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


def test_nothing_in_means_nothing_out(no_database: dict[str, str]) -> None:
    assert run(b"", no_database) == (0, [], b"")


@pytest.mark.parametrize(
    ("piped", "status", "answers", "complaint"),
    [
        ("< lines | head -n 1", 0, 1, ""),
        ("<&-", 0, 0, ""),
        ("< lines > /dev/full", 2, 0, "CommandError: The answers end here: No space left on device.\n"),
        ("< lines >&-", 2, 0, "CommandError: There is nowhere to write the answers to.\n"),
    ],
)
def test_a_pipe_that_ends_is_no_trouble_and_a_full_disk_one_line(
    no_database: dict[str, str], tmp_path: Path, piped: str, status: int, answers: int, complaint: str
) -> None:
    (tmp_path / "lines").write_text('{"symptoms": ["dull-ache"]}\n' * 200)
    shell = f"set -o pipefail; {sys.executable} {ROOT / 'manage.py'} care_plan {piped}"
    done = subprocess.run(
        ["bash", "-c", shell],
        cwd=tmp_path,
        env=no_database,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert (done.returncode, len(done.stdout.splitlines()), done.stderr) == (status, answers, complaint)


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
