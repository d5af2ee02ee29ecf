"""Lock every dependency: `python tools/lock.py` renews the lock files, `--check` says whether they fit pyproject.toml.

The Python locks carry hashes and no address: each machine takes the packages from its own index. Their first line holds
a fingerprint of what pyproject.toml asks for, so that checking needs no network.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"requirements.txt": [], "requirements-dev.txt": ["--extra", "dev", "--constraint", "requirements.txt"]}
MARK = "# Locked from pyproject.toml "
COMPILE = ["piptools", "compile", "--quiet", "--generate-hashes", "--allow-unsafe", "--strip-extras", "--no-header"]
ADDRESS = re.compile(r"\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)\s")
NO_ADDRESSES = ["--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links", "--no-emit-options"]


def fingerprint() -> str:
    """A short hash of what pyproject.toml asks for: packages, extras, Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = [project["requires-python"], sorted(project["dependencies"]), sorted(extras["dev"])]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


def without_addresses(text: str) -> str:
    """The lock without lines or words that name an index, a host or a folder of this machine."""
    kept = [line for line in text.splitlines() if not ADDRESS.match(line)]
    return "\n".join(kept).strip() + "\n"


def renew() -> None:
    """Resolve anew and write the lock files."""
    for name, extra in LOCKS.items():
        print(f"Locking {name} ...", flush=True)
        command = [sys.executable, "-m", *COMPILE, *NO_ADDRESSES, *extra, "--output-file", name, "pyproject.toml"]
        subprocess.run(command, cwd=ROOT, check=True)
        lock = ROOT / name
        lock.write_text(f"{MARK}{fingerprint()}; `make lock` renews it.\n" + without_addresses(lock.read_text()))
    print("Locking package-lock.json ...", flush=True)
    bin_first = os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])
    npm = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved", "--silent"]
    subprocess.run(npm, cwd=ROOT, check=True, env={**os.environ, "PATH": bin_first})


def stale() -> list[str]:
    """One line for each lock file that does not fit what is asked for, or names an address."""
    found = []
    for name in LOCKS:
        text = (ROOT / name).read_text() if (ROOT / name).exists() else ""
        if not text.startswith(MARK + fingerprint()):
            found.append(f"{name} does not fit pyproject.toml: run `make lock`.")
        if re.search(r"://|--index|--find-links|file:/", text):
            found.append(f"{name} names an address.")
    lock = json.loads((ROOT / "package-lock.json").read_text())
    asked = json.loads((ROOT / "package.json").read_text())
    if any(lock["packages"][""].get(kind) != asked.get(kind) for kind in ("dependencies", "devDependencies")):
        found.append("package-lock.json does not fit package.json: run `make lock`.")
    if any("resolved" in package for package in lock["packages"].values()):
        found.append("package-lock.json names addresses.")
    return found


def main() -> int:
    """Run; returns the exit status."""
    parser = argparse.ArgumentParser(description="Lock the dependencies.")
    parser.add_argument("--check", action="store_true", help="only say whether the locks fit; no network")
    if not parser.parse_args().check:
        renew()
    problems = stale()
    print("\n".join(problems) or "The lock files fit.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
