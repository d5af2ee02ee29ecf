"""The board says *free* where something can be booked, and leads there; a drop leads to the first time that fits."""

import datetime as dt
import html
import re
from typing import Any

import pytest

from booking.models import Appointment
from clinic.models import Practice
from tests.booking.desk.test_booking import form
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

FREE = re.compile(r'href="/desk/book/\?(therapist=[^"]+)">')
DROP = re.compile(r'data-drop="([^"]+)"')


def board(cast: Cast, desk: Browser) -> str:
    """That Tuesday, everyone's."""
    return desk.get(f"/desk/?day={cast.day()}&who=all").content.decode()


def query(text: str) -> dict[str, str]:
    """The parts of an address in a page."""
    return dict(part.split("=", 1) for part in html.unescape(text).split("&"))


@pytest.fixture
def patchy(cast: Cast) -> Cast:
    """Mira's day in pieces: gaps that begin and end off the half hour, one too short for anything."""
    for hour, minute, minutes in ((9, 0, 60), (11, 20, 70), (13, 5, 60), (14, 40, 60)):
        appointment = cast.appointment(cast.at(hour, minute), client=cast.ben)
        ends = appointment.starts_at + dt.timedelta(minutes=minutes)
        until = ends + dt.timedelta(minutes=10)
        Appointment.objects.filter(pk=appointment.pk).update(ends_at=ends, blocked_until=until, kit_blocked_until=until)
    return cast


@pytest.mark.invariant("I2")
def test_every_free_link_of_the_board_books_as_it_stands(patchy: Cast, desk: Browser) -> None:
    links = [query(found) for found in FREE.findall(board(patchy, desk))]
    mine = [link for link in links if link["therapist"] == str(patchy.mira.public_id)]
    assert len(mine) >= 2
    for number, link in enumerate(links):
        page = desk.get("/desk/book/", link)
        start = page.context["chosen_start"]
        assert start, link
        sent = form(
            patchy,
            client="",
            first_name=f"Guest{number}",
            last_name="Ng",
            service=link["service"],
            therapist=link["therapist"],
            start=start,
            time="",
        )
        before = Appointment.objects.count()
        assert desk.post("/desk/book/", sent).status_code == 302, link
        assert Appointment.objects.count() == before + 1


def test_a_gap_too_short_for_anything_is_not_called_free(patchy: Cast, desk: Browser) -> None:
    page = board(patchy, desk)
    column = page[page.index(">Mira Feld <") : page.index(">Tess Okafor <")] if ">Mira Feld <" in page else page
    # From 14:15 to 14:40 nothing fits: the shortest takes 25 minutes and 15 to clear away.
    gap = next(part for part in column.split('<div class="gap') if f"T14:15&amp;until={patchy.day()}T14:40" in part)
    assert "nothing fits" in gap
    assert "/desk/book/" not in gap


def drop(desk: Browser, appointment: Appointment, gap: str) -> Any:
    """Drop an appointment on a gap: the page that the script opens."""
    return desk.get(f"/desk/appointments/{appointment.public_id}/move/?{html.unescape(gap)}")


@pytest.mark.invariant("I2")
def test_a_drop_moves_to_what_fits_or_says_that_nothing_does(patchy: Cast, desk: Browser) -> None:
    appointment = patchy.appointment(patchy.at(17), client=patchy.ana, therapist=patchy.jonas, room=patchy.blue_room)
    fitted, refused = 0, 0
    for gap in DROP.findall(board(patchy, desk)):
        page = drop(desk, appointment, gap)
        dropped, until = page.context["dropped"], query(gap)["until"]
        if dropped["start"] is None:
            assert "Yes, move it" not in page.content.decode()
            refused += 1
            continue
        assert query(gap)["start"] <= f"{dropped['start']:%Y-%m-%dT%H:%M}" < until
        sent = {
            "therapist": str(dropped["therapist"].public_id),
            "day": f"{dropped['start']:%Y-%m-%d}",
            "time": f"{dropped['start']:%H:%M}",
        }
        assert desk.post(f"/desk/appointments/{appointment.public_id}/move/", sent).status_code == 302, gap
        appointment.refresh_from_db()
        assert appointment.starts_at == dropped["start"]
        fitted += 1
        # Back to where it was, for the next gap.
        back = {"therapist": str(patchy.jonas.public_id), "day": patchy.day().isoformat(), "time": "17:00"}
        if appointment.starts_at != patchy.at(17):
            desk.post(f"/desk/appointments/{appointment.public_id}/move/", back)
            appointment.refresh_from_db()
    assert fitted
    assert refused


def test_what_is_within_the_notice_is_not_called_free(cast: Cast, desk: Browser) -> None:
    Practice.objects.update(notice_minutes=60 * 24 * 60)
    page = board(cast, desk)
    assert "nothing fits" in page
    assert not FREE.search(page)
