"""Repeating, moving and cancelling a series at the desk."""

import re
import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from booking.actions import Scope
from booking.models import AddOn, Appointment, Holiday, Series, TimeOff
from booking.models.appointment import Status
from clients.models import Client
from clinic.models import AccessEvent, OutgoingMail
from tests.booking.series.cast import mails, repeated, starts, visits
from tests.fixtures.cast import House

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
CHECKED = re.compile(r'<input type="radio" name="(turn-\d+)" id="[^"]+" value="([^"]+)" checked')


def typed(house: House, **more: object) -> dict[str, object]:
    """The booking page filled in for Ana: the regular massage with Mira at ten, and the button “repeat it”."""
    return {
        "key": str(uuid.uuid4()),
        "client": str(house.ana.public_id),
        "service": house.regular.slug,
        "therapist": str(house.mira.public_id),
        "day": house.day().isoformat(),
        "time": "10:00",
        "safety": "none",
        "note": "rings twice",
        "repeat": "1",
        **more,
    }


def sent_back(page: Any, **more: object) -> dict[str, Any]:
    """What a browser sends from a preview: its hidden fields, the radios that are on, and what a person changes."""
    text = page.content.decode()
    fields = {name: value for name, value in HIDDEN.findall(text) if name != "csrfmiddlewaretoken"}
    form = page.context["form"]
    shown = {name: form[name].value() for name in ("every_weeks", "times", "safety", "override_reason")}
    kept = {name: value for name, value in shown.items() if value is not None}
    return {**fields, **dict(CHECKED.findall(text)), **kept, **more}


def preview(house: House, desk: Browser, **more: object) -> Any:
    """The page of dates."""
    return desk.post("/desk/book/repeat/", typed(house, **more))


def book(desk: Browser, page: Any, **more: object) -> Any:
    """Press “book these visits”."""
    return desk.post("/desk/book/repeat/", sent_back(page, book="1", **more))


def test_the_booking_page_leads_to_a_preview_of_six_visits_every_two_weeks(house: House, desk: Browser) -> None:
    page = preview(house, desk)
    assert page.status_code == 200
    assert [row.turn.position for row in page.context["rows"]] == [1, 2, 3, 4, 5, 6]
    assert not Appointment.objects.exists()
    assert 'formaction="/desk/book/repeat/"' in desk.get("/desk/book/").content.decode()


@pytest.mark.invariant("I2")
def test_what_was_shown_is_what_is_booked(house: House, desk: Browser) -> None:
    response = book(desk, preview(house, desk))
    series = Series.objects.get()
    assert response["Location"] == f"/desk/visits/{visits(series)[0].public_id}/"
    assert starts(series) == [house.at(10, ahead=7 + 14 * number) for number in range(6)]
    assert {visit.client_note for visit in visits(series)} == {"rings twice"}
    assert {visit.via for visit in visits(series)} == {"desk"}
    page = desk.get(response["Location"]).content.decode()
    assert "1 of 6" in page
    assert "every 2 weeks" in page


def test_what_is_missing_on_the_booking_page_is_said_there(house: House, desk: Browser) -> None:
    page = preview(house, desk, safety="")
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["safety"]
    assert "booking/desk/book.html" in [template.name for template in page.templates]


def test_how_often_can_be_changed_and_looked_at_again(house: House, desk: Browser) -> None:
    first = preview(house, desk)
    again = desk.post("/desk/book/repeat/", sent_back(first, show="dates", every_weeks="1", times="3"))
    assert [row.turn.chosen.start for row in again.context["rows"]] == [
        house.at(10), house.at(10, ahead=14), house.at(10, ahead=21),
    ]  # fmt: skip
    book(desk, again)
    assert len(starts(Series.objects.get())) == 3


def test_a_rhythm_that_nobody_has_looked_at_is_not_booked(house: House, desk: Browser) -> None:
    response = book(desk, preview(house, desk), every_weeks="3")
    assert response.status_code == 422
    assert response.context["rows"][1].turn.chosen.start == house.at(10, ahead=28)
    assert not Appointment.objects.exists()


def test_a_conflict_must_be_decided(house: House, desk: Browser) -> None:
    house.visit(house.at(10, ahead=21), client=house.ben)
    page = preview(house, desk, times="3")
    row = page.context["rows"][1]
    assert row.why == "Mira Feld has another visit then."
    assert [option.checked for option in row.options] == [False] * len(row.options)
    refused = book(desk, page)
    assert refused.status_code == 422
    assert Appointment.objects.count() == 1
    assert book(desk, page, **{"turn-2": row.options[0].value}).status_code == 302
    assert len(starts(Series.objects.get())) == 3


def test_a_date_can_be_left_out(house: House, desk: Browser) -> None:
    page = preview(house, desk, times="3")
    book(desk, page, **{"turn-2": "out"})
    assert [visit.position for visit in visits(Series.objects.get())] == [1, 3]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda house: Holiday.objects.create(date=house.day(21), name="All Saints"), "Closed: All Saints."),
        (
            lambda house: TimeOff.objects.create(
                therapist=None, starts_at=house.at(0, ahead=21), ends_at=house.at(23, ahead=21)
            ),
            "The practice is closed.",
        ),
        (
            lambda house: TimeOff.objects.create(
                therapist=house.mira, starts_at=house.at(9, ahead=21), ends_at=house.at(12, ahead=21)
            ),
            "Mira Feld is away then.",
        ),
        (
            lambda house: house.visit(house.at(10, ahead=21), therapist=house.jonas),
            "The client has another visit then.",
        ),
    ],
)
def test_each_conflict_is_said_in_words(house: House, desk: Browser, make: Any, words: str) -> None:
    make(house)
    page = preview(house, desk, times="3")
    assert page.context["rows"][1].why == words
    assert words in page.content.decode()


@pytest.mark.invariant("I1")
def test_a_time_taken_meanwhile_books_nothing_and_shows_what_changed(house: House, desk: Browser) -> None:
    page = preview(house, desk, times="3", safety="none")
    house.visit(house.at(10, ahead=21), client=house.ben)
    response = book(desk, page)
    assert response.status_code == 422
    assert Appointment.objects.count() == 1
    assert [row.turn.lost for row in response.context["rows"]] == [False, True, False]
    assert sent_back(response)["note"] == "rings twice"
    assert sent_back(response)["safety"] == "none"
    other = response.context["rows"][1].options[0].value
    assert book(desk, response, **{"turn-2": other}).status_code == 302


@pytest.mark.invariant("I4")
def test_the_same_preview_sent_twice_is_one_series(house: House, desk: Browser) -> None:
    page = preview(house, desk)
    first, second = book(desk, page), book(desk, page)
    assert first["Location"] == second["Location"]
    assert Series.objects.count() == 1


def test_beyond_the_horizon_takes_a_tick_and_a_reason(house: House, desk: Browser) -> None:
    page = preview(house, desk, every_weeks="12", times="2")
    assert page.context["rows"][1].why == "Further ahead than you usually book."
    ticked = desk.post("/desk/book/repeat/", sent_back(page, show="dates", override="on"))
    assert [row.turn.undecided for row in ticked.context["rows"]] == [False, False]
    assert book(desk, ticked, override="on").status_code == 422
    assert book(desk, ticked, override="on", override_reason="plans her weeks ahead").status_code == 302


def test_anyone_means_whoever_has_most_of_the_dates(house: House, desk: Browser) -> None:
    for ahead in (7, 21):
        house.visit(house.at(10, ahead=ahead), client=house.ben)
    page = preview(house, desk, therapist="", times="3")
    assert page.context["pattern"].therapist == house.jonas
    book(desk, page)
    assert {visit.therapist for visit in visits(Series.objects.get())} == {house.jonas}


def test_a_new_client_gets_a_file(house: House, desk: Browser) -> None:
    person = {"client": "", "first_name": "Cleo", "last_name": "Ng", "email": "cleo@example.org", "phone": ""}
    book(desk, preview(house, desk, **person))
    assert Series.objects.get().client == Client.objects.get(email="cleo@example.org")


def test_a_visit_that_is_there_is_repeated_from_its_page(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10))
    assert f"/desk/visits/{visit.public_id}/repeat/" in desk.get(f"/desk/visits/{visit.public_id}/").content.decode()
    page = desk.get(f"/desk/visits/{visit.public_id}/repeat/")
    assert page.context["rows"][0].tone == "settled"
    assert AccessEvent.objects.filter(client=house.ana.public_id).exists()
    refused = book(desk, page)
    assert list(refused.context["form"].errors) == ["safety"]
    assert book(desk, refused, safety="none").status_code == 302
    assert starts(Series.objects.get()) == [house.at(10, ahead=7 + 14 * number) for number in range(6)]


@pytest.mark.invariant("I10")
def test_health_answers_travel_only_in_the_body(house: House, desk: Browser) -> None:
    slug = desk.get("/desk/book/").context["form"]["conditions"].field.choices[0][1][0][0]
    page = preview(house, desk, safety="some", conditions=[slug])
    assert page.request["QUERY_STRING"] == ""
    assert sent_back(page)["safety"] == "some"
    assert page.context["form"]["conditions"].value() == [slug]
    assert not [value for name, value in page.context["carried"] if slug in value]


@pytest.mark.invariant("I7")
def test_an_emergency_answer_books_nothing(house: House, desk: Browser) -> None:
    page = preview(house, desk, safety="some", red_flags=["ces-saddle-numbness"])
    response = book(desk, page, red_flags=["ces-saddle-numbness"])
    assert response.status_code == 422
    assert response.context["unsafe"] is not None
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "|", "2026-01-01|hours|0", "nonsense|x|y", "2026-01-01T10:00+00:00|gap|0"])
def test_a_forged_choice_is_no_choice(house: House, desk: Browser, value: str) -> None:
    page = preview(house, desk, times="3")
    assert book(desk, page, **{"turn-2": value, "turn-9999": value, "turn-x": value}).status_code == 422
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"), [("every_weeks", "0"), ("every_weeks", "13"), ("times", "1"), ("times", "27")]
)
def test_how_often_has_its_limits(house: House, desk: Browser, name: str, value: str) -> None:
    page = preview(house, desk, **{name: value})
    assert name in page.context["form"].errors
    assert "rows" not in page.context
    assert book(desk, preview(house, desk), **{name: value}).status_code == 422


@pytest.mark.invariant("I8")
def test_a_visit_that_is_nobodys_is_not_found(house: House, desk: Browser) -> None:
    assert desk.get(f"/desk/visits/{uuid.uuid4()}/repeat/").status_code == 404
    assert preview(house, desk, after=str(uuid.uuid4())).status_code == 404


# -- Moving and cancelling ---------------------------------------------------------------------------------------------


def move_page(desk: Browser, visit: Appointment, **more: object) -> Any:
    """Look at a move."""
    return desk.post(f"/desk/visits/{visit.public_id}/move-series/", {"show": "dates", **more})


def move(desk: Browser, visit: Appointment, page: Any, **more: object) -> HttpResponse:
    """Press “move these visits”."""
    form = page.context["form"]
    shown = {name: form[name].value() for name in ("scope", "day", "time")}
    fields = dict(HIDDEN.findall(page.content.decode())), dict(CHECKED.findall(page.content.decode()))
    data = {**fields[0], **fields[1], **shown, "move": "1", **more}
    return desk.post(f"/desk/visits/{visit.public_id}/move-series/", data)  # type: ignore[return-value]


def test_the_page_of_a_move_says_which_visit_it_is_and_leads_to_the_others(house: House, desk: Browser) -> None:
    visit = visits(repeated(house))[1]
    text = desk.get(f"/desk/visits/{visit.public_id}/move/").content.decode()
    assert "visit 2 of 3" in text
    for scope in (Scope.FOLLOWING, Scope.ALL):
        page = desk.get(f"/desk/visits/{visit.public_id}/move-series/?scope={scope}")
        assert page.context["form"]["scope"].value() == scope
    alone = house.visit(house.at(14))
    assert "move-series" not in desk.get(f"/desk/visits/{alone.public_id}/move/").content.decode()


def test_this_and_the_following_move_as_they_were_shown(house: House, desk: Browser) -> None:
    series = repeated(house)
    visit = visits(series)[1]
    page = move_page(desk, visit, scope="following", day=house.day(21).isoformat(), time="14:00")
    assert [row.turn.position for row in page.context["rows"]] == [2, 3]
    assert starts(series)[1] == house.at(10, ahead=21)
    assert move(desk, visit, page).status_code == 302
    assert starts(series) == [house.at(10), house.at(14, ahead=21), house.at(14, ahead=35)]


def test_a_move_in_conflict_is_decided_first(house: House, desk: Browser) -> None:
    series = repeated(house)
    house.visit(house.at(14, ahead=35), client=house.ben)
    visit = visits(series)[0]
    page = move_page(desk, visit, scope="all", day=house.day().isoformat(), time="14:00")
    assert page.context["undecided"] == 1
    assert move(desk, visit, page).status_code == 422
    assert starts(series)[0] == house.at(10)
    assert move(desk, visit, page, **{"turn-3": "out"}).status_code == 302
    assert starts(series) == [house.at(14), house.at(14, ahead=21), house.at(10, ahead=35)]


def test_a_move_taken_meanwhile_moves_nothing_and_shows_what_changed(house: House, desk: Browser) -> None:
    series = repeated(house)
    visit = visits(series)[0]
    page = move_page(desk, visit, scope="all", day=house.day().isoformat(), time="14:00")
    house.visit(house.at(14, ahead=35), client=house.ben)
    again = move(desk, visit, page)
    assert again.status_code == 422
    assert starts(series)[0] == house.at(10)
    assert move(desk, visit, again, **{"turn-3": "out"}).status_code == 302


def test_a_target_that_nobody_has_looked_at_is_not_moved_to(house: House, desk: Browser) -> None:
    series = repeated(house)
    visit = visits(series)[0]
    page = move_page(desk, visit, scope="all", day=house.day().isoformat(), time="14:00")
    assert move(desk, visit, page, time="15:00").status_code == 422
    assert starts(series)[0] == house.at(10)


def test_to_where_it_is_nothing_moves(house: House, desk: Browser) -> None:
    visit = visits(repeated(house))[0]
    page = move_page(desk, visit, scope="all", day=house.day().isoformat(), time="10:00")
    assert page.context["nothing"]


@pytest.mark.parametrize("wrong", [{"scope": "everything"}, {"day": "2026-02-31"}, {"time": "25:00"}, {"scope": "one"}])
def test_a_move_that_makes_no_sense_is_refused(house: House, desk: Browser, wrong: dict[str, str]) -> None:
    visit = visits(repeated(house))[0]
    sent = {"scope": "all", "day": house.day().isoformat(), "time": "14:00", **wrong}
    assert move_page(desk, visit, **sent).status_code == 422


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ("one", ["confirmed", "cancelled", "confirmed"]),
        ("following", ["confirmed", "cancelled", "cancelled"]),
        ("all", ["cancelled"] * 3),
    ],
)
def test_cancelling_asks_how_much_of_the_series(house: House, desk: Browser, scope: str, left: list[str]) -> None:
    series = repeated(house)
    visit = visits(series)[1]
    address = f"/desk/visits/{visit.public_id}/"
    assert 'name="scope"' in desk.get(address).content.decode()
    response = desk.post(f"{address}cancel/", {"reason": "moves away", "scope": scope})
    assert response.status_code == 302
    assert [each.status for each in visits(series)] == left


def test_cancelling_one_of_a_series_is_never_taken_for_granted(house: House, desk: Browser) -> None:
    series = repeated(house)
    response = desk.post(f"/desk/visits/{visits(series)[1].public_id}/cancel/", {"reason": "ill"})
    assert response.status_code == 422
    assert {each.status for each in visits(series)} == {Status.CONFIRMED}


def test_a_visit_alone_is_cancelled_without_being_asked(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(14))
    assert 'name="scope"' not in desk.get(f"/desk/visits/{visit.public_id}/").content.decode()
    desk.post(f"/desk/visits/{visit.public_id}/cancel/", {"reason": "ill"})
    visit.refresh_from_db()
    assert visit.status == Status.CANCELLED


def test_the_clients_own_link_cancels_only_that_visit(house: House, client: Browser) -> None:
    series = repeated(house)
    (mail,) = mails("confirmation")
    links = re.findall(r"https?://\S+?(/visit/[^\s>]+)", mail.text)
    assert len(set(links)) >= 3
    page = client.get(links[0], follow=True)
    here = page.request["PATH_INFO"]
    shown = client.get(f"{here}cancel/")
    assert "Only this appointment is cancelled" in shown.content.decode()
    client.post(f"{here}cancel/", {"reason": ""})
    assert [each.status for each in visits(series)].count(Status.CANCELLED) == 1
    assert OutgoingMail.objects.count() == 1


def test_add_ons_travel_along(house: House, desk: Browser) -> None:
    towel = AddOn.objects.create(slug="towel", name="Hot towel", minutes=10, price="8.00")
    towel.services.add(house.regular)
    visit = house.visit(house.at(10))
    visit.add_ons.create(add_on=towel, name=towel.name, minutes=10, price="8.00")
    page = desk.get(f"/desk/visits/{visit.public_id}/repeat/")
    assert ("add_ons", "towel") in page.context["carried"]
