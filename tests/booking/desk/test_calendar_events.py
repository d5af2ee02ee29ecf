"""What the drawn calendar of the desk is told: columns, shades, cards, as wall times of the practice."""

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, Holiday, Room, Status, StoneKit, Therapist, TimeOff
from booking.payments.actions import record_payment
from clients.models import Client, Intake
from clinic.models import AccessEvent, Practice, User
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast, staff

PER_WEEK, MOST_QUERIES = 300, 7
Picture = dict[str, Any]


def picture(browser: Browser, cast: Cast, **asked: str) -> Picture:
    """What the calendar is told of the cast's Tuesday, or as asked."""
    response = browser.get("/desk/calendar/events/", {"day": cast.day().isoformat(), "who": "all", **asked})
    assert response.status_code == 200
    told: Picture = response.json()
    return told


def shades(told: Picture, column: str, kind: str) -> list[tuple[str, str, str]]:
    """From when to when (clock times) a column is shaded for a reason, and what that is called."""
    found = [each for each in told["shades"] if (each["column"], each["kind"]) == (column, kind)]
    return [(each["start"][11:16], each["end"][11:16], each["label"]) for each in found]


def card(told: Picture) -> dict[str, Any]:
    """The only card."""
    (only,) = told["cards"]
    found: dict[str, Any] = only
    return found


def test_a_column_for_each_therapist_with_the_hours_outside_of_which_they_are_closed(cast: Cast, desk: Browser) -> None:
    told = picture(desk, cast)
    assert [each["title"] for each in told["columns"]] == ["Mira Feld", "Jonas Weber", "Tess Okafor"]
    assert shades(told, f"therapist-{cast.mira.pk}", "closed") == [("00:00", "09:00", ""), ("17:00", "00:00", "")]
    assert told["opens"] <= 9 * 60
    assert told["closes"] >= 17 * 60


def test_a_card_says_when_who_what_and_where_in_wall_time(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10), service=cast.hot_stone)
    said = card(picture(desk, cast))
    assert (said["id"], said["column"]) == (str(appointment.public_id), f"therapist-{cast.mira.pk}")
    assert (said["start"], said["end"]) == (f"{cast.day()}T10:00:00", f"{cast.day()}T11:30:00")
    assert said["client"] == "Ana Lind"
    for word in ("Hot stone massage", "Green room", "Stone kit"):
        assert word in said["what"]
    assert said["url"] == f"/desk/appointments/{appointment.public_id}/"


def test_buffers_are_shaded_and_a_kit_that_heats_up_in_its_own_column(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10), service=cast.hot_stone)
    after, heats = cast.hot_stone.buffer_after, cast.hot_stone.kit_busy_after
    end = dt.datetime.combine(cast.day(), dt.time(11, 30))
    until, warm = (f"{end + dt.timedelta(minutes=each):%H:%M}" for each in (after, heats))
    assert shades(picture(desk, cast), f"therapist-{cast.mira.pk}", "buffer") == [("11:30", until, "")]
    ((starts, ends, label),) = shades(picture(desk, cast, by="kit"), f"kit-{cast.kit.pk}", "heating")
    assert (starts, ends) == ("11:30", warm)
    assert "Stone kit" in label


def test_time_off_stands_within_the_hours_with_its_reason_and_a_holiday_by_its_name(cast: Cast, desk: Browser) -> None:
    TimeOff.objects.create(therapist=cast.mira, starts_at=cast.at(15), ends_at=cast.at(20), reason="Dentist")
    Holiday.objects.create(date=cast.day(), name="Founders' Day", closed=False)
    told = picture(desk, cast)
    assert shades(told, f"therapist-{cast.mira.pk}", "away") == [("15:00", "17:00", "Dentist")]
    assert shades(told, f"therapist-{cast.jonas.pk}", "holiday") == []
    Holiday.objects.update(closed=True)
    told = picture(desk, cast)
    assert [each[2] for each in shades(told, f"therapist-{cast.jonas.pk}", "holiday")] == ["Founders' Day"]


@pytest.mark.parametrize("by", ["room", "kit"])
def test_rooms_and_kits_are_columns_with_the_therapist_on_the_card(cast: Cast, desk: Browser, by: str) -> None:
    cast.appointment(cast.at(10), service=cast.hot_stone)
    told = picture(desk, cast, by=by)
    names = {"room": ["Green room", "Blue room"], "kit": ["Stone kit"]}
    assert {each["title"] for each in told["columns"]} == set(names[by])
    key = {"room": cast.green_room.pk, "kit": cast.kit.pk}[by]
    assert card(told)["column"] == f"{by}-{key}"
    assert "Mira Feld" in card(told)["what"]


def test_an_appointment_without_a_room_has_a_column_of_its_own(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    appointment.room = None
    appointment.save(update_fields=["room"])
    told = picture(desk, cast, by="room")
    assert card(told)["column"] == "room-none"
    assert "room-none" in {each["id"] for each in told["columns"]}


def test_state_is_told_by_tone_and_sign(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    tones = {}
    for status in (Status.REQUESTED, Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW, Status.CANCELLED):
        appointment.status = status
        appointment.save(update_fields=["status"])
        cards = picture(desk, cast)["cards"]
        tones[status] = [(each["tone"], [sign["icon"] for sign in each["signs"]]) for each in cards]
    assert tones[Status.CONFIRMED][0][0] == "plain"
    assert tones[Status.REQUESTED][0][0] == "requested"
    assert "question" in tones[Status.REQUESTED][0][1]
    assert tones[Status.COMPLETED][0][0] == "over"
    assert "tick" in tones[Status.COMPLETED][0][1]
    assert tones[Status.NO_SHOW] == [("over", ["cross"])]
    assert tones[Status.CANCELLED] == []


def signs(told: Picture) -> list[str]:
    """What the signs of the only card say."""
    return [each["text"] for each in card(told)["signs"]]


def at_the_desk(cast: Cast) -> Browser:
    """The owner, who has signed in just now."""
    browser = Browser()
    browser.force_login(cast.owner)
    return browser


def test_who_is_not_here_when_it_begins_is_late_and_is_noted_as_arrived_from_the_calendar(
    cast: Cast,
) -> None:
    ten, day = cast.at(10), cast.day().isoformat()
    before = cast.appointment(ten - dt.timedelta(days=7), client=cast.ben)
    appointment = cast.appointment(ten)
    Appointment.objects.filter(pk=before.pk).update(arrived_at=before.starts_at)
    with time_machine.travel(ten - dt.timedelta(minutes=90), tick=False):
        desk = at_the_desk(cast)
        assert card(picture(desk, cast, day=day))["arrived"] == ""
    with time_machine.travel(ten + dt.timedelta(minutes=5), tick=False):
        desk = at_the_desk(cast)
        told = picture(desk, cast, day=day)
        assert "late" in signs(told)
        answer = desk.post(card(told)["arrived"], headers={"HX-Request": "true"})
        told = picture(desk, cast, day=day)
        assert "here" in signs(told)
        assert "late" not in signs(told)
        assert card(told)["arrived"] == ""
        undo = json.loads(answer["HX-Trigger"])["desk:done"]["undo"]
        desk.post(undo, headers={"HX-Request": "true"})
        assert "late" in signs(picture(desk, cast, day=day))
        # From the list without scripts one comes back to the same day.
        back = desk.post(f"/desk/appointments/{appointment.public_id}/arrived/", {"calendar": "1"})
        assert back["Location"] == f"/desk/?day={day}"
    appointment.refresh_from_db()
    assert appointment.has_arrived
    # Nobody is late any more once the time is over.
    Appointment.objects.filter(pk=appointment.pk).update(arrived_at=None)
    with time_machine.travel(ten + dt.timedelta(hours=2), tick=False):
        desk = at_the_desk(cast)
        assert "late" not in signs(picture(desk, cast, day=day))


def test_where_nobody_notes_arrivals_nobody_is_called_late(cast: Cast) -> None:
    ten, day = cast.at(10), cast.day().isoformat()
    cast.appointment(ten)
    with time_machine.travel(ten + dt.timedelta(minutes=5), tick=False):
        desk = at_the_desk(cast)
        assert "late" not in signs(picture(desk, cast, day=day))


def test_a_first_appointment_and_an_open_form_are_told(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10))
    said = card(picture(desk, cast))
    assert said["open"]
    assert {"star", "form"} <= {each["icon"] for each in said["signs"]}


def test_what_is_over_says_whether_it_is_paid_to_owners_and_to_its_own_therapist(
    cast: Cast, desk: Browser, client: Browser
) -> None:
    appointment = cast.appointment(cast.at(10), status=Status.COMPLETED)
    record_payment(appointment, amount=appointment.price, method="cash", by=cast.owner)
    assert [each["text"] for each in card(picture(desk, cast))["signs"]] == ["completed", "paid"]
    client.force_login(User.objects.get(email="jonas@stillwater.example"))
    assert [each["text"] for each in card(picture(client, cast))["signs"]] == ["completed"]


@pytest.mark.invariant("I10")
def test_alerts_and_allergies_are_for_those_who_read_health_records(cast: Cast, desk: Browser, client: Browser) -> None:
    cast.appointment(cast.at(10))
    Intake.objects.create(
        client=cast.ana, catalogue_version="1", triage="ok", conditions=["varicose-veins"], allergies="walnut oil"
    )
    said = card(picture(desk, cast))
    assert said["tone"] == "caution"
    assert any("walnut oil" in each["about"] for each in said["alerts"])
    assert len(said["alerts"]) == 2
    front = staff("front@stillwater.example", "Fran Desk")
    client.force_login(front)
    response = client.get("/desk/calendar/events/", {"day": cast.day().isoformat()})
    assert (response.json()["cards"][0]["alerts"], response.json()["cards"][0]["tone"]) == ([], "plain")
    assert "walnut" not in response.content.decode()
    front.user_permissions.add(Permission.objects.get(codename="read_health_records"))
    assert "walnut" in client.get("/desk/calendar/events/", {"day": cast.day().isoformat()}).content.decode()


def test_my_day_has_my_column_alone(cast: Cast, client: Browser) -> None:
    client.force_login(User.objects.get(email="mira@stillwater.example"))
    cast.appointment(cast.at(10), client=cast.ben, therapist=cast.jonas, room=cast.blue_room)
    mine = picture(client, cast, who="me")
    assert [each["title"] for each in mine["columns"]] == ["Mira Feld"]
    assert mine["cards"] == []
    assert len(picture(client, cast)["cards"]) == 1
    assert len(picture(client, cast, who="me", by="room")["cards"]) == 1


def test_a_week_begins_with_the_countrys_first_day_and_leaves_out_days_on_which_nobody_works(
    cast: Cast, desk: Browser
) -> None:
    told = picture(desk, cast, view="week")
    assert told["days"] == 7
    assert dt.date.fromisoformat(told["first"]).weekday() == 0
    Practice.objects.update(country="US")
    assert dt.date.fromisoformat(picture(desk, cast, view="week")["first"]).weekday() == 6


@time_machine.travel("2026-10-20 12:00:00+00:00")
def test_times_around_a_clock_change_are_those_on_the_wall(cast: Cast, desk: Browser) -> None:
    """Berlin goes back from 03:00 to 02:00 on 25 October 2026."""
    before, after = dt.datetime(2026, 10, 24, 8, tzinfo=dt.UTC), dt.datetime(2026, 10, 26, 9, tzinfo=dt.UTC)
    cast.appointment(before)
    cast.appointment(after, client=cast.ben)
    told = picture(desk, cast, view="week", day="2026-10-24")
    assert [each["start"] for each in told["cards"]] == ["2026-10-24T10:00:00"]
    assert [each[1] for each in told["offsets"]] == ["+02:00", "+01:00"]
    assert told["offsets"][1][0] == "2026-10-25T02:00"
    following = picture(desk, cast, view="week", day="2026-10-26")
    assert [each["start"] for each in following["cards"]] == ["2026-10-26T10:00:00"]
    assert [each[1] for each in following["offsets"]] == ["+01:00"]


def test_looking_is_logged_and_a_stranger_finds_nothing(cast: Cast, desk: Browser, client: Browser) -> None:
    picture(desk, cast)
    assert AccessEvent.objects.get().noun == "calendar"
    client.force_login(User.objects.create_user("guest@example.org", "a password for a test"))
    assert client.get("/desk/calendar/events/").status_code == 404


@pytest.mark.parametrize("query", ["by=nobody", "view=year", "day=yesterday", "by=&view=&day=", "who=them"])
def test_an_odd_address_is_answered_with_today(cast: Cast, desk: Browser, query: str) -> None:
    response = desk.get(f"/desk/calendar/events/?{query}")
    assert response.status_code == 200
    assert response.json()["days"] == 1


def full_week(cast: Cast) -> None:
    """Five therapists and three hundred appointments, each of another client with an intake."""
    people = [cast.mira, cast.jonas, cast.tess, *(Therapist.objects.create(name=f"Therapist {n}") for n in range(2))]
    rooms = [Room.objects.create(name=f"Room {number}") for number in range(5)]
    kits = [StoneKit.objects.create(name=f"Kit {number}") for number in range(2)]
    assert kits
    monday = cast.day() - dt.timedelta(days=cast.day().weekday())
    for number in range(PER_WEEK):
        hours, place = divmod(number, len(people))
        day, hour = divmod(hours, 10)
        guest = Client.objects.create(first_name="Guest", last_name=f"No {number}", email=f"g{number}@example.org")
        start = dt.datetime.combine(monday + dt.timedelta(days=day), dt.time(8 + hour), cast.zone)
        cast.appointment(start, client=guest, service=cast.back, therapist=people[place], room=rooms[place])
        Intake.objects.create(
            client=guest, catalogue_version="1", triage="ok", conditions=["varicose-veins"], allergies="nuts"
        )


def test_a_week_of_three_hundred_appointments_costs_seven_queries(cast: Cast, desk: Browser) -> None:
    full_week(cast)
    for by in ("therapist", "room", "kit"):
        picture(desk, cast, view="week", by=by)
        with CaptureQueriesContext(connection) as asked:
            told = picture(desk, cast, view="week", by=by)
        assert len(told["cards"]) == (0 if by == "kit" else PER_WEEK)
        assert len(asked) <= MOST_QUERIES, by


def test_a_week_says_what_is_free_from_now_on(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10))
    TimeOff.objects.create(therapist=cast.mira, starts_at=cast.at(12), ends_at=cast.at(13), reason="Course")
    asked = {"day": cast.day().isoformat(), "view": "week", "who": "all"}
    found = desk.get("/desk/calendar/events/", asked).json()["free"]
    day = cast.day().isoformat()
    mine = [each for each in found if each["column"] == f"therapist-{cast.mira.pk}" and each["start"].startswith(day)]
    times = [(each["start"][11:], each["end"][11:]) for each in mine]
    assert times == [("09:00", "10:00"), ("11:15", "12:00"), ("13:00", "17:00")]
    assert "book Mira Feld" in mine[0]["label"]
    assert mine[0]["url"] == f"/desk/book/?resource=therapist-{cast.mira.pk}&start={day}T09:00"
    assert desk.get("/desk/calendar/events/", {**asked, "day": "2020-01-07"}).json()["free"] == []


def test_rooms_and_kits_say_when_they_are_free_while_somebody_works(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10), service=cast.hot_stone)
    cast.appointment(cast.at(10), client=cast.ben, therapist=cast.jonas, room=cast.blue_room)
    Appointment.objects.filter(client=cast.ben).update(room=None)
    old = Room.objects.create(name="Old room", active=False)
    cast.appointment(cast.at(16), client=cast.ben, therapist=cast.jonas, room=old)
    day = cast.day().isoformat()
    rooms = picture(desk, cast, by="room")
    assert {f"room-{old.pk}", "room-none"} < {each["id"] for each in rooms["columns"]}
    times = {(each["column"], each["start"][11:], each["end"][11:]) for each in rooms["free"]}
    green, blue = f"room-{cast.green_room.pk}", f"room-{cast.blue_room.pk}"
    assert times == {(green, "08:00", "10:00"), (green, "11:45", "20:00"), (blue, "08:00", "20:00")}
    assert rooms["free"][0]["url"] == f"/desk/book/?resource={green}&start={day}T08:00"
    kits = [(each["start"], each["end"]) for each in picture(desk, cast, by="kit", view="week")["free"]]
    hours = [each[:2] for each in kits if each[0].startswith(day)]
    assert hours == [(f"{day}T08:00", f"{day}T10:00"), (f"{day}T12:00", f"{day}T20:00")]


def test_with_a_service_chosen_only_what_it_fits_into_is_free(cast: Cast, desk: Browser) -> None:
    """From a quarter past ten there is room for a back relief of 25 minutes, and for nothing longer."""
    for hour, minute, name in ((9, 0, "ana"), (11, 15, "ben")):
        cast.appointment(cast.at(hour, minute), client=getattr(cast, name), service=cast.regular)
    day, mira = cast.day().isoformat(), f"therapist-{cast.mira.pk}"

    def free(column: str, **asked: str) -> list[tuple[str, str]]:
        told = picture(desk, cast, **asked)["free"]
        here = [each for each in told if each["column"] == column and each["start"].startswith(day)]
        return [(each["start"][11:], each["end"][11:]) for each in here]

    assert free(mira, view="week") == [("10:15", "11:15"), ("12:30", "17:00")]
    assert free(mira, view="week", service=cast.back.slug) == [("10:30", "10:55"), ("12:30", "16:55")]
    assert free(mira, view="week", service=cast.regular.slug) == [("12:30", "17:00")]
    assert free(mira, service=cast.regular.slug) == [("12:30", "17:00")], "on a day too"
    assert free(f"therapist-{cast.tess.pk}", service=cast.hot_stone.slug) == [], "who does not give it is not free"
    assert free(f"room-{cast.green_room.pk}", by="room", service=cast.hot_stone.slug)[0] == ("12:30", "20:00")
    assert free(f"kit-{cast.kit.pk}", by="kit", service=cast.hot_stone.slug)
    assert free(f"kit-{cast.kit.pk}", by="kit", service=cast.regular.slug) == []
    first = picture(desk, cast, view="week", service=cast.regular.slug)["free"][0]
    assert f"service={cast.regular.slug}" in first["url"]
    assert free(mira, view="week", service="gone") == free(mira, view="week")
    page = desk.get("/desk/", {"day": day, "who": "all", "service": cast.regular.slug}).content.decode()
    assert "nothing fits" in page, "and so says the list"


def test_a_week_for_one_service_costs_one_query_more(cast: Cast, desk: Browser) -> None:
    full_week(cast)
    asked: dict[bool, int] = {}
    for chosen in (False, True):
        more = {"service": cast.regular.slug} if chosen else {}
        picture(desk, cast, view="week", **more)
        with CaptureQueriesContext(connection) as queries:
            picture(desk, cast, view="week", **more)
        asked[chosen] = len(queries)
    assert asked[False] <= MOST_QUERIES
    assert asked[True] <= asked[False] + 1
