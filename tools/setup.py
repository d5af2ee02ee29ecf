"""Set up what `make demo` and `make test` need: packages in .venv, front-end libraries in node_modules.

Runs on whatever `python3` is there, with nothing installed; quick when nothing has changed. Kept to what old Pythons
can read, so that they too can say in one line what is missing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
OLDEST = (3, 11)
OLDEST_NPM = 8
NEWER_PYTHONS = ["python3.14", "python3.13", "python3.12", "python3.11"]


def stop(reason: str) -> None:
    """End with one line."""
    sys.exit("Warmstone cannot be set up: " + reason)


def use_a_new_enough_python() -> None:
    """Go on under a newer Python of this machine where `python3` is too old."""
    here = tuple(sys.version_info[:2])
    if here >= OLDEST:
        return
    for name in NEWER_PYTHONS:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, str(Path(__file__).resolve())])
    stop("it needs Python 3.11 or newer, and python3 here is {}.{}.".format(*here))


def run(what: str, command: "list[str]", path: str = "") -> None:
    """Run a command of the set-up, saying what it is for; its failure is the end. `path` is put behind PATH."""
    print(what + " ...", flush=True)
    env = dict(os.environ, PATH=os.environ.get("PATH", os.defpath) + os.pathsep + path)
    if subprocess.run(command, cwd=str(ROOT), env=env, check=False).returncode != 0:
        stop("'" + " ".join(command[:4]) + " ...' failed; its own words are above.")


def fingerprint(lock: str) -> str:
    """What a folder made from this lock file is stamped with."""
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def is_stamped(stamp: Path, lock: str) -> bool:
    """Whether the folder was made from the lock file as it is now."""
    return stamp.exists() and stamp.read_text() == fingerprint(lock)


def works(command: "list[str]") -> str:
    """What a command prints, or nothing where it fails or is not there."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    except OSError:
        return ""
    return done.stdout.decode().strip() if done.returncode == 0 else ""


def make_venv() -> None:
    """Make .venv and install the locked packages, unless its stamp says that this has been done."""
    stamp = VENV / "warmstone-stamp"
    there = works([str(PYTHON), "-m", "pip", "--version"])
    if there and is_stamped(stamp, "requirements-dev.txt"):
        return
    if not there:
        try:
            import ensurepip  # noqa: F401
            import venv  # noqa: F401
        except ImportError:
            stop("python3 lacks venv (on Debian and Ubuntu: apt install python3-venv).")
        run("Making the virtual environment .venv", [sys.executable, "-m", "venv", "--clear", str(VENV)])
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    run("Installing Python packages (a minute or two the first time)", [*pip, "-r", "requirements-dev.txt"])
    stamp.write_text(fingerprint("requirements-dev.txt"))


def npm() -> str:
    """The npm of this machine if it can read our lock file, else the one that came with the Python packages."""
    found = shutil.which("npm")
    version = works([found, "--version"]).split(".")[0] if found else ""
    if found and version.isdigit() and int(version) >= OLDEST_NPM:
        return found
    return str(VENV / "bin" / "npm")


def install_libraries() -> None:
    """Install the locked front-end libraries, unless their stamp says that this is done. No script of theirs runs."""
    stamp = NODE_MODULES / ".warmstone-stamp"
    if is_stamped(stamp, "package-lock.json"):
        return
    command = [npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    run("Installing front-end libraries", command, path=str(VENV / "bin"))
    stamp.write_text(fingerprint("package-lock.json"))


def main() -> None:
    """Set up."""
    use_a_new_enough_python()
    make_venv()
    install_libraries()


if __name__ == "__main__":
    main()
