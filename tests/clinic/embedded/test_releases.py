"""How old the embedded PostgreSQL is, where that is known, and who reads it."""

import datetime as dt

import pytest
from django.db import connection, connections
from pytest_django.fixtures import Settings

from clinic.embedded.releases import RELEASES, is_old, released_on
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

TODAY = dt.date(2026, 11, 29)


@pytest.mark.parametrize(
    ("version", "day"),
    [
        ((15, 20), dt.date(2026, 11, 12)),
        ((18, 6), dt.date(2026, 8, 13)),
        ((18, 5), dt.date(2026, 8, 13)),
        ((18, 4), dt.date(2026, 5, 14)),
        ((16, 2), dt.date(2025, 11, 13)),
        ((18, 99), None),
        ((99, 0), None),
    ],
)
def test_each_minor_release_has_its_day(version: tuple[int, int], day: dt.date | None) -> None:
    assert released_on(*version) == day


def test_six_months_make_it_old_and_what_is_not_known_is_not() -> None:
    assert is_old((18, 4), TODAY)
    assert not is_old((18, 4), dt.date(2026, 11, 13))
    assert not is_old((15, 20), TODAY)
    assert not is_old((18, 99), dt.date(2036, 1, 1))


def test_the_list_runs_from_the_newest_to_the_oldest() -> None:
    days = [day for day, _minors in RELEASES]
    assert days == sorted(days, reverse=True)
    for major in (15, 16, 17, 18):
        minors = [listed[major] for _day, listed in RELEASES if major in listed]
        assert minors == sorted(minors, reverse=True)


@pytest.fixture
def years_later(cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """A practice that others can open, on an embedded server of the first listed release, long after."""
    settings.SITE_URL = "https://massage.example.org"
    monkeypatch.setitem(connection.settings_dict, "ENGINE", "clinic.embedded")
    monkeypatch.setattr(type(connections["default"]), "get_database_version", lambda _self: (18, 1))
    return cast


def desk(cast: Cast, *, owner: bool) -> str:
    """What the owner or a therapist reads on top of the desk."""
    browser = Browser()
    browser.force_login(cast.owner if owner else cast.mira.user)  # type: ignore[arg-type] # Mira signs in
    return " ".join(str(banner) for banner in browser.get("/desk/").context["banners"])


def test_the_owner_is_told_what_to_do_about_an_old_one(years_later: Cast) -> None:
    assert "PostgreSQL 18.1, is more than six months old" in desk(years_later, owner=True)
    assert "six months" not in desk(years_later, owner=False)


def test_who_tries_it_out_or_runs_a_server_of_their_own_is_not_told(
    years_later: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ENGINE", "django.db.backends.postgresql")
    assert "six months" not in desk(years_later, owner=True)
    monkeypatch.setitem(connection.settings_dict, "ENGINE", "clinic.embedded")
    settings.SITE_URL = "http://localhost:8000"
    assert "six months" not in desk(years_later, owner=True)


def test_monitoring_reads_the_version(cast: Cast) -> None:
    browser = Browser()
    browser.force_login(cast.owner)
    said = browser.get("/healthz/ready").json()["parts"]["database"]
    major, minor = connection.get_database_version()
    assert said == {"ok": True, "detail": f"answers, PostgreSQL {major}.{minor}"}
