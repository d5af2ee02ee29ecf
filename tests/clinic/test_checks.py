"""Wrong settings: each is one hint of `check --deploy`, none a traceback, and what no page could live with stops it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from booking.demo import practice
from clinic.checks import refuse_unusable_settings
from clinic.environment import Environment, FilesAndVariables
from clinic.models import User
from tests.fixtures.processes import ROOT

TAGS = ["settings", "mail"]
SITE = "https://massage.example.org"
RIGHT: dict[str, Any] = {
    "SITE_URL": SITE,
    "EMAIL_URL": "smtp+tls://practice%40example.org:secret@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "Stillwater Massage <practice@example.org>",
    "BACKUP_PASSPHRASE": "a passphrase of some length",
    "REDIS_URL": "redis://:secret@localhost:6379/0",
    "THROTTLE_BOOKING": "30/m",
    "STATUS_NETWORKS": ["192.0.2.0/24"],
    "HSTS": "site",
    "LOG_FORMAT": "json",
}
FATAL = [
    ("THROTTLE_BOOKING", "lots", "clinic.E003"),
    ("THROTTLE_BOOKING", "0/m", "clinic.E003"),
    ("THROTTLE_BOOKING", "", "clinic.E003"),
    ("STATUS_NETWORKS", ["192.0.2.0/24", "monitoring"], "clinic.E004"),
    ("OUTBOUND_NETWORKS", ["office"], "clinic.E004"),
    ("LOG_FORMAT", "xml", "clinic.E012"),
    ("SITE_URL", "massage.example.org", "clinic.E005"),
    ("SITE_URL", "ftp://massage.example.org", "clinic.E005"),
    ("SITE_URL", "https://massage.example.org:port", "clinic.E005"),
    ("SITE_URL", "https://", "clinic.E005"),
    ("SITE_URL", f"{SITE}/booking", "clinic.E006"),
    ("SITE_URL", f"{SITE}?x=1", "clinic.E006"),
    ("SITE_URL", "https://user:pw@massage.example.org", "clinic.E006"),
    ("EMAIL_URL", "mail.example.org", "clinic.E007"),
    ("EMAIL_URL", "mail.example.org:587", "clinic.E007"),
    ("EMAIL_URL", "imap://mail.example.org", "clinic.E007"),
    ("EMAIL_URL", "smtps://mail.example.org:port", "clinic.E007"),
    ("EMAIL_URL", "smtps://user:se/cret@mail.example.org", "clinic.E007"),
]
OTHERS = [
    ("DEFAULT_FROM_EMAIL", "Warmstone <hello@localhost>", "clinic.E011"),
    ("DEFAULT_FROM_EMAIL", "Stillwater Massage", "clinic.E011"),
    ("DEFAULT_FROM_EMAIL", "practice@", "clinic.E011"),
    ("DEFAULT_FROM_EMAIL", "", "clinic.E011"),
    ("DEFAULT_FROM_EMAIL", "A <a@example.org>\nBcc: b@example.org", "clinic.E011"),
    ("EMAIL_URL", "smtp://mail.example.org", "clinic.W003"),
    ("EMAIL_URL", "smtp://user:secret@192.0.2.7:25", "clinic.W003"),
    ("EMAIL_URL", "", "clinic.W001"),
    ("REDIS_URL", "localhost:6379", "clinic.E009"),
    ("REDIS_URL", "amqp://localhost", "clinic.E009"),
    ("BACKUP_PASSPHRASE", "", "clinic.W002"),
    ("BACKUP_PASSPHRASE", "short", "clinic.W002"),
    ("HSTS", "yes", "clinic.E010"),
    ("DATA_DIR", Path(__file__) / "data", "clinic.E008"),
    ("DATA_DIR", Path(__file__), "clinic.E008"),
]


@pytest.fixture
def right(settings: Settings, tmp_path: Path) -> Settings:
    """A site as it should be."""
    for name, value in {**RIGHT, "DATA_DIR": tmp_path / "made later"}.items():
        setattr(settings, name, value)
    return settings


def named() -> list[str]:
    """What the deploy check says, by its ids; each with a hint."""
    found = run_checks(tags=TAGS, include_deployment_checks=True)
    assert all(each.hint for each in found)
    return [str(each.id) for each in found]


def test_a_site_as_it_should_be_is_well(right: Settings) -> None:
    assert named() == []
    refuse_unusable_settings()


@pytest.mark.parametrize(("name", "value", "told"), [*FATAL, *OTHERS])
def test_each_wrong_setting_is_told_once_with_a_hint(right: Settings, name: str, value: Any, told: str) -> None:
    setattr(right, name, value)
    assert named() == [told]
    assert not any("secret" in str(each) for each in run_checks(tags=TAGS, include_deployment_checks=True))


@pytest.mark.parametrize(("name", "value", "told"), FATAL)
def test_with_what_no_page_could_live_nothing_starts(right: Settings, name: str, value: Any, told: str) -> None:
    setattr(right, name, value)
    with pytest.raises(ImproperlyConfigured) as refused:
        refuse_unusable_settings()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_URL", "smtp://localhost"),
        ("EMAIL_URL", "smtps://mail.example.org"),
        ("SITE_URL", "http://[2001:db8::1]:8080"),
        ("REDIS_URL", "redis+socket:///run/redis/redis-server.sock?virtual_host=0"),
        ("REDIS_URL", ""),
        ("HSTS", "preload"),
        ("STATUS_NETWORKS", ["2001:db8::/32"]),
        ("STATUS_NETWORKS", []),
        ("OUTBOUND_NETWORKS", ["192.168.1.0/24"]),
        ("DEFAULT_FROM_EMAIL", "practice@example.org"),
    ],
)
def test_what_is_right_is_not_told(right: Settings, name: str, value: Any) -> None:
    setattr(right, name, value)
    assert named() == []


@pytest.mark.parametrize(("site", "told"), [(SITE, ["booking.E001"]), ("http://localhost:8000", [])])
def test_the_demos_password_in_a_site_for_others_is_told(
    db: None, settings: Settings, site: str, told: list[str]
) -> None:
    settings.SITE_URL = site
    owner = User.objects.create_superuser("owner@stillwater.example", practice.PASSWORD)
    User.objects.create_user("mira@stillwater.example", "another long password")

    def found() -> list[str]:
        ids = [str(each.id) for each in run_checks(tags=["security"], include_deployment_checks=True)]
        return [each for each in ids if each.startswith("booking.")]

    assert found() == told
    owner.set_password("a password of one's own")
    owner.save()
    assert found() == []


# What stands in the environment itself --------------------------------------------------------------------------------


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment of this test's own."""
    variables: dict[str, str] = {}
    monkeypatch.setattr(Environment, "ENVIRON", FilesAndVariables(variables))
    return variables


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_value_from_a_file_is_the_line_in_it(environment: dict[str, str], tmp_path: Path, ending: str) -> None:
    (tmp_path / "secret").write_bytes(f" a secret with spaces {ending}".encode())
    environment["BACKUP_PASSPHRASE_FILE"] = str(tmp_path / "secret")
    assert Environment().str("BACKUP_PASSPHRASE", default="") == " a secret with spaces "


@pytest.mark.parametrize("what", ["missing", "folder", "bytes"])
def test_a_file_that_cannot_be_read_is_named_in_one_line(
    environment: dict[str, str], tmp_path: Path, what: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    environment["SECRET_KEY_FILE"] = str(tmp_path / what)
    with pytest.raises(ImproperlyConfigured, match=r"^SECRET_KEY_FILE names .*\.$") as refused:
        Environment().secret("SECRET_KEY", default="x")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("url", ["lots", "postgresql://", "postgresql://user:secret@host:port/name", "http//x/y"])
def test_a_database_address_that_is_none_is_told_without_its_password(environment: dict[str, str], url: str) -> None:
    environment["DATABASE_URL"] = url
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL") as refused:
        Environment().database("DATABASE_URL", {})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("query", "threshold"), [("", 5), ("?prepare_threshold=none", None), ("?prepare_threshold=0", 0)]
)
def test_statements_are_prepared_unless_an_old_pooler_is_in_between(
    environment: dict[str, str], query: str, threshold: int | None
) -> None:
    environment["DATABASE_URL"] = f"postgresql://warmstone@localhost/warmstone{query}"
    assert Environment().database("DATABASE_URL", {})["OPTIONS"]["prepare_threshold"] == threshold


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is empty."),
        ({"SECRET_KEY_FILE": "/nowhere/secret"}, "SECRET_KEY_FILE names /nowhere/secret: No such file or directory."),
        ({"SITE_URL": "http://[::1"}, "SITE_URL is 'http://[::1', which is no address of a site."),
    ],
)
def test_a_command_ends_in_one_line(variables: dict[str, str], line: str) -> None:
    env = {"PATH": os.defpath, "SECRET_KEY": "x", "DATABASE_URL": "postgresql://nobody@localhost/none", **variables}
    command = [sys.executable, "manage.py", "check", "--deploy"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1


def test_a_run_with_a_mail_address_that_is_none_ends_in_one_line() -> None:
    variables = {
        "SECRET_KEY": "x",
        "DATABASE_URL": "postgresql://nobody@localhost/none",
        "EMAIL_URL": "mail.example.org",
    }
    command = [sys.executable, "manage.py", "run_due"]
    env = {"PATH": os.defpath, **variables}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("EMAIL_URL must begin with")


@pytest.mark.parametrize(
    ("reach", "subdomains", "preload"), [("", False, False), ("subdomains", True, False), ("preload", True, True)]
)
def test_strict_transport_reaches_as_far_as_was_asked(reach: str, subdomains: bool, preload: bool) -> None:
    command = (
        "from clinic import settings as s;"
        "print(s.SECURE_HSTS_SECONDS > 0, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)"
    )
    env = {"PATH": os.defpath, "SECRET_KEY": "x", "SITE_URL": SITE, **({"HSTS": reach} if reach else {})}
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", str(subdomains), str(preload)]
