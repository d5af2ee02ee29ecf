"""Today at a glance."""

import datetime as dt
import re
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.appointments.time_off import block_time
from booking.desk.calendar.dates import day_from_query, practice_today
from booking.models import Room, Status
from clients.models import Client, Intake, Screening
from clinic.models import AccessEvent, DeliveryStatus, Heartbeat, Practice, User
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


def day_url(cast: Cast, who: str = "all") -> str:
    """The desk on the cast's Tuesday."""
    return f"/desk/?day={cast.day().isoformat()}&who={who}"


def html(browser: Browser, url: str) -> str:
    """A page that must be there."""
    response = browser.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_an_appointment_shows_when_who_what_and_where(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10), service=cast.hot_stone)
    page = html(desk, day_url(cast))
    for word in ("10:00", "Ana Lind", "Hot stone massage, 90", "Green room", "Stone kit", "confirmed"):
        assert word in page
    assert f"/desk/appointments/{appointment.public_id}/" in page


def test_gaps_are_offered_as_free_from_the_end_of_the_buffer(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10))
    page = html(desk, day_url(cast))
    day = cast.day().isoformat()
    assert f"?therapist={cast.mira.public_id}&amp;start={day}T09:00" in page
    # 10:00 to 11:00 and a buffer of 15 minutes after.
    assert f"?therapist={cast.mira.public_id}&amp;start={day}T11:15" in page
    assert f"?therapist={cast.mira.public_id}&amp;start={day}T10:00" not in page


def test_what_is_past_is_not_free_and_a_gap_under_way_begins_with_the_next_step(cast: Cast) -> None:
    cast.appointment(cast.at(12))
    day, url = cast.day().isoformat(), day_url(cast)
    free = f"?therapist={cast.mira.public_id}&amp;start={day}T"
    Practice.objects.update(slot_step_minutes=15, notice_minutes=0)
    times = {at: cast.at(*at) for at in ((10, 7), (13, 30), (16, 50))}

    def at(hour: int, minute: int) -> str:
        with time_machine.travel(times[hour, minute], tick=False):
            browser = Browser()
            browser.force_login(cast.owner)
            return html(browser, url)

    assert f"{free}10:15" in at(10, 7)
    assert f"{free}09:00" not in at(10, 7)
    afternoon = at(13, 30)
    assert f"{free}13:30" in afternoon, "a gap that begins just now"
    assert f"{free}09:00" not in afternoon
    assert f"start={day}T08:00" not in afternoon, "nor is Tess free, who went home at one"
    assert "Tess Okafor" in afternoon
    assert "Nothing booked" in afternoon
    assert free not in at(16, 50), "what is left is too short"


def test_time_off_is_shown_as_away_and_not_as_free(cast: Cast, desk: Browser) -> None:
    block_time(therapist=cast.mira, starts_at=cast.at(9), ends_at=cast.at(17), reason="course")
    page = html(desk, day_url(cast))
    assert "away" in page
    assert f"?therapist={cast.mira.public_id}" not in page


def test_my_day_shows_my_appointments_only(cast: Cast, client: Browser) -> None:
    cast.appointment(cast.at(10), therapist=cast.mira)
    cast.appointment(cast.at(10), therapist=cast.jonas, client=cast.ben, room=cast.blue_room)
    client.force_login(cast.mira.user)  # type: ignore[arg-type] # the cast gives everyone a sign-in
    assert "Ben Haas" not in html(client, day_url(cast, "me"))
    assert "Ben Haas" in html(client, day_url(cast, "all"))


def test_a_day_without_appointments_leads_on_to_the_next_that_has_some(
    cast: Cast, desk: Browser, client: Browser
) -> None:
    shown = (cast.day() - dt.timedelta(days=3)).isoformat()
    on, link = cast.day().isoformat(), "Continue to the next appointments"
    assert link not in html(desk, f"/desk/?day={shown}&who=all"), "nothing is booked at all"
    cast.appointment(cast.at(10), therapist=cast.jonas)
    assert f"/desk/?day={on}&amp;who=all" in html(desk, f"/desk/?day={shown}&who=all")
    assert link not in html(desk, day_url(cast)), "this day has an appointment"
    client.force_login(cast.tess.user)  # type: ignore[arg-type] # the cast gives everyone a sign-in
    assert link not in html(client, f"/desk/?day={shown}&who=me"), "and it is not hers"


def test_a_first_appointment_is_marked_and_a_second_is_not(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10))
    assert "First visit" in html(desk, day_url(cast))
    cast.appointment(timezone.now() - dt.timedelta(days=30), status=Status.COMPLETED)
    assert "First visit" not in html(desk, day_url(cast))


def test_a_missing_intake_is_said(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10))
    assert "Intake missing" in html(desk, day_url(cast))
    give_intake(cast.ana)
    assert "Intake filled" in html(desk, day_url(cast))


def test_an_emergency_answer_is_said(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10))
    give_intake(cast.ana, triage="emergency", red_flags=["cauda-equina"])
    assert "Emergency answer" in html(desk, day_url(cast))


def test_an_intake_that_differs_from_the_one_before_is_marked_as_changed(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10))
    give_intake(cast.ana, given_at=timezone.now() - dt.timedelta(days=90))
    give_intake(cast.ana, conditions=["varicose-veins"])
    assert "Answers changed" in html(desk, day_url(cast))


def test_an_answer_that_limits_the_massage_is_a_chip_with_its_condition(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    appointment.screening = Screening.objects.create(
        client=cast.ana,
        technique="regular-massage",
        conditions=["varicose-veins"],
        triage="ok",
        level="local_avoid_when",
        catalogue_version="1",
    )
    appointment.save(update_fields=["screening"])
    assert "Avoid locally: Varicose veins" in html(desk, day_url(cast))


def test_an_answer_that_the_catalogue_has_lost_breaks_nothing(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10))
    give_intake(cast.ana, conditions=["long-gone"], red_flags=["never-was"], symptoms=["forgotten"])
    assert "Ana Lind" in html(desk, day_url(cast))


def test_an_appointment_over_midnight_stands_on_both_days(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(23, 30))
    both = (cast.day(), cast.day() + dt.timedelta(days=1))
    for day in both:
        assert "Ana Lind" in html(desk, f"/desk/?day={day.isoformat()}&who=all")


@pytest.mark.usefixtures("within_the_hour")
def test_an_address_without_a_real_date_shows_today(cast: Cast, desk: Browser) -> None:
    today = practice_today(cast.practice)
    assert f'value="{today.isoformat()}"' in html(desk, "/desk/?day=2026-02-31")
    for day in ("", "yesterday", "2026-02-31", "0001-01-01", "9999-12-31", "<script>"):
        assert day_from_query(QueryDict(urlencode({"day": day})), cast.practice) == today, day


def test_a_paused_channel_and_a_stale_sweep_are_said_on_top(cast: Cast, desk: Browser) -> None:
    assert "start the worker" in html(desk, "/desk/")
    for name in ("reminders", "mail"):
        Heartbeat.objects.create(name=name)
    assert "start the worker" not in html(desk, "/desk/")
    DeliveryStatus.objects.create(paused_until=timezone.now() + dt.timedelta(hours=1), reason="sign-in refused")
    page = html(desk, "/desk/")
    assert "Mail is paused: the mail server refuses our sign-in, or takes no mail from us." in page
    assert page.index("What the mail server said") < page.index("sign-in refused")


def test_looking_at_the_day_is_one_line_in_the_access_log(cast: Cast, desk: Browser) -> None:
    desk.get("/desk/")
    event = AccessEvent.objects.get()
    assert (event.user, event.action, event.noun, event.client) == (cast.owner, "list", "day", None)


def test_thirty_appointments_cost_no_more_queries_than_three(cast: Cast, desk: Browser) -> None:
    fill(cast, 3)
    desk.get(day_url(cast))
    with CaptureQueriesContext(
        connection,
    ) as few:
        html(desk, day_url(cast))
    fill(cast, 27, from_number=3)
    with CaptureQueriesContext(connection) as many:
        page = html(desk, day_url(cast))
    assert page.count("Guest") >= 30
    assert len(many) == len(few)
    assert len(few) <= 20


def fill(cast: Cast, number: int, from_number: int = 0) -> None:
    """Appointments, each by a client of its own with an intake; each therapist has a room."""
    rooms = (cast.green_room, cast.blue_room, Room.objects.get_or_create(name="Yellow room")[0])
    therapists = (cast.mira, cast.jonas, cast.tess)
    for count in range(from_number, from_number + number):
        guest = Client.objects.create(first_name="Guest", last_name=f"Number {count}", email=f"g{count}@example.org")
        start = cast.at(6) + dt.timedelta(minutes=90 * (count // 3))
        cast.appointment(start, client=guest, therapist=therapists[count % 3], room=rooms[count % 3])
        give_intake(guest, conditions=["varicose-veins"])


def give_intake(client: Client, **answers: object) -> Intake:
    """An intake of this client, given now unless said otherwise."""
    return Intake.objects.create(
        client=client,
        catalogue_version="1",
        **{"triage": "ok", **answers},
    )


def test_the_week_counts_each_therapists_appointments_and_those_that_wait(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10), status=Status.REQUESTED)
    page = html(desk, f"/desk/week/?day={cast.day().isoformat()}")
    assert re.search(r"Mira Feld\s+<small>\s*1\s*<", page)
    assert "one waits for a yes" in page
    assert "Ana Lind" in page


def test_a_therapists_week_is_theirs_until_they_ask_for_everyones(cast: Cast, client: Browser) -> None:
    client.force_login(User.objects.get(email="mira@stillwater.example"))
    cast.appointment(cast.at(10))
    cast.appointment(cast.at(10), client=cast.ben, therapist=cast.jonas, room=cast.blue_room)
    week = f"/desk/week/?day={cast.day().isoformat()}"
    mine, everyones = html(client, week), html(client, f"{week}&who=all")
    assert str(cast.ana) in mine
    assert str(cast.ben) not in mine
    listed = everyones[everyones.index('<ol class="week">') :]
    assert f'/desk/book/?day={cast.day().isoformat()}"' in listed
    assert "/desk/book/?day=" not in html(client, "/desk/week/?day=2020-01-07&who=all"), "that week is over"
    assert listed.index("Jonas Weber") < listed.index(str(cast.ben))


def test_a_name_stands_once_a_day_over_the_appointments_of_that_therapist(cast: Cast, desk: Browser) -> None:
    for hour in (9, 11, 13):
        cast.appointment(cast.at(hour))
    for hour in (10, 15):
        cast.appointment(cast.at(hour), client=cast.ben, therapist=cast.jonas, room=cast.blue_room)
    page = html(desk, f"/desk/week/?day={cast.day().isoformat()}&who=all")
    page = page[page.index('<ol class="week">') :]
    assert (page.count("Mira Feld"), page.count("Jonas Weber")) == (1, 1)
    theirs = page[page.index("Jonas Weber") : page.index("Mira Feld")]
    assert (theirs.count(str(cast.ben)), theirs.count(str(cast.ana))) == (2, 0)


@time_machine.travel("2026-10-24 12:00:00+00:00")
def test_gaps_of_the_day_on_which_the_clock_goes_back_are_true(cast: Cast, desk: Browser) -> None:
    page = html(desk, "/desk/?day=2026-10-25&who=all")
    assert "T09:00" in page
    assert "17:00" in page


@pytest.mark.parametrize(
    "odd", ["start=yesterday", "start=9999-01-01T10:00", "start=2026-11-24T10:00&therapist=nobody"]
)
def test_an_odd_address_of_a_drop_shows_the_plain_page_of_moving(cast: Cast, desk: Browser, odd: str) -> None:
    appointment = cast.appointment(cast.at(10))
    page = html(desk, f"/desk/appointments/{appointment.public_id}/move/?{odd}")
    assert "Move the appointment" in page
    assert "Yes, move it" not in page


@pytest.mark.parametrize("page", ["/desk/", "/desk/week/", "/desk/month/"])
def test_everyone_is_one_tap_from_mine_and_a_colleague_two(cast: Cast, client: Browser, page: str) -> None:
    client.force_login(User.objects.get(email="mira@stillwater.example"))
    bar = client.get(page).context["bar"]
    assert [each.label.split()[0] for each in bar.whose] == ["My", "Everyone"]
    assert [(each.label, each.chosen) for each in bar.people] == [("Jonas Weber", False), ("Tess Okafor", False)]
    client.force_login(cast.owner)
    bar = client.get(page).context["bar"]
    assert [(each.label, each.chosen) for each in bar.whose] == [("Everyone", True)]
    assert len(bar.people) == 3


def test_in_the_columns_of_rooms_the_list_and_its_count_are_everyones(cast: Cast, client: Browser) -> None:
    client.force_login(User.objects.get(email="mira@stillwater.example"))
    cast.appointment(cast.at(10), client=cast.ben, therapist=cast.jonas)
    day = cast.day().isoformat()
    assert "Ben Haas" not in html(client, f"/desk/?day={day}&who=me")
    for page in ("/desk/", "/desk/week/"):
        assert "Ben Haas" in html(client, f"{page}?day={day}&by=room")
