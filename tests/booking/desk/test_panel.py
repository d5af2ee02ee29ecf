"""The form that books as the calendar opens it: filled by where one tapped, answered by the file; and the others."""

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.utils import timezone

from booking.models import Appointment, Status, StoneKit, TimeOff
from booking.scheduling import schedule
from booking.scheduling.order import Order
from clients.catalogue import current_edition
from clients.models import Client, Intake
from clinic.models import User
from tests.fixtures.add_ons import Extras
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast

HTMX = {"HX-Request": "true"}


def health_form(client: Client, *conditions: str, ago: dt.timedelta = dt.timedelta()) -> Intake:
    """A whole health form, under the catalogue in force."""
    return Intake.objects.create(
        client=client,
        catalogue_version=current_edition().label,
        triage="ok",
        conditions=list(conditions),
        given_at=timezone.now() - ago,
    )


def tapped(cast: Cast, hour: int, minute: int = 0, **more: str) -> dict[str, str]:
    """What the calendar asks for where somebody tapped in Mira's column."""
    local = cast.at(hour, minute).astimezone(cast.zone)
    return {"resource": f"therapist-{cast.mira.pk}", "start": local.isoformat(), **more}


def form_of(cast: Cast, **more: object) -> dict[str, object]:
    """The form as it is sent: Ana, with Mira at ten, by what the file says."""
    return {
        "key": str(uuid.uuid4()),
        "client": str(cast.ana.public_id),
        "service": cast.regular.slug,
        "therapist": str(cast.mira.public_id),
        "day": cast.day().isoformat(),
        "time": "10:00",
        "safety": "file",
        "book": "1",
        **more,
    }


def said(response: Any) -> dict[str, Any]:
    """What an answer to the panel says was done."""
    found: dict[str, Any] = json.loads(response["HX-Trigger"])["desk:done"]
    return found


def test_a_tap_fills_therapist_day_and_time_and_offers_who_was_here_last(cast: Cast, desk: Browser) -> None:
    for hours, client in ((50, cast.ana), (26, cast.ben)):
        cast.appointment(timezone.now() - dt.timedelta(hours=hours), client=client, status=Status.COMPLETED)
    page = desk.get("/desk/book/", tapped(cast, 14), headers=HTMX)
    assert "<html" not in page.content.decode()
    assert page.context["form"].initial["therapist"] == cast.mira.public_id
    assert page.context["chosen_start"] == cast.at(14).astimezone(cast.zone).isoformat()
    assert page.context["people"] == [cast.ben, cast.ana], "who was here last stands first"


def test_a_tap_in_a_room_fills_the_room_and_books_into_it(cast: Cast, desk: Browser) -> None:
    health_form(cast.ana)
    page = desk.get("/desk/book/", tapped(cast, 14, resource=f"room-{cast.blue_room.pk}"))
    assert page.context["form"].initial["room"] == cast.blue_room
    assert desk.post("/desk/book/", form_of(cast, room=cast.blue_room.pk)).status_code == 302
    assert Appointment.objects.get().room == cast.blue_room
    taken = form_of(cast, room=cast.blue_room.pk, therapist=str(cast.jonas.public_id), client=str(cast.ben.public_id))
    refused = desk.post("/desk/book/", {**taken, "safety": "none"})
    assert refused.status_code == 422
    assert Appointment.objects.count() == 1


def test_a_tap_in_a_kit_chooses_what_needs_it_and_books_that_kit(cast: Cast, desk: Browser) -> None:
    health_form(cast.ana)
    cast.appointment(timezone.now() - dt.timedelta(days=9), status=Status.COMPLETED)
    column = f"kit-{cast.kit.pk}"
    assert "kit" not in desk.get("/desk/book/", tapped(cast, 14, resource=column)).context["form"].fields
    spare = StoneKit.objects.create(name="Spare kit", position=9)
    form = desk.get("/desk/book/", tapped(cast, 14, resource=f"kit-{spare.pk}")).context["form"]
    assert (form.initial["kit"], form.initial["service"]) == (spare, cast.hot_stone.slug)
    sent = form_of(cast, kit=spare.pk, service=cast.hot_stone.slug)
    picked = desk.post("/desk/book/", {**sent, "pick": str(cast.ana.public_id), "service_default": ""}, headers=HTMX)
    assert picked.context["form"].initial["service"] == cast.hot_stone.slug, "whatever the client had last"
    assert desk.post("/desk/book/", sent).status_code == 302
    assert Appointment.objects.upcoming().get().kit == spare
    taken = form_of(cast, kit=spare.pk, service=cast.hot_stone.slug, therapist=str(cast.jonas.public_id))
    refused = desk.post("/desk/book/", {**taken, "client": str(cast.ben.public_id), "safety": "none"})
    assert refused.status_code == 422
    assert Appointment.objects.upcoming().count() == 1, "the other kit is free, but not the one that is wanted"


def test_a_tap_means_the_next_free_time_within_half_an_hour_and_else_says_why_not(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(13), client=cast.ben)
    page = desk.get("/desk/book/", tapped(cast, 14, 15, service=cast.regular.slug))
    assert page.context["chosen_start"] == cast.at(14, 30).astimezone(cast.zone).isoformat()
    page = desk.get("/desk/book/", tapped(cast, 12, 30, service=cast.regular.slug))
    assert page.context["chosen_start"] == ""
    assert "Mira Feld has another appointment then." in page.content.decode()


def test_a_client_who_is_picked_brings_what_they_had_last_unless_another_was_chosen(cast: Cast, desk: Browser) -> None:
    cast.appointment(
        timezone.now() - dt.timedelta(days=9), service=cast.hot_stone, therapist=cast.jonas, status=Status.COMPLETED
    )
    first = desk.get("/desk/book/", headers=HTMX).context["service_default"]
    assert first == cast.back.slug
    sent = {**form_of(cast, time="", therapist=""), "pick": str(cast.ana.public_id), "service": first}
    picked = desk.post("/desk/book/", {**sent, "service_default": first}, headers=HTMX).context["form"]
    assert (picked.initial["service"], picked.initial["therapist"]) == (cast.hot_stone.slug, str(cast.jonas.public_id))
    chosen = {**sent, "service": cast.regular.slug, "service_default": first}
    assert desk.post("/desk/book/", chosen, headers=HTMX).context["form"].initial["service"] == cast.regular.slug


def test_what_the_file_knows_is_not_asked_and_what_passes_is(cast: Cast, desk: Browser) -> None:
    health_form(cast.ana, "varicose-veins")
    page = desk.get("/desk/book/", {"client": str(cast.ana.public_id), "service": cast.regular.slug}, headers=HTMX)
    form = page.context["form"]
    assert form.file_is_enough
    asked = {line.box.data["value"] for line in form.passing}
    assert "varicose-veins" not in asked
    assert asked
    assert desk.post("/desk/book/", form_of(cast), headers=HTMX).status_code == 204
    screening = Appointment.objects.get().screening
    assert screening is not None
    assert screening.conditions == ["varicose-veins"]
    assert screening.denied == [], "nobody was asked, so nobody said no"


def test_something_new_is_told_besides_what_the_file_says(cast: Cast, desk: Browser) -> None:
    health_form(cast.ana, "varicose-veins")
    page = desk.get("/desk/book/", {"client": str(cast.ana.public_id), "service": cast.regular.slug})
    flag = page.context["form"].flag_lines()[0].box.data["value"]
    refused = desk.post("/desk/book/", form_of(cast, red_flags=[flag]))
    assert refused.status_code == 422
    assert refused.context["unsafe"] is not None
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    ("typed", "why"), [({"phone": "+49 30 5550 111"}, "Same phone."), ({"email": "ANA@example.org"}, "Same e-mail.")]
)
def test_a_new_client_with_the_phone_or_address_of_a_file_is_asked_about_and_one_tap_takes_it(
    cast: Cast, desk: Browser, typed: dict[str, str], why: str
) -> None:
    new = form_of(cast, client="", first_name="Annie", last_name="Lindqvist", safety="", **typed)
    asked = desk.post("/desk/book/alike/", new, headers=HTMX).content.decode()
    assert "Is this Ana Lind?" in asked
    assert why in asked
    assert f'name="pick" value="{cast.ana.public_id}"' in asked
    taken = desk.post("/desk/book/", {**new, "pick": str(cast.ana.public_id)}, headers=HTMX)
    assert taken.context["client"] == cast.ana
    other = form_of(cast, client="", first_name="Annie", last_name="Lindqvist", email="annie@example.org", safety="")
    assert "Is this" not in desk.post("/desk/book/alike/", other, headers=HTMX).content.decode()
    same = {**new, "first_name": "Ana", "last_name": "Lind", "email": ""}
    if "phone" in typed:
        assert "No, another person" in desk.post("/desk/book/alike/", same, headers=HTMX).content.decode()


@pytest.mark.parametrize("ago", [400, 5])
def test_a_file_that_is_too_old_or_without_answers_is_asked_for(cast: Cast, desk: Browser, ago: int) -> None:
    who = cast.ana if ago == 400 else cast.ben
    health_form(cast.ana, ago=dt.timedelta(days=ago))
    page = desk.get("/desk/book/", {"client": str(who.public_id)}, headers=HTMX)
    assert not page.context["form"].file_is_enough
    assert 'name="safety"' in page.content.decode()


@pytest.mark.invariant("I10")
@pytest.mark.parametrize(
    ("condition", "service", "title"),
    [
        ("varicose-veins", "regular", "May be booked"),
        ("heat-intolerance", "hot_stone", "Not this massage"),
        ("bleeding-disorder", "regular", "it waits for a therapist"),
    ],
)
def test_before_it_is_booked_the_panel_says_what_this_service_will_come_to(
    cast: Cast, client: Browser, condition: str, service: str, title: str
) -> None:
    """To everyone; why, only to those who read health records."""
    health_form(cast.ana, condition)
    client.force_login(User.objects.create_user("front@stillwater.example", PASSWORD, name="Fay", is_staff=True))
    label, sent = current_edition().catalogue.index.conditions[condition].name, {}
    for user in (None, cast.owner):
        if user is not None:
            client.force_login(user)
        sent = form_of(cast, service=getattr(cast, service).slug)
        told = client.post("/desk/book/safety/", sent, headers=HTMX).content.decode()
        asked = {name: str(sent[name]) for name in ("client", "service")}
        opened = client.get("/desk/book/", asked, headers=HTMX)
        beside = opened.content.decode().partition('id="foresight"')[2].partition("file-line")[0]
        assert title in told
        assert title in beside
        assert (label in told) is (label in beside) is (user is not None and title != "May be booked")
    assert not Appointment.objects.exists()
    booked = client.post("/desk/book/", sent, headers=HTMX)
    assert booked.status_code == (422 if title == "Not this massage" else 204)
    if title != "Not this massage":
        waits = Appointment.objects.get().status == Status.REQUESTED
        assert waits is ("waits" in title)
    else:
        suits = booked.context["instead"].order.service.slug
        chosen = client.post("/desk/book/", {**sent, "suits": suits}, headers=HTMX)
        assert chosen.context["form"]["service"].value() == suits
        assert "May be booked" in chosen.content.decode(), "chosen, and not booked by that"


def test_a_sign_that_is_ticked_lets_a_therapist_call_first_and_an_open_question_foretells_nothing(
    cast: Cast, desk: Browser
) -> None:
    flag = desk.get("/desk/book/").context["form"].flag_lines()[0].box.data["value"]
    asked = desk.post("/desk/book/safety/", form_of(cast, safety="some", red_flags=[flag])).content.decode()
    assert "A therapist calls first" in asked
    assert "notice" not in desk.post("/desk/book/safety/", form_of(cast, safety="")).content.decode()
    health_form(cast.ana, "bleeding-disorder", ago=dt.timedelta(days=400))
    assert "it waits" in desk.post("/desk/book/safety/", form_of(cast, safety="")).content.decode()


@pytest.mark.invariant("I10")
def test_the_front_desk_reads_that_there_is_a_health_form_and_not_what_it_says(cast: Cast, client: Browser) -> None:
    health_form(cast.ana, "varicose-veins")
    client.force_login(User.objects.create_user("front@stillwater.example", PASSWORD, name="Fay", is_staff=True))
    page = client.get("/desk/book/", {"client": str(cast.ana.public_id)}, headers=HTMX).content.decode()
    name = current_edition().catalogue.index.conditions["varicose-veins"].name
    shown = page.partition("file-line")[2].partition("</p>")[0]
    assert "Known from the health form" in shown
    assert name not in shown
    client.force_login(cast.owner)
    page = client.get("/desk/book/", {"client": str(cast.ana.public_id)}, headers=HTMX).content.decode()
    assert name in page.partition("file-line")[2].partition("</p>")[0]


def test_a_booking_from_the_panel_says_how_it_is_taken_back_and_sends_nothing_then(cast: Cast, desk: Browser) -> None:
    health_form(cast.ana)
    answer = desk.post("/desk/book/", form_of(cast), headers=HTMX)
    assert answer.status_code == 204
    undone = desk.post(said(answer)["undo"], headers=HTMX)
    assert not said(undone)["failed"]
    appointment = Appointment.objects.get()
    assert appointment.status == Status.CANCELLED
    assert not appointment.reminders.filter(state="due").exists()


@pytest.mark.invariant("I4")
def test_the_same_panel_sent_twice_is_one_appointment(cast: Cast, desk: Browser) -> None:
    health_form(cast.ana)
    sent = form_of(cast)
    first, second = (said(desk.post("/desk/book/", sent, headers=HTMX)) for _turn in range(2))
    assert first["url"] == second["url"]
    assert Appointment.objects.count() == 1


def test_a_time_that_was_just_taken_comes_with_the_same_time_with_a_colleague_one_tap_each(
    cast: Cast, desk: Browser
) -> None:
    health_form(cast.ana)
    cast.appointment(cast.at(10), client=cast.ben)
    sent = form_of(cast, note="rings twice", add_ons=[])
    refused = desk.post("/desk/book/", sent, headers=HTMX)
    buttons = refused.context["alternatives"]
    assert "with" in buttons[0]["words"]
    assert "rings twice" in refused.content.decode()
    taken = desk.post("/desk/book/", {**sent, "alternative": buttons[0]["value"]}, headers=HTMX)
    assert taken.status_code == 204
    booked = Appointment.objects.get(client=cast.ana)
    assert booked.starts_at == cast.at(10)
    assert booked.therapist != cast.mira


# -- Blocking ---------------------------------------------------------------------------------------------------------


def test_a_stretch_that_was_dragged_over_is_blocked_and_opened_again(cast: Cast, desk: Browser) -> None:
    asked = tapped(cast, 14, end=cast.at(15, 30).astimezone(cast.zone).isoformat())
    form = desk.get("/desk/time-off/", asked, headers=HTMX).context["form"]
    assert form.initial["therapist"] == str(cast.mira.public_id)
    assert (form.initial["from_time"], form.initial["until_time"]) == (dt.time(14), dt.time(15, 30))
    sent = {**form.initial, "from_time": "14:00", "until_time": "15:30", "reason": "dentist"}
    cast.appointment(cast.at(15), client=cast.ben)
    answer = desk.post("/desk/time-off/", sent, headers=HTMX)
    assert said(answer)["url"] == "/desk/blocked/", "what lies in it is to be seen to"
    off = TimeOff.objects.get()
    assert (off.therapist, off.starts_at, off.ends_at) == (cast.mira, cast.at(14), cast.at(15, 30))
    desk.post(said(answer)["undo"], headers=HTMX)
    assert not TimeOff.objects.exists()


# -- Who is free ------------------------------------------------------------------------------------------------------


@pytest.mark.invariant("I2")
def test_who_is_free_in_a_week_is_what_can_be_booked(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10), client=cast.ben)
    day = cast.day()
    page = desk.get("/desk/next-free/", {"service": cast.regular.slug, "day": day.isoformat()})
    shown = next(each for each in page.context["days"] if each.date == day)
    offered = schedule.month_of(Order.of(cast.regular), first=day, last=day).offers
    for each in shown.therapists:
        free = [one.start for one in offered if each.therapist in one.therapists]
        assert {start for _url, start in each.times} <= set(free)
        assert {start for _url, start in (*each.times, *each.rest)} == set(free)
    assert [each.therapist for each in shown.therapists] == [cast.mira, cast.jonas, cast.tess]
    url, start = shown.therapists[0].times[0]
    form = desk.get(url, headers=HTMX)
    assert form.context["chosen_start"] == start.isoformat()
    assert form.context["form"].initial["therapist"] == cast.mira.public_id


def test_what_is_added_counts_for_who_is_free(cast: Cast, extras: Extras, desk: Browser) -> None:
    asked = {"service": cast.regular.slug, "add_ons": ["foot-massage"], "day": cast.day().isoformat()}
    page = desk.get("/desk/next-free/", asked)
    assert page.context["order"].minutes == 75
    assert "add_ons=foot-massage" in page.context["days"][0].therapists[0].times[0][0]


def test_who_is_free_after_work_and_eight_days_ahead(cast: Cast, desk: Browser) -> None:
    asked = {"service": cast.regular.slug, "day": cast.day().isoformat()}
    found = {}
    for hours in ("", "16", "am"):
        days = desk.get("/desk/next-free/", {**asked, "hours": hours}).context["days"]
        assert [each.date for each in days] == [cast.day() + dt.timedelta(days=ahead) for ahead in range(8)]
        free = (each for day in days for who in day.therapists for _url, each in (*who.times, *who.rest))
        found[hours] = {each.hour for each in free}
    assert min(found["16"]) == 16
    assert max(found["am"]) < 12
    assert found["16"] | found["am"] < found[""]
    # What is chosen stays when one turns on.
    turned = desk.get("/desk/next-free/", {**asked, "hours": "16"}).context["turns"]
    assert all("hours=16" in each["url"] for each in turned)


def test_who_is_free_costs_the_same_few_queries_however_much_is_booked(
    cast: Cast, desk: Browser, django_assert_max_num_queries: Any
) -> None:
    asked = {"service": cast.regular.slug, "day": cast.day().isoformat()}
    desk.get("/desk/next-free/", asked)
    for hour in (9, 11, 13, 15):
        cast.appointment(cast.at(hour), client=cast.ben)
    with django_assert_max_num_queries(10):
        desk.get("/desk/next-free/", asked)


@pytest.mark.parametrize("query", ["service=none&day=tomorrow", "day=1500-01-01", "add_ons=x&day="])
def test_an_address_with_nonsense_shows_some_week(cast: Cast, desk: Browser, query: str) -> None:
    assert desk.get(f"/desk/next-free/?{query}").status_code == 200


def test_a_column_that_is_nowhere_fills_in_nothing(cast: Cast, desk: Browser) -> None:
    for address in (
        "/desk/book/?resource=therapist-x",
        "/desk/book/?start=2026-13-01T10:00",
        "/desk/time-off/?resource=room-99999",
        "/desk/time-off/?resource=therapist-9&start=now",
    ):
        assert desk.get(address, headers=HTMX).status_code == 200, address
