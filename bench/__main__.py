"""`make bench`: every part, or those named in ARGS; prints a table with both sides and writes var/bench.json."""

import argparse
import importlib.util
import json
import sys
import time
from importlib import import_module
from typing import Any

from bench import scratch
from bench.peer import measure_peer
from bench.rows import Row, table

PARTS = ("times", "bookings", "storm", "desk", "people", "reports", "imports", "mail", "care", "memory", "scaling")
# Parts that are measured beside the peer, right after it.
BESIDE_PEER = ("times", "bookings")
RESULT = scratch.ROOT / "var" / "bench.json"


def main(arguments: list[str]) -> int:
    """Measure; the exit status is 1 where a row does not reach its goal."""
    there = [name for name in PARTS if importlib.util.find_spec(f"bench.{name}")]
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*there, []], metavar="part", help=", ".join(there))
    parser.add_argument("--pages", type=int, help="how many pages the memory of a web process is watched for")
    parser.add_argument("--peer", help="a program that stands django-appointment up and measures it (bench/peer.py)")
    chosen = parser.parse_args(arguments)
    rows: list[Row] = []
    began = time.monotonic()
    with scratch.enter():
        for name in chosen.parts or there:
            print(f"Measuring: {name}", file=sys.stderr, flush=True)
            options: dict[str, Any] = {"pages": chosen.pages} if name == "memory" and chosen.pages else {}
            if name in BESIDE_PEER and chosen.peer:
                options["peer"] = measure_peer(chosen.peer)
            rows += import_module(f"bench.{name}").measure(**options)
    RESULT.write_text(json.dumps(rows, indent=2) + "\n")
    print(f"{table(rows)}\n\n{time.monotonic() - began:.0f} seconds; also in {RESULT.relative_to(scratch.ROOT)}")
    return 0 if all(each["reached"] for each in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
