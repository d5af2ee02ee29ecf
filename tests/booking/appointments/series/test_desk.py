"""Repeating, moving and cancelling a series at the desk."""

import re
import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict

from booking.appointments.series_change import SeriesScope
from booking.desk.booking.repeat_forms import MoveSeriesForm, RepeatForm, choices_from_post
from booking.models import AddOn, Appointment, Holiday, Series, Status, TimeOff
from clients.models import Client
from clinic.models import AccessEvent, OutgoingMail
from tests.booking.appointments.series.cast import appointments, mails, repeated, starts
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
CHECKED = re.compile(r'<input type="radio" name="(turn-\d+)" id="[^"]+"\s+value="([^"]+)" checked')


def typed(cast: Cast, **more: object) -> dict[str, object]:
    """The booking page filled in for Ana: the regular massage with Mira at ten, and the button “repeat it”."""
    return {
        "key": str(uuid.uuid4()),
        "client": str(cast.ana.public_id),
        "service": cast.regular.slug,
        "therapist": str(cast.mira.public_id),
        "day": cast.day().isoformat(),
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


def preview(cast: Cast, desk: Browser, **more: object) -> Any:
    """The page of dates."""
    return desk.post("/desk/book/repeat/", typed(cast, **more))


def book(desk: Browser, page: Any, **more: object) -> Any:
    """Press “book these appointments”."""
    return desk.post("/desk/book/repeat/", sent_back(page, book="1", **more))


@pytest.mark.invariant("I2")
def test_the_booking_page_leads_to_a_preview_and_what_was_shown_is_what_is_booked(cast: Cast, desk: Browser) -> None:
    assert 'formaction="/desk/book/repeat/"' in desk.get("/desk/book/").content.decode()
    page = preview(cast, desk)
    assert page.status_code == 200
    assert [row.turn.position for row in page.context["rows"]] == [1, 2, 3, 4, 5, 6]
    assert not Appointment.objects.exists()
    response = book(desk, page)
    series = Series.objects.get()
    assert response["Location"] == f"/desk/appointments/{appointments(series)[0].public_id}/"
    assert starts(series) == [cast.at(10, ahead=7 + 14 * number) for number in range(6)]
    assert {appointment.client_note for appointment in appointments(series)} == {"rings twice"}
    assert {appointment.via for appointment in appointments(series)} == {"desk"}
    page = desk.get(response["Location"]).content.decode()
    assert "1 of 6" in page
    assert "every 2 weeks" in page


def test_what_is_missing_on_the_booking_page_is_said_there(cast: Cast, desk: Browser) -> None:
    page = preview(cast, desk, safety="")
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["safety"]
    assert "booking/desk/booking.html" in [template.name for template in page.templates]


def test_how_often_can_be_changed_and_looked_at_again(cast: Cast, desk: Browser) -> None:
    first = preview(cast, desk)
    again = desk.post("/desk/book/repeat/", sent_back(first, show="dates", every_weeks="1", times="3"))
    assert [row.turn.chosen.start for row in again.context["rows"]] == [
        cast.at(10), cast.at(10, ahead=14), cast.at(10, ahead=21),
    ]  # fmt: skip
    book(desk, again)
    assert len(starts(Series.objects.get())) == 3


def test_a_rhythm_that_nobody_has_looked_at_is_not_booked(cast: Cast, desk: Browser) -> None:
    response = book(desk, preview(cast, desk), every_weeks="3")
    assert response.status_code == 422
    assert response.context["rows"][1].turn.chosen.start == cast.at(10, ahead=28)
    assert not Appointment.objects.exists()


def test_a_conflict_must_be_decided(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10, ahead=21), client=cast.ben)
    page = preview(cast, desk, times="3")
    row = page.context["rows"][1]
    assert row.why == "Mira Feld has another appointment then. Cleaning time counts too."
    assert [option.checked for option in row.options] == [False] * len(row.options)
    refused = book(desk, page)
    assert refused.status_code == 422
    assert Appointment.objects.count() == 1
    assert book(desk, page, **{"turn-2": row.options[0].value}).status_code == 302
    assert len(starts(Series.objects.get())) == 3


def test_a_date_can_be_left_out(cast: Cast, desk: Browser) -> None:
    page = preview(cast, desk, times="3")
    book(desk, page, **{"turn-2": "out"})
    assert [appointment.position for appointment in appointments(Series.objects.get())] == [1, 3]


def test_each_conflict_is_said_in_words(cast: Cast, desk: Browser) -> None:
    Holiday.objects.create(date=cast.day(21), name="All Saints")
    for ahead, closed, away in ((35, (0, 23), None), (49, (9, 12), cast.mira)):
        begin, end = (cast.at(hour, ahead=ahead) for hour in closed)
        TimeOff.objects.create(therapist=away, starts_at=begin, ends_at=end)
    cast.appointment(cast.at(10, ahead=63), therapist=cast.jonas)
    page = preview(cast, desk, times="5")
    assert [row.why for row in page.context["rows"]][1:] == [
        "Closed: All Saints.",
        "The practice is closed.",
        "Mira Feld is away then.",
        "The client has another appointment then.",
    ]
    assert all(row.why in page.content.decode() for row in page.context["rows"])


@pytest.mark.invariant("I1")
def test_a_time_taken_meanwhile_books_nothing_and_shows_what_changed(cast: Cast, desk: Browser) -> None:
    page = preview(cast, desk, times="3", safety="none")
    cast.appointment(cast.at(10, ahead=21), client=cast.ben)
    response = book(desk, page)
    assert response.status_code == 422
    assert Appointment.objects.count() == 1
    assert [row.turn.lost for row in response.context["rows"]] == [False, True, False]
    assert sent_back(response)["note"] == "rings twice"
    assert sent_back(response)["safety"] == "none"
    other = response.context["rows"][1].options[0].value
    assert book(desk, response, **{"turn-2": other}).status_code == 302


@pytest.mark.invariant("I4")
def test_the_same_preview_sent_twice_is_one_series(cast: Cast, desk: Browser) -> None:
    page = preview(cast, desk)
    first, second = book(desk, page), book(desk, page)
    assert first["Location"] == second["Location"]
    assert Series.objects.count() == 1


def test_beyond_the_horizon_takes_a_tick_and_a_reason(cast: Cast, desk: Browser) -> None:
    page = preview(cast, desk, every_weeks="12", times="2")
    assert page.context["rows"][1].why == "Further ahead than you usually book."
    ticked = desk.post("/desk/book/repeat/", sent_back(page, show="dates", override="on"))
    assert [row.turn.undecided for row in ticked.context["rows"]] == [False, False]
    assert book(desk, ticked, override="on").status_code == 422
    assert book(desk, ticked, override="on", override_reason="plans her weeks ahead").status_code == 302


def test_anyone_means_whoever_has_most_of_the_dates(cast: Cast, desk: Browser) -> None:
    for ahead in (7, 21):
        cast.appointment(cast.at(10, ahead=ahead), client=cast.ben)
    page = preview(cast, desk, therapist="", times="3")
    assert page.context["pattern"].therapist == cast.jonas
    book(desk, page)
    assert {appointment.therapist for appointment in appointments(Series.objects.get())} == {cast.jonas}


def test_a_new_client_gets_a_file(cast: Cast, desk: Browser) -> None:
    person = {"client": "", "first_name": "Cleo", "last_name": "Ng", "email": "cleo@example.org", "phone": ""}
    book(desk, preview(cast, desk, **person))
    assert Series.objects.get().client == Client.objects.get(email="cleo@example.org")


def test_an_appointment_that_is_there_is_repeated_from_its_page(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    assert (
        f"/desk/appointments/{appointment.public_id}/repeat/"
        in desk.get(f"/desk/appointments/{appointment.public_id}/").content.decode()
    )
    page = desk.get(f"/desk/appointments/{appointment.public_id}/repeat/")
    assert page.context["rows"][0].tone == "settled"
    assert AccessEvent.objects.filter(client=cast.ana.public_id).exists()
    refused = book(desk, page)
    assert list(refused.context["form"].errors) == ["safety"]
    assert book(desk, refused, safety="none").status_code == 302
    assert starts(Series.objects.get()) == [cast.at(10, ahead=7 + 14 * number) for number in range(6)]


@pytest.mark.invariant("I10")
def test_health_answers_travel_only_in_the_body(cast: Cast, desk: Browser) -> None:
    slug = desk.get("/desk/book/").context["form"]["conditions"].field.choices[0][1][0][0]
    page = preview(cast, desk, safety="some", conditions=[slug])
    assert page.request["QUERY_STRING"] == ""
    assert sent_back(page)["safety"] == "some"
    assert page.context["form"]["conditions"].value() == [slug]
    assert not [value for name, value in page.context["carried"] if slug in value]


@pytest.mark.invariant("I7")
def test_an_emergency_answer_books_nothing(cast: Cast, desk: Browser) -> None:
    page = preview(cast, desk, safety="some", red_flags=["ces-saddle-numbness"])
    response = book(desk, page, red_flags=["ces-saddle-numbness"])
    assert response.status_code == 422
    assert response.context["unsafe"] is not None
    assert not Appointment.objects.exists()


def test_a_forged_choice_is_no_choice(cast: Cast, desk: Browser) -> None:
    for value in ("", "x", "|", "2026-01-01|hours|0", "nonsense|x|y", "2026-01-01T10:00+00:00|gap|0"):
        sent = QueryDict(mutable=True)
        sent.update({"turn-2": value, "turn-9999": value, "turn-x": value})
        assert choices_from_post(sent) == {}, value
    assert book(desk, preview(cast, desk, times="3"), **{"turn-2": "nonsense|x|y"}).status_code == 422
    assert not Appointment.objects.exists()


def test_how_often_has_its_limits(cast: Cast, desk: Browser) -> None:
    for name, value in (("every_weeks", 0), ("every_weeks", 13), ("times", 1), ("times", 27)):
        with pytest.raises(ValidationError):
            RepeatForm.base_fields[name].clean(value)
    wrong = {"every_weeks": "0", "times": "27"}
    page = preview(cast, desk, **wrong)
    assert wrong.keys() <= page.context["form"].errors.keys()
    assert "rows" not in page.context
    assert book(desk, preview(cast, desk), **wrong).status_code == 422


@pytest.mark.invariant("I8")
def test_an_appointment_that_is_nobodys_is_not_found(cast: Cast, desk: Browser) -> None:
    assert desk.get(f"/desk/appointments/{uuid.uuid4()}/repeat/").status_code == 404
    assert preview(cast, desk, after=str(uuid.uuid4())).status_code == 404


# -- Moving and cancelling ---------------------------------------------------------------------------------------------


def move_page(desk: Browser, appointment: Appointment, **more: object) -> Any:
    """Look at a move."""
    return desk.post(f"/desk/appointments/{appointment.public_id}/move-series/", {"show": "dates", **more})


def move(desk: Browser, appointment: Appointment, page: Any, **more: object) -> HttpResponse:
    """Press “move these appointments”."""
    form = page.context["form"]
    shown = {name: form[name].value() for name in ("scope", "day", "time")}
    fields = dict(HIDDEN.findall(page.content.decode())), dict(CHECKED.findall(page.content.decode()))
    data = {**fields[0], **fields[1], **shown, "move": "1", **more}
    return desk.post(f"/desk/appointments/{appointment.public_id}/move-series/", data)  # type: ignore[return-value]


def test_the_page_of_a_move_says_which_appointment_it_is_and_leads_to_the_others(cast: Cast, desk: Browser) -> None:
    appointment = appointments(repeated(cast))[1]
    text = desk.get(f"/desk/appointments/{appointment.public_id}/move/").content.decode()
    assert "appointment 2 of 3" in text
    for scope in (SeriesScope.FOLLOWING, SeriesScope.ALL):
        page = desk.get(f"/desk/appointments/{appointment.public_id}/move-series/?scope={scope}")
        assert page.context["form"]["scope"].value() == scope
    alone = cast.appointment(cast.at(14))
    assert "move-series" not in desk.get(f"/desk/appointments/{alone.public_id}/move/").content.decode()


def test_this_and_the_following_move_as_they_were_shown(cast: Cast, desk: Browser) -> None:
    series = repeated(cast)
    appointment = appointments(series)[1]
    page = move_page(desk, appointment, scope="following", day=cast.day(21).isoformat(), time="14:00")
    assert [row.turn.position for row in page.context["rows"]] == [2, 3]
    assert starts(series)[1] == cast.at(10, ahead=21)
    assert move(desk, appointment, page).status_code == 302
    assert starts(series) == [cast.at(10), cast.at(14, ahead=21), cast.at(14, ahead=35)]


def test_a_move_in_conflict_is_decided_first(cast: Cast, desk: Browser) -> None:
    series = repeated(cast)
    cast.appointment(cast.at(14, ahead=35), client=cast.ben)
    appointment = appointments(series)[0]
    page = move_page(desk, appointment, scope="all", day=cast.day().isoformat(), time="14:00")
    assert page.context["undecided"] == 1
    assert move(desk, appointment, page).status_code == 422
    assert starts(series)[0] == cast.at(10)
    assert move(desk, appointment, page, **{"turn-3": "out"}).status_code == 302
    assert starts(series) == [cast.at(14), cast.at(14, ahead=21), cast.at(10, ahead=35)]


def test_a_move_taken_meanwhile_moves_nothing_and_shows_what_changed(cast: Cast, desk: Browser) -> None:
    series = repeated(cast)
    appointment = appointments(series)[0]
    page = move_page(desk, appointment, scope="all", day=cast.day().isoformat(), time="14:00")
    cast.appointment(cast.at(14, ahead=35), client=cast.ben)
    again = move(desk, appointment, page)
    assert again.status_code == 422
    assert starts(series)[0] == cast.at(10)
    assert move(desk, appointment, again, **{"turn-3": "out"}).status_code == 302


def test_a_target_that_nobody_has_looked_at_is_not_moved_to(cast: Cast, desk: Browser) -> None:
    series = repeated(cast)
    appointment = appointments(series)[0]
    page = move_page(desk, appointment, scope="all", day=cast.day().isoformat(), time="14:00")
    assert move(desk, appointment, page, time="15:00").status_code == 422
    assert starts(series)[0] == cast.at(10)


def test_to_where_it_is_nothing_moves(cast: Cast, desk: Browser) -> None:
    appointment = appointments(repeated(cast))[0]
    page = move_page(desk, appointment, scope="all", day=cast.day().isoformat(), time="10:00")
    assert page.context["nothing"]


def test_a_move_that_makes_no_sense_is_refused(cast: Cast, desk: Browser) -> None:
    wrong = {"scope": "everything", "day": "2026-02-31", "time": "25:00"}
    page = move_page(desk, appointments(repeated(cast))[0], **wrong)
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == wrong.keys()
    with pytest.raises(ValidationError):
        MoveSeriesForm.base_fields["scope"].clean(SeriesScope.ONE)


def test_cancelling_asks_how_much_of_the_series(cast: Cast, desk: Browser) -> None:
    series = repeated(cast)
    address = f"/desk/appointments/{appointments(series)[1].public_id}/"
    assert 'name="scope"' in desk.get(address).content.decode()
    typed = {"who": "practice", "reason": "moves away"}
    assert desk.post(f"{address}cancel/", typed).status_code == 422, "one of a series is never taken for granted"
    assert {each.status for each in appointments(series)} == {Status.CONFIRMED}
    assert desk.post(f"{address}cancel/", {**typed, "scope": "one"}).status_code == 302
    assert [each.status for each in appointments(series)] == ["confirmed", "cancelled", "confirmed"]


@pytest.mark.parametrize("scope", ["following", "all"])
def test_a_series_that_was_cancelled_is_taken_back_as_one_and_nobody_hears_of_it(
    cast: Cast, desk: Browser, scope: str
) -> None:
    series = repeated(cast)
    heard = [each.kind for each in mails("confirmation")]
    first, middle, last = appointments(series)
    page = desk.post(
        f"/desk/appointments/{middle.public_id}/cancel/",
        {"who": "practice", "reason": "moves", "scope": scope},
        follow=True,
    )
    (back,) = re.findall(r'href="(/desk/undo/[^"]+)"', page.content.decode())
    cancelled = ["confirmed" if scope == "following" else "cancelled", "cancelled", "cancelled"]
    assert [each.status for each in appointments(series)] == cancelled
    # All of it or nothing: one time that somebody else has by now keeps the others cancelled too.
    taken = cast.appointment(last.starts_at, client=cast.ben, room=cast.blue_room)
    assert desk.post(back).status_code == 409
    assert [each.status for each in appointments(series)] == cancelled
    taken.delete()
    assert "They stand again" in desk.post(back, follow=True).content.decode()
    assert {each.status for each in appointments(series)} == {Status.CONFIRMED}
    assert desk.post(back).status_code == 302, "a second tap"
    assert [each.kind for each in mails("confirmation")] == heard
    assert not mails("cancelled")
    assert first.starts_at == appointments(series)[0].starts_at


def test_an_appointment_alone_is_cancelled_without_being_asked(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(14))
    assert 'name="scope"' not in desk.get(f"/desk/appointments/{appointment.public_id}/").content.decode()
    desk.post(f"/desk/appointments/{appointment.public_id}/cancel/", {"who": "practice", "reason": "ill"})
    appointment.refresh_from_db()
    assert appointment.status == Status.CANCELLED


def test_the_clients_own_link_cancels_only_that_appointment(cast: Cast, client: Browser) -> None:
    series = repeated(cast)
    (mail,) = mails("confirmation")
    links = re.findall(r"https?://\S+?(/appointment/[^\s>]+)", mail.text)
    assert len(set(links)) >= 3
    page = client.get(links[0], follow=True)
    here = page.request["PATH_INFO"]
    shown = client.get(f"{here}cancel/")
    assert "Only this appointment is cancelled" in shown.content.decode()
    client.post(f"{here}cancel/", {"reason": ""})
    assert [each.status for each in appointments(series)].count(Status.CANCELLED) == 1
    assert OutgoingMail.objects.count() == 1


def test_add_ons_travel_along(cast: Cast, desk: Browser) -> None:
    towel = AddOn.objects.create(slug="towel", name="Hot towel", minutes=10, price="8.00")
    towel.services.add(cast.regular)
    appointment = cast.appointment(cast.at(10))
    appointment.add_ons.create(add_on=towel, name=towel.name, minutes=10, price="8.00")
    page = desk.get(f"/desk/appointments/{appointment.public_id}/repeat/")
    assert ("add_ons", "towel") in page.context["carried"]
