"""compose.yaml: whatever a service names is there, each may do little, and what it starts is what the image knows."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from clinic.environment import Environment
from tests.fixtures.processes import ROOT
from tests.test_docs import settings_read

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if str(service["image"]).startswith("warmstone:")}
# As compose knows them: a slip of the pen is refused by it, and so it is here.
KEYS = """
    image build restart read_only cap_drop cap_add security_opt tmpfs volumes networks environment secrets healthcheck
    depends_on command stop_grace_period shm_size user ports
"""
INSTALL = (ROOT / "docs" / "install.md").read_text()


def named(values: list[str]) -> set[str]:
    """The named volumes among what a service mounts."""
    return {value.partition(":")[0] for value in values if not value.startswith((".", "/"))}


@pytest.mark.parametrize("name", SERVICES)
def test_whatever_a_service_names_is_there(name: str) -> None:
    service = SERVICES[name]
    assert set(service) <= set(KEYS.split())
    assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
    assert named(service.get("volumes", [])) <= set(COMPOSE["volumes"])
    for place in service.get("volumes", []):
        if place.startswith("./"):
            assert (ROOT / place.partition(":")[0]).exists()
    for other, how in service.get("depends_on", {}).items():
        assert other in SERVICES
        if how["condition"] == "service_healthy":
            assert SERVICES[other]["healthcheck"]["test"], f"nobody can tell whether {other} is well"
        if how["condition"] == "service_completed_successfully":
            assert SERVICES[other]["restart"] == "no", f"{other} would never have completed"


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_may_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.search(r":(?!latest$)[\w.-]+$", service["image"]), "an image by its tag"
    if name != "caddy":
        assert "ports" not in service, "only Caddy is reached from outside"
    if name in OURS:
        assert "cap_add" not in service
        assert "user" not in service, "the image's own, which is not root"


def test_database_and_redis_reach_nobody_and_caddy_does_not_reach_them() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["database"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]
    assert SERVICES["caddy"]["networks"] == ["outside"]


def test_everything_runs_and_each_is_started_with_a_word_that_the_image_knows() -> None:
    words = re.findall(r"^(\w+)\) #|^(\w+)\)$", (ROOT / "deploy" / "container").read_text(), re.MULTILINE)
    known = {first or second for first, second in words}
    assert {service["command"][0] for service in OURS.values()} == {"prepare", "web", "worker", "beat", "backups"}
    assert {service["command"][0] for service in OURS.values()} <= known
    assert {"everything", "demo", "healthy"} <= known


def test_settings_are_settings_and_secrets_come_as_files_that_are_handed_over() -> None:
    for service in OURS.values():
        for name, value in service["environment"].items():
            assert name.removesuffix("_FILE") in settings_read()
            if name.endswith("_FILE"):
                assert Path(value).parent == Path("/run/secrets")
                assert Path(value).name in service["secrets"]
            else:
                assert not re.search("SECRET|PASS|KEY", name)
    told = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    assert {name for name in told if f"{name}=" not in INSTALL} == set(), "what .env holds is told"


def test_the_worker_is_given_the_time_that_its_unit_has() -> None:
    unit = (ROOT / "deploy" / "systemd" / "warmstone-worker.service").read_text()
    assert f"TimeoutStopSec={SERVICES['worker']['stop_grace_period']}in" in unit


def test_both_files_for_caddy_say_the_same() -> None:
    alone, composed = ((ROOT / "deploy" / name).read_text() for name in ("Caddyfile", "compose.Caddyfile"))
    for old, new in (
        ("massage.example.org", "{$SITE_URL}"),
        ("127.0.0.1:8000", "web:8000"),
        ("buffer_requests\n", "request_buffers 3MiB\n"),
        ("buffer_responses\n", "response_buffers 3MiB\n"),
        ("\t\tmax_buffer_size 3MB\n", ""),
    ):
        assert old in alone
        alone = alone.replace(old, new)
    first, second = (re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE) for text in (alone, composed))
    assert first == second


def test_secrets_are_made_once_and_fit_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deploy").mkdir()
    script = tmp_path / "deploy" / "make-secrets"
    script.write_bytes((ROOT / "deploy" / "make-secrets").read_bytes())
    folder = tmp_path / "secrets"

    def made() -> dict[str, str]:
        subprocess.run(["sh", str(script)], check=True, capture_output=True)
        return {path.name: path.read_text() for path in folder.iterdir()}

    first = made()
    assert {f"./secrets/{name}" for name in first} == {each["file"] for each in COMPOSE["secrets"].values()}
    assert folder.stat().st_mode & 0o077 == 0
    assert all(len(first[name]) >= 40 for name in ("secret_key", "backup_passphrase", "database_password"))
    monkeypatch.setenv("DATABASE_URL_FILE", str(folder / "database_url"))
    database = Environment().database("DATABASE_URL", default={})
    assert (database["HOST"], database["PASSWORD"]) == ("database", first["database_password"])
    assert made() == first
