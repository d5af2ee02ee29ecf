"""All checks that run nothing but tools, one line each: what passed, what did not, and the words of what did not."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
FOLDERS = ("manage.py", "clinic", "clients", "booking", "tests", "bench", "tools")
SOURCES = [name for name in FOLDERS if (ROOT / name).exists()]
# As in production, with a secret that nobody else has; no server is asked for, so none starts.
PRODUCTION = {
    "SECRET_KEY": "only-for-the-deploy-check-" + os.urandom(32).hex(),
    "SITE_URL": "https://warmstone.example",
    "DEBUG": "false",
    "DATABASE_URL": "postgresql://warmstone@localhost/warmstone",
    "REDIS_URL": "redis://localhost:6379/0",
    "EMAIL_URL": "smtp+tls://mail.example:587",
    "DEFAULT_FROM_EMAIL": "Warmstone <practice@warmstone.example>",
    "BACKUP_PASSPHRASE": "only for the deploy check",
}


def templates() -> list[str]:
    """The templates under version control or about to be."""
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))


def checks() -> dict[str, list[str]]:
    """The commands, by what they check."""
    manage = [sys.executable, "-W", "error", "manage.py"]
    return {
        "lint": [str(BIN / "ruff"), "check", "--quiet", *SOURCES],
        "formatting": [str(BIN / "ruff"), "format", "--check", "--quiet", *SOURCES],
        "types": [str(BIN / "mypy")],
        "import contract": [str(BIN / "lint-imports"), "--no-cache"],
        "long lines": [sys.executable, "tools/long_lines.py"],
        "templates": [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates()],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "deploy check": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
        "Dockerfile": [str(BIN / "hadolint"), "Dockerfile"],
        "docs site": [str(BIN / "mkdocs"), "build", "--strict", "--quiet"],
        "lock files": [sys.executable, "tools/lock.py", "--check"],
    }


def main() -> int:
    """Run every check, also after one has failed; returns the exit status."""
    failed = []
    # mkdocs-material says at each build that it has a successor; docs/decisions/0020 does once.
    environment = {**os.environ, "DATA_DIR": str(ROOT / "var" / "check"), "NO_MKDOCS_2_WARNING": "1"}
    for name, command in checks().items():
        began = time.monotonic()
        env = {**environment, **(PRODUCTION if name == "deploy check" else {})}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        print(f"{'ok' if done.returncode == 0 else 'NO':3} {name} ({time.monotonic() - began:.0f} s)", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    print(f"Not in order: {', '.join(failed)}." if failed else "All in order.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
