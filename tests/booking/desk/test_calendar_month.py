"""The month at the desk: who works when, what is booked, and how much is free."""

import datetime as dt
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Holiday, TimeOff
from clinic.models import User
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


def cell(browser: Browser, cast: Cast, who: str = "all") -> str:
    """The cell of the cast's Tuesday."""
    response = browser.get("/desk/month/", {"day": cast.day().isoformat(), "who": who})
    assert response.status_code == 200
    page = response.content.decode()
    (found,) = [each for each in page.split("<td")[1:] if f"/desk/?day={cast.day().isoformat()}" in each]
    return re.sub(r"\s+", " ", found)


def test_a_day_says_for_each_therapist_what_is_booked_and_how_much_is_free(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10))
    said = cell(desk, cast)
    # Nine to five, less an hour and a quarter with its buffer, in whole half hours.
    assert "Mira Feld: one appointment, 6½ h free" in said
    assert "Tess Okafor: 0 appointments" in said
    assert 'width="75"' in said


def test_time_off_and_holidays_are_not_free(cast: Cast, desk: Browser) -> None:
    TimeOff.objects.create(therapist=cast.mira, starts_at=cast.at(9), ends_at=cast.at(16), reason="Course")
    assert "Mira Feld: 0 appointments, 1 h free" in cell(desk, cast)
    Holiday.objects.create(date=cast.day(), name="Founders Day", closed=True)
    said = cell(desk, cast)
    assert "Founders Day" in said
    assert "Mira Feld" not in said


def test_my_month_is_mine(cast: Cast, client: Browser) -> None:
    client.force_login(User.objects.get(email="mira@stillwater.example"))
    said = cell(client, cast, who="me")
    assert "Mira Feld" in said
    assert "Jonas Weber" not in said


def test_a_month_costs_the_same_queries_however_much_is_booked(cast: Cast, desk: Browser) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            cell(desk, cast)
        return len(asked)

    cell(desk, cast)
    few = queries()
    for ahead in range(5):
        cast.appointment(cast.at(10) + dt.timedelta(days=ahead), client=cast.ben, therapist=cast.jonas)
    assert queries() == few <= 6


def test_one_colleague_is_chosen_and_stays(cast: Cast, client: Browser) -> None:
    client.force_login(User.objects.get(email="mira@stillwater.example"))
    cast.appointment(cast.at(10))
    cast.appointment(cast.at(11), client=cast.ben, therapist=cast.jonas, room=cast.blue_room)
    said = cell(client, cast, who=str(cast.jonas.public_id))
    assert "Jonas Weber: one appointment" in said
    assert "Mira Feld" not in said
    day = {"day": cast.day().isoformat()}
    for page in ("week/", "", "month/"):
        kept = client.get(f"/desk/{page}", day).content.decode()
        assert "Ben Haas" in kept or "Jonas Weber: one appointment" in re.sub(r"\s+", " ", kept), page
        assert "Ana Lind" not in kept, page
    events = client.get("/desk/calendar/events/", {**day, "view": "week"}).json()
    assert [each["title"] for each in events["columns"]] == ["Jonas Weber"]
    assert [each["client"] for each in events["cards"]] == ["Ben Haas"]
    assert "Ana Lind" in client.get("/desk/week/", {**day, "who": "me"}).content.decode()
    assert "Ben Haas" not in client.get("/desk/week/", {**day, "who": "nobody"}).content.decode(), "mine, as before"
