"""Celery's worker and clock: `python -m clinic.operations worker`, `python -m clinic.operations beat`.

They are what `celery -A clinic worker` and `celery -A clinic.operations.beat beat` start, without Celery's command
line: that loads an interactive shell, which nobody who serves a practice needs in memory.
"""

import argparse
import sys
from collections.abc import Sequence

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of them until it is asked to end; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m clinic.operations", description="Celery's worker and clock.")
    programs = parser.add_subparsers(dest="program", required=True)
    worker = programs.add_parser("worker", help="writes and sends what is due; any number of them may run")
    worker.add_argument("--concurrency", type=int, default=2, help="how many tasks at once, each in its own process")
    beat = programs.add_parser("beat", help="says each minute that it is time to look; exactly one of it runs")
    beat.add_argument("--schedule", help="the file of when each job last ran, instead of the one in DATA_DIR")
    for each in (worker, beat):
        each.add_argument("--loglevel", choices=LEVELS, default="INFO")
    chosen = parser.parse_args(arguments)
    if chosen.program == "beat":
        return run_beat(chosen.loglevel, chosen.schedule)
    return run_worker(chosen.loglevel, chosen.concurrency)


def run_worker(level: str, concurrency: int) -> int:
    """The worker, with so many processes."""
    from clinic.celery import app

    worker = app.Worker(loglevel=level, concurrency=concurrency, quiet=True)
    worker.start()
    return worker.exitcode or 0


def run_beat(level: str, schedule: str | None) -> int:
    """The clock."""
    from clinic.operations.beat import app

    app.Beat(loglevel=level, schedule=schedule, quiet=True).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
