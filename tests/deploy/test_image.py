"""The image, made by buildah from the Dockerfile as it is, and run as strictly as compose.yaml runs it.

The base is the one thing that cannot be fetched here. In its place mmdebstrap makes a Debian of the same release, with
that Debian's Python.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.fixtures.processes import ROOT, Child, answers, free_port

BASE = "python:3.11-slim-bookworm"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
BASE_FILE = """
FROM scratch
ADD base.tar /
RUN ln -s /usr/bin/python3 /usr/local/bin/python
"""
# What `docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges` makes of it, by hand.
INSIDE = """
set -e
root=$1 data=$2 user=$3; shift 3
mount --make-rprivate /
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t tmpfs -o mode=1777,noexec,nosuid tmpfs "$root/tmp"
mount --bind "$data" "$root/data"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
exec chroot "$root" setpriv --reuid="${user%:*}" --regid="${user#*:}" --clear-groups --no-new-privs \
    --bounding-set=-all --inh-caps=-all "$@"
"""


def may_mount() -> bool:
    """Whether this machine lets a process have mounts of its own, as a container does."""
    own = ["unshare", "--mount", "--pid", "--fork", "true"]
    return subprocess.run(own, capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="an image is made here by root alone"),
    pytest.mark.skipif(os.geteuid() == 0 and not may_mount(), reason="nothing can be mounted on this machine"),
    pytest.mark.skipif("bookworm" not in Path("/etc/os-release").read_text(), reason="the image's base is Debian 12"),
    pytest.mark.skipif(
        shutil.which("buildah") is None and os.environ.get("CI") != "true", reason="buildah is not installed"
    ),
]


class Builder:
    """buildah, with all that it keeps in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.places = ["--root", str(folder / "store"), "--runroot", str(folder / "run"), "--storage-driver", "overlay"]

    def call(self, *arguments: str) -> str:
        """Run one of its commands; its words are the test's where it fails."""
        done = subprocess.run(["buildah", *self.places, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"buildah {arguments[0]}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout.strip()

    def build(self, tag: str, file: Path, context: Path, *more: str) -> None:
        """Make an image from a file, with nothing fetched but packages."""
        kind = ["bud", "--isolation", "chroot", "--format", "docker", "--pull-never", "--layers=false"]
        self.call(*kind, *more, "--tag", tag, "--file", str(file), str(context))


@pytest.fixture
def builder() -> Iterator[Builder]:
    """A builder; what it made is gone after the test, for it is large."""
    with tempfile.TemporaryDirectory(prefix="warmstone-image-") as name:
        builder = Builder(Path(name))
        yield builder
        builder.call("umount", "--all")
        builder.call("rm", "--all")


def make_base(builder: Builder) -> None:
    """The base image under the name that the Dockerfile gives it."""
    base = ROOT / "var" / "image" / "base.tar"
    if not base.exists():
        base.parent.mkdir(parents=True, exist_ok=True)
        made = base.with_suffix(f".{os.getpid()}.tar")
        sources = [*map(str, Path("/etc/apt/sources.list.d").glob("*.sources"))] or ["/etc/apt/sources.list"]
        packages = "--include=python3,python3-venv,ca-certificates"
        subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", packages, "bookworm", made, *sources], check=True)
        made.rename(base)
    (builder.folder / "Basefile").write_text(BASE_FILE)
    builder.build(f"docker.io/library/{BASE}", builder.folder / "Basefile", base.parent)


def make_image(builder: Builder) -> tuple[Path, dict[str, Any]]:
    """The image's tree, and what it says of itself. It trusts whom this machine trusts while packages are fetched."""
    npmrc = builder.folder / "npmrc"
    npmrc.write_text(f"cafile={CERTIFICATES}\n")
    mounts = ["--volume", f"{CERTIFICATES}:{CERTIFICATES}:ro", "--volume", f"{npmrc}:{Path.home()}/.npmrc:ro"]
    builder.build("warmstone:test", ROOT / "Dockerfile", ROOT, *mounts)
    container = builder.call("from", "--pull-never", "warmstone:test")
    config = json.loads(builder.call("inspect", "--type", "image", "warmstone:test"))["Docker"]["config"]
    return Path(builder.call("mount", container)), config


class Container:
    """A process in the image's tree: read-only, without a right, with a /data and a /tmp of its own."""

    def __init__(self, root: Path, config: dict[str, Any], folder: Path, port: int) -> None:
        self.root, self.config, self.folder, self.port = root, config, folder, port
        self.data = folder / "data"
        user, group = map(int, config["User"].split(":"))
        self.data.mkdir()
        os.chown(self.data, user, group)

    def command(self, *words: str) -> list[str]:
        """The whole command for some words to the entrypoint."""
        alone = ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL", "sh", "-c", INSIDE, "sh"]
        env = ["env", "-i", *self.config["Env"], f"PORT={self.port}", "SITE_URL=http://localhost"]
        inside = ["sh", "-c", f'cd {self.config["WorkingDir"]} && exec "$@"', "sh", *words]
        return [*alone, str(self.root), str(self.data), self.config["User"], *env, *inside]

    def healthy(self) -> bool:
        """What the image's own health check says."""
        kind, *words = self.config["Healthcheck"]["Test"]
        assert kind == "CMD"
        return subprocess.run(self.command(*words), capture_output=True, check=False).returncode == 0


@pytest.mark.slow(seconds=90)
def test_the_image_is_made_and_runs_everything_with_no_right_and_a_tree_that_cannot_be_written(
    builder: Builder, tmp_path: Path
) -> None:
    assert set(re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)) == {BASE}
    make_base(builder)
    root, config = make_image(builder)
    there = root / "srv" / "warmstone"
    assert not list(there.glob(".venv/lib/*/site-packages/pytest*")), "developers' packages"
    assert not {"tests", "docs", ".git", "secrets", "bench"} & {path.name for path in there.iterdir()}
    assert (there / "static" / "staticfiles.json").exists()
    assert int(config["User"].partition(":")[0]) > 0
    container = Container(root, config, tmp_path, free_port())
    command = container.command(*config["Entrypoint"], *config["Cmd"])
    child = Child(command, dict(os.environ), tmp_path / "log")
    site = f"http://127.0.0.1:{container.port}"
    try:
        child.wait_until_ready(lambda: answers(f"{site}/healthz/ready"), "the container is ready", 180)
        assert container.healthy()
        with urllib.request.urlopen(f"{site}/", timeout=30) as page:  # noqa: S310 - an address of the test's own
            sheet = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page.read().decode())
        assert sheet is not None, "files with a hash in their names"
        assert answers(site + sheet[1])
        first = psutil.Process(child.pid).children()[0]
        status = Path(f"/proc/{first.pid}/status").read_text()
        assert re.search(rf"^Uid:\t{config['User'].partition(':')[0]}\t", status, re.MULTILINE)
        assert re.search(r"^CapEff:\t0+$", status, re.MULTILINE)
        first.terminate()
        assert child.process.wait(60) == 0, child.said()
        assert "Everything has ended" in child.said()
        assert not (container.data / "postgres" / "data" / "postmaster.pid").exists(), (
            "PostgreSQL was stopped, not killed"
        )
        assert not container.healthy()
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
