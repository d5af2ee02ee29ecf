"""The page of the reports, its spreadsheets, and who sees what of them."""

import csv
import datetime as dt
import io
import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Status, Therapist
from clinic.models import User
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast
from tests.fixtures.forms import errors_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
# Sixteen, and four of one transaction that is planned for the dates.
MOST_QUERIES = 20
REPORTS = ("hours", "missed", "rebooking", "clients", "income", "paid", "pain")


def signed_in(user: User | None) -> Browser:
    """A browser of theirs."""
    assert user is not None
    browser = Browser()
    browser.force_login(User.objects.get(pk=user.pk))
    return browser


def rights(user: User, *names: str) -> User:
    """The same person with these permissions."""
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


@pytest.fixture
def front(cast: Cast) -> User:
    """Frida of the front desk."""
    return User.objects.create_user("frida@stillwater.example", PASSWORD, name="Frida Ott", is_staff=True)


@pytest.fixture
def busy(cast: Cast) -> str:
    """Mira and Jonas had a session each in the week of the cast's Tuesday; the query of its reports."""
    cast.appointment(cast.at(10), status=Status.COMPLETED)
    cast.appointment(cast.at(16), client=cast.ben, therapist=cast.jonas, service=cast.regular_90)
    return f"?period=week&day={cast.day()}"


def shown(browser: Browser, query: str) -> set[str]:
    """The reports on the page."""
    page = browser.get(f"/desk/reports/{query}")
    assert page.status_code == 200
    return {each.slug for each in page.context["sections"]}


def table(browser: Browser, report: str, query: str) -> list[list[str]]:
    """A report as a spreadsheet reads it."""
    answer = browser.get(f"/desk/reports/{report}.csv{query}")
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf"), "Excel knows UTF-8 by this mark"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_an_owner_sees_every_report_of_everybody(cast: Cast, busy: str) -> None:
    browser = signed_in(cast.owner)
    assert shown(browser, busy) == set(REPORTS)
    assert {row[2] for row in table(browser, "income", busy)[1:]} == {"Mira Feld", "Jonas Weber"}


def test_a_therapist_sees_their_own_numbers_and_no_colleagues(cast: Cast, busy: str) -> None:
    browser = signed_in(cast.mira.user)
    for query in (busy, f"{busy}&therapist={cast.jonas.public_id}"):
        assert shown(browser, query) == set(REPORTS)
        assert "Jonas" not in browser.get(f"/desk/reports/{query}").content.decode()
        for report in REPORTS[:5]:
            assert {row[2] for row in table(browser, report, query)[1:]} <= {"Mira Feld"}, report
        assert "98" not in {row[5] for row in table(browser, "income", query)}


def test_the_front_desk_sees_everybody_without_income_and_health(cast: Cast, busy: str, front: User) -> None:
    browser = signed_in(front)
    assert shown(browser, busy) == {"hours", "missed", "rebooking", "clients"}
    page = browser.get(f"/desk/reports/{busy}").content.decode()
    assert "€" not in page
    assert "Jonas" in page
    for report in ("income", "paid", "pain"):
        assert browser.get(f"/desk/reports/{report}.csv{busy}").status_code == 404, report


def test_rights_open_more(cast: Cast, busy: str, front: User) -> None:
    # Whoever takes the money sees it; what the practice earns is the owner's to allow.
    assert "income" not in shown(signed_in(rights(front, "view_payment")), busy)
    assert "income" in shown(signed_in(rights(front, "view_payment", "read_team_reports")), busy)
    assert "pain" in shown(signed_in(rights(front, "read_health_records")), busy)
    assert cast.mira.user is not None
    mira = signed_in(rights(cast.mira.user, "read_team_reports"))
    assert {row[2] for row in table(mira, "hours", busy)[1:]} == {"Mira Feld", "Jonas Weber", "Tess Okafor"}
    # Everybody's hours, but not what everybody earns; one's own all the same.
    assert "income" not in shown(mira, busy)
    assert "income" in shown(mira, f"{busy}&therapist={cast.mira.public_id}")
    assert "income" not in shown(mira, f"{busy}&therapist={cast.jonas.public_id}")


def test_one_therapist_is_chosen(cast: Cast, busy: str) -> None:
    browser = signed_in(cast.owner)
    rows = table(browser, "income", f"{busy}&therapist={cast.jonas.public_id}")
    assert [row[2:] for row in rows[1:]] == [["Jonas Weber", "Regular massage, 90 min", "1", "98.00", "EUR"]]


def test_the_queries_are_few_and_stay_so(cast: Cast, busy: str) -> None:
    browser = signed_in(cast.owner)
    browser.get(f"/desk/reports/{busy}")
    for query in (busy, busy.replace("week", "year")):
        with CaptureQueriesContext(connection) as captured:
            browser.get(f"/desk/reports/{query}")
        assert len(captured) <= MOST_QUERIES
    for ahead in range(7, 40, 7):
        cast.appointment(cast.at(12, ahead=7 + ahead), client=cast.ben)
    with CaptureQueriesContext(connection) as again:
        browser.get(f"/desk/reports/{busy.replace('week', 'year')}")
    assert len(again) == len(captured)


def test_each_report_is_planned_for_its_own_dates(cast: Cast, busy: str) -> None:
    """A plan for any dates is made for few rows: over years of appointments it takes a minute."""
    browser = signed_in(cast.owner)
    for _ in range(12):  # the eleventh would be the first
        browser.get(f"/desk/reports/{busy}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(generic_plans) FROM pg_prepared_statements WHERE statement ~ 'GROUP BY'")
        prepared, for_any_dates = cursor.fetchone()
    assert prepared > 0
    assert for_any_dates == 0


def test_each_number_of_a_chart_stands_in_a_table(cast: Cast, busy: str) -> None:
    page = signed_in(cast.owner).get(f"/desk/reports/{busy}")
    for section in page.context["sections"][:5]:
        assert section.behind is not None
        assert len(section.behind.rows) == len(section.chart.places) == 7, section.slug
        assert section.tables[0].rows
    content = page.content.decode()
    assert not re.search(r"<[^>]+\sstyle=", content)
    assert len(page.context["tiles"]) == 6


def test_a_practice_without_any_appointment_is_told_so_kindly(cast: Cast) -> None:
    page = signed_in(cast.owner).get("/desk/reports/")
    assert page.status_code == 200
    assert "Nothing to count yet" in page.content.decode()
    assert "sections" not in page.context


def test_days_without_anything_are_shown_as_such(cast: Cast, busy: str) -> None:
    page = signed_in(cast.owner).get("/desk/reports/?period=year&day=1999-01-01")
    assert page.status_code == 200
    assert {tile.value for tile in page.context["tiles"]} >= {"0", "–"}


def test_wrong_dates_are_told_beside_their_field_and_stay(cast: Cast, busy: str) -> None:
    browser = signed_in(cast.owner)
    for first, last, field in (("2026-02-30", "2026-03-01", "from"), ("2001-01-01", "2026-01-01", "until")):
        page = browser.get("/desk/reports/", {"period": "own", "from": first, "until": last})
        assert page.status_code == 422
        assert list(page.context["form"].errors) == [field]
        assert f'id="id_{field}_error"' in page.content.decode()
        assert f'value="{last}"' in page.content.decode()
    for first, last, field in (
        ("", "2026-01-01", "from"),
        ("2026-02-01", "2026-01-01", "until"),
        ("1900-01-01", "2026-01-01", "from"),
    ):
        assert list(errors_of(page.context["form"], **{"from": first, "until": last})) == [field], first


def test_an_odd_address_shows_what_it_can(cast: Cast, busy: str) -> None:
    browser = signed_in(cast.owner)
    for query in ("?period=century&day=nonsense&rebooked=-1&therapist=x", "?day=0001-01-01"):
        assert browser.get(f"/desk/reports/{query}").status_code == 200, query


def test_a_name_is_no_formula_in_a_spreadsheet(cast: Cast, busy: str) -> None:
    Therapist.objects.filter(pk=cast.mira.pk).update(name='=HYPERLINK("x")')
    rows = table(signed_in(cast.owner), "income", busy)
    assert {row[2] for row in rows[1:]} == {'\'=HYPERLINK("x")', "Jonas Weber"}


def test_a_clock_change_and_any_country_is_no_fault(cast: Cast, busy: str) -> None:
    browser = signed_in(cast.owner)
    for zone, country, query in (
        ("America/Sao_Paulo", "BR", "?period=year&day=2018-11-04"),
        ("Asia/Kathmandu", "NP", "?period=year&day=2018-11-04"),
        ("Pacific/Apia", "WS", "?period=own&from=2011-12-25&until=2012-01-05"),
    ):
        cast.practice.time_zone, cast.practice.country = zone, country
        cast.practice.save()
        assert browser.get(f"/desk/reports/{query}").status_code == 200, zone
