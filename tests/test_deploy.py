"""What is shipped for systemd: it starts what is there, waits long enough for a stop, and may do little."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests.fixtures.processes import ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
HOME = "/srv/warmstone"
INSTALL = (ROOT / "docs" / "install.md").read_text()
# What a name of ours in these files may be; a slip of the pen is otherwise ignored by systemd with a line in a log.
NAMES = """
    Description Documentation Wants After Type User
    Group WorkingDirectory EnvironmentFile StateDirectory StateDirectoryMode UMask
    ExecStart Restart RestartSec KillMode TimeoutStopSec Nice
    NoNewPrivileges CapabilityBoundingSet ProtectSystem ProtectHome ProtectProc ProtectKernelTunables
    ProtectKernelModules ProtectKernelLogs ProtectControlGroups ProtectClock ProtectHostname PrivateTmp
    PrivateDevices RestrictAddressFamilies RestrictNamespaces RestrictRealtime RestrictSUIDSGID LockPersonality
    RemoveIPC SystemCallArchitectures SystemCallFilter SystemCallErrorNumber WantedBy OnCalendar
    RandomizedDelaySec Persistent OnBootSec OnUnitInactiveSec AccuracySec
"""
KNOWN = frozenset(NAMES.split())


def read(path: Path) -> dict[str, dict[str, str]]:
    """A unit by section."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read_string(path.read_text())
    return {name: dict(parser[name]) for name in parser.sections()}


def seconds(span: str) -> int:
    """A systemd time span such as `16min` or `20`."""
    found = re.fullmatch(r"(\d+)(min|s|)", span)
    assert found is not None, span
    return int(found[1]) * (60 if found[2] == "min" else 1)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_each_unit_says_only_what_systemd_knows(path: Path) -> None:
    said = read(path)
    sections = {"Unit", "Install", "Timer"} if path.suffix == ".timer" else {"Unit", "Service", "Install"}
    assert set(said) <= sections
    assert {name for section in said.values() for name in section} <= KNOWN
    if path.suffix == ".timer":
        assert path.with_suffix(".service") in SERVICES
    assert path.name in INSTALL


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_itself_has_nothing_to_say(tmp_path: Path) -> None:
    for path in UNITS:
        (tmp_path / path.name).write_text(path.read_text().replace(HOME, str(ROOT)))
    command = ["systemd-analyze", "verify", *(str(tmp_path / path.name) for path in UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_each_service_starts_a_program_that_is_there_and_can_write_its_own_data_alone(path: Path) -> None:
    service = read(path)["Service"]
    program, *arguments = service["ExecStart"].split()
    assert (ROOT / Path(program).relative_to(HOME)).exists()
    if "manage.py" in arguments:
        command = arguments[arguments.index("manage.py") + 1]
        assert list(ROOT.glob(f"*/management/commands/{command}.py"))
    for name in arguments:
        if name.endswith((".py", ".toml")):
            assert (ROOT / name).exists(), name
    assert service["User"] == "warmstone"
    assert service["EnvironmentFile"] == "/etc/warmstone.env"
    assert service["ProtectSystem"] == "strict"
    assert service["StateDirectory"] == "warmstone"
    assert "ReadWritePaths" not in service
    assert service["CapabilityBoundingSet"] == ""


@pytest.mark.invariant("I5")
@pytest.mark.parametrize("name", ["warmstone-worker.service", "warmstone-run-due.service"])
def test_whoever_sends_mail_is_asked_alone_and_given_the_time_that_a_task_may_take(name: str) -> None:
    service = read(ROOT / "deploy" / "systemd" / name)["Service"]
    assert service["KillMode"] == "mixed"
    assert seconds(service["TimeoutStopSec"]) > settings.CELERY_TASK_TIME_LIMIT


def test_the_command_for_terminals_and_cron_takes_its_settings_from_a_file(tmp_path: Path) -> None:
    secret = 'it\'s $HOME & "more" % 100'
    quoted = secret.replace("'", "'\\''")
    (tmp_path / "env").write_text(
        f"SECRET_KEY='{quoted}'\nDATABASE_URL=postgresql://nobody@localhost/none\nDATA_DIR={tmp_path}\n"
    )
    account = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    env = {"PATH": "/usr/bin:/bin", "WARMSTONE_ENV": str(tmp_path / "env"), "WARMSTONE_USER": account}
    command = [str(ROOT / "deploy" / "warmstone"), "diffsettings", "--output", "unified"]
    done = subprocess.run(command, env=env, cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert repr(secret) in done.stdout


def test_the_line_for_cron_in_the_documents_can_run() -> None:
    """Cron takes a bare % for the end of the line, knows no function of a shell, and wants six fields and a user."""
    documents = [INSTALL, (ROOT / "docs" / "backup-and-upgrade.md").read_text()]
    lines = [line for text in documents for line in text.splitlines() if re.match(r"[\d*]+ [\d*]+ \* \* \* ", line)]
    assert len(lines) >= 2
    for line in lines:
        _minute, _hour, _day, _month, _weekday, account, program, command, *_more = line.split()
        assert "%" not in line
        assert account == "root"
        assert Path(program).name == "warmstone"
        assert list(ROOT.glob(f"*/management/commands/{command}.py"))
