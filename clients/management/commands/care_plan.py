"""`manage.py care_plan`: the care engine for other tools, JSON Lines in and out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from clients.care import BadAnswersError, Catalogue, make_care_plan, shipped
from clients.care.json_io import answers_from_json, plan_as_json


class Command(BaseCommand):
    help = (
        "Reads one JSON object of answers a line and writes one care plan a line, by the catalogue as shipped. "
        'A line that cannot be answered gives {"error": ...}, and the exit status is then 2.'
    )
    # It needs no database, and must answer while there is none.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, *_args: Any, **_options: Any) -> None:
        # Python has None for a standard stream that was closed before it began.
        if sys.stdout is None:
            raise CommandError("There is nowhere to write the answers to.", returncode=2)
        try:
            failed = answer_all(shipped(), sys.stdin.buffer if sys.stdin else (), sys.stdout)
        except OSError as error:
            # What is left in the buffer would fail once more as Python ends, and with a traceback.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if isinstance(error, BrokenPipeError):
                return  # Whoever reads has read enough.
            raise CommandError(f"The answers end here: {error.strerror}.", returncode=2) from error
        if failed:
            sys.exit(2)


def answer_all(catalogue: Catalogue, lines: Iterable[bytes], out: TextIO) -> int:
    """Write an answer for each line that is not blank, at once, and return how many failed."""
    failed = 0
    for line in lines:
        if not line.strip():
            continue
        try:
            # A byte order mark is what some tools write first; it says nothing.
            answer = plan_as_json(
                make_care_plan(catalogue, answers_from_json(line.decode("utf-8").removeprefix("\ufeff")))
            )
        except UnicodeDecodeError:
            failed, answer = failed + 1, {"error": "not valid UTF-8"}
        except BadAnswersError as error:
            failed, answer = failed + 1, {"error": str(error)}
        # Flushed line by line: a tool that talks back and forth waits for each answer.
        out.write(json.dumps(answer) + "\n")
        out.flush()
    return failed
