"""The image, made by buildah from the Dockerfile as it is, and run as strictly as compose.yaml runs it.

The base is the one thing that cannot be fetched here. In its place stands a small Debian of the same release with that
Debian's Python, copied file by file from the packages of this machine.
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
# As in every image of Debian; on what comes with apt, such as libstdc++, others count.
PACKAGES = ("apt", "passwd", "python3", "python3-venv", "ca-certificates")
LEFT_OUT = ("/usr/share/doc/", "/usr/share/locale/", "/usr/share/man/")
ROOM = 4 << 30
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
        command, env = ["buildah", *self.places, *arguments], {**os.environ, "TMPDIR": str(self.folder)}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"buildah {arguments[0]}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout.strip()

    def build(self, tag: str, file: Path, context: Path, *more: str) -> None:
        """Make an image from a file, with nothing fetched but packages."""
        kind = ["bud", "--isolation", "chroot", "--format", "docker", "--pull-never", "--layers=false"]
        self.call(*kind, *more, "--tag", tag, "--file", str(file), str(context))


@pytest.fixture
def builder(tmp_path: Path) -> Iterator[Builder]:
    """A builder; what it made is gone after the test, for it is large: half a gigabyte, copied four times.

    `make test-slow` has the test's own folder in memory, where that takes half the time; but only where there is room.
    """
    place = tmp_path if shutil.disk_usage(tmp_path).free > ROOM else None
    with tempfile.TemporaryDirectory(prefix="warmstone-image-", dir=place) as name:
        builder = Builder(Path(name))
        yield builder
        builder.call("umount", "--all")


def files_of_the_base() -> list[str]:
    """The paths of the packages that Debian cannot do without, of ours, and of all that they depend on."""
    listed = subprocess.check_output(["dpkg-query", "-W", "-f", "${Essential} ${Package}\n"], text=True)
    essential = re.findall(r"^yes (\S+)$", listed, re.MULTILINE)
    only = [f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")]
    told = subprocess.check_output(
        ["apt-cache", "depends", "--recurse", "--installed", *only, *essential, *PACKAGES], text=True
    )
    # One of two that would do is not there, and is told of.
    command = ["dpkg-query", "-L", *re.findall(r"^[a-z]\S+", told, re.MULTILINE)]
    found = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout
    there = [Path(line) for line in found.splitlines() if line.startswith("/") and not line.startswith(LEFT_OUT)]
    # What no package lists, and what spares each start of Python a second; /bin and its like are links.
    compiled = [path for path in Path("/usr/lib/python3.11").rglob("*") if "__pycache__" in path.parts]
    return sorted({str(path.parent.resolve() / path.name) for path in [*there, *compiled]})


def make_base(builder: Builder) -> None:
    """The base image under the name that the Dockerfile gives it."""
    container = builder.call("from", "scratch")
    root = Path(builder.call("mount", container))
    names = "\0".join(path.lstrip("/") for path in files_of_the_base() if os.path.lexists(path) and path != "/")
    read = ["tar", "--create", "--directory=/", "--no-recursion", "--null", "--files-from=-"]
    with subprocess.Popen(read, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        assert reader.stdin
        with subprocess.Popen(["tar", "--extract", "--directory", root], stdin=reader.stdout) as writer:
            reader.stdin.write(names.encode())
            reader.stdin.close()
        assert (reader.wait(), writer.returncode) == (0, 0)
    for name in ("passwd", "group"):
        shutil.copy(f"/usr/share/base-passwd/{name}.master", root / "etc" / name)
    (root / "usr" / "local" / "bin").mkdir(parents=True, exist_ok=True)
    (root / "usr" / "local" / "bin" / "python").symlink_to("/usr/bin/python3")
    builder.call("commit", "--format", "docker", "--rm", container, f"docker.io/library/{BASE}")


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
