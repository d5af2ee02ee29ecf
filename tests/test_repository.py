"""The repository itself: layers, commands, lock files, and nothing of one machine in any file."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.processes import ROOT

APPS = ("booking", "clients", "clinic")
# An import that each contract of pyproject.toml forbids: the file that it is added to, and what it imports.
FORBIDDEN = {
    "clinic/web/links.py": "clients.models",
    "clients/care/__init__.py": "django",
    "booking/scheduling/availability/__init__.py": "django",
    "booking/reminders/wording.py": "booking.waitlist",
    "booking/records/__init__.py": "booking.tasks",
}
TARGETS = {
    "help",
    "setup",
    "install",
    "demo",
    "docs",
    "check",
    "bench",
    "shots",
    "lock",
    "fmt",
    "test",
    "test-slow",
    "test-sql",
}
# Words that only make sense on the machine of whoever wrote them, put together so that this file does not hold them.
MACHINE = re.compile("|".join(["/ro" + "ot/", "/wo" + "rk/", "/home/" + r"\w+/", "/Us" + r"ers/\w+"]))
ADDRESS = re.compile(r"https?://|--index-url|--find-links|file:/")


def project_files() -> list[Path]:
    """The files of the project: those under version control, or all in an unpacked archive."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]
    made_here = {".venv", "node_modules", "var"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not made_here & set(path.relative_to(ROOT).parts)]


def test_the_import_contracts_catch_what_they_forbid_and_find_nothing_else(tmp_path: Path) -> None:
    """`make check` looks at the tree as it stands; here each contract meets one import that breaks it."""
    for name in APPS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "static", "*.yaml"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for place, imported in FORBIDDEN.items():
        with (tmp_path / place).open("a") as source:
            source.write(f"\nimport {imported}\n")
    lint = Path(sys.executable).with_name("lint-imports")
    said = subprocess.run([lint, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert "Contracts: 0 kept" in said
    modules = {place: place.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for place in FORBIDDEN}
    expected = {f"{modules[place]} -> {imported}" for place, imported in FORBIDDEN.items()}
    assert set(re.findall(r"^-\s+(\S+ -> \S+) \(l\.", said, re.MULTILINE)) == expected


def test_make_alone_explains_every_command() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    explained = dict(re.findall(r"^  make (\S+)\s+(\S.+)$", said, re.MULTILINE))
    assert set(explained) == TARGETS


def test_the_lock_files_fit_what_is_asked_for() -> None:
    result = subprocess.run(
        [sys.executable, "tools/lock.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


def test_every_locked_package_has_a_hash_and_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert not ADDRESS.search(text), name
        packages = re.split(r"\n(?=[a-z0-9])", text)
        assert len(packages) > 30
        assert [package for package in packages[1:] if "--hash=sha256:" not in package] == []
    libraries = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, library in libraries.items() if "resolved" in library] == []
    assert [name for name, library in libraries.items() if name and "integrity" not in library] == []


def test_no_file_names_a_place_on_somebody_s_machine() -> None:
    found = []
    files = project_files()
    assert len(files) > 50
    for path in files:
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in MACHINE.finditer(text)]
    assert found == []


@pytest.mark.parametrize("missing", ["ensurepip", "venv"])
def test_setting_up_without_venv_fails_in_one_line(tmp_path: Path, missing: str) -> None:
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "setup.py", tmp_path / "tools")
    (tmp_path / "tools" / f"{missing}.py").write_text("raise ImportError\n")
    tried = subprocess.run(
        [sys.executable, "tools/setup.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert tried.returncode == 1
    assert tried.stderr == (
        "Warmstone cannot be set up: python3 lacks venv (on Debian and Ubuntu: apt install python3-venv).\n"
    )


def test_setting_up_on_a_machine_without_python_fails_in_one_line() -> None:
    tried = subprocess.run(["make", "setup", "PYTHON=python9"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert tried.returncode != 0
    assert tried.stderr.splitlines()[0] == "Warmstone cannot be set up: there is no python9 on this machine."
