"""Add-ons on the public pages: chosen before the times, kept in the address, counted everywhere, asked about."""

import re
import uuid

import pytest
from django.utils import timezone

from booking.appointments.selection import Selection
from booking.models import AddOn, Appointment, Reminder
from booking.tasks import sweep
from clinic.models import OutgoingMail
from tests.booking.website.visitor import NORA, Visitor, page_text
from tests.fixtures.add_ons import Extras
from tests.fixtures.cast import Cast

PAGE = "/book/regular-60/add-ons/"


def test_the_list_of_services_leads_to_the_add_ons_where_there_are_any(visitor: Visitor, extras: Extras) -> None:
    page = visitor.get("/book/").content.decode()
    assert f'href="{PAGE}"' in page
    assert 'href="/book/back-relief/"' in page
    AddOn.objects.update(active=False)
    assert PAGE not in visitor.get("/book/").content.decode()


def test_each_add_on_says_what_it_takes_and_costs(visitor: Visitor, extras: Extras) -> None:
    page = page_text(visitor.get(PAGE))
    assert "Hot towel , €5" in page
    assert "Foot massage , 15 minutes more, €18" in page


def test_a_service_without_add_ons_goes_straight_on(visitor: Visitor, cast: Cast) -> None:
    answer = visitor.get(PAGE)
    assert (answer.status_code, answer["Location"]) == (302, "/book/regular-60/times/")


def test_the_choice_goes_by_address_through_the_safety_question_to_the_times(
    visitor: Visitor, cast: Cast, extras: Extras
) -> None:
    query = "?add_ons=hot-towel&add_ons=foot-massage"
    first = visitor.get(f"/book/regular-60/times/{query}")
    assert first["Location"] == f"/book/regular-60/{query}"
    answered = visitor.answers(cast.regular, chosen=Selection(cast.regular, add_ons=(extras.towel, extras.feet)))
    assert answered["Location"] == f"/book/regular-60/times/{query}"
    times = visitor.follow(answered)
    assert "Regular massage + Hot towel + Foot massage, 75 minutes" in page_text(times)
    links = [each["url"] for group in times.context["groups"] for each in group["times"]]
    assert links
    assert all("add_ons=hot-towel&add_ons=foot-massage" in each for each in links)
    people = [each["url"] for each in times.context["therapists"]]
    assert all("add_ons=hot-towel" in each for each in people)


@pytest.mark.invariant("I2")
def test_the_times_are_those_of_the_longer_appointment(visitor: Visitor, cast: Cast, extras: Extras) -> None:
    cast.appointment(cast.at(10, 15), therapist=cast.mira)
    # What is warm asks for more than hands do.
    visitor.answers(cast.regular, chosen=Selection(cast.regular, add_ons=(extras.towel,)))
    with_mira = {"day": cast.day().isoformat()}

    def starts(*add_ons: AddOn) -> set[str]:
        query = Selection(cast.regular, therapist=cast.mira, add_ons=add_ons).query(**with_mira)
        page = visitor.get(f"/book/regular-60/times/{query}")
        return {each["label"] for group in page.context["groups"] for each in group["times"]}

    assert starts() - starts(extras.feet) >= {"09:00"}
    assert starts(extras.towel) == starts()


def test_details_appointment_and_mail_name_the_parts_and_the_sum(visitor: Visitor, cast: Cast, extras: Extras) -> None:
    chosen = Selection(cast.regular, cast.at(10), cast.mira, (extras.towel, extras.feet))
    visitor.answers(cast.regular, chosen=chosen)
    address = f"/book/regular-60/details/{chosen.query()}"
    page = visitor.get(address)
    assert "Foot massage, 15 min, €18" in page_text(page)
    assert "Together 75 minutes, €95" in page_text(page)
    assert "10:00 to 11:15" in page_text(page)
    done = visitor.follow(visitor.post(address, {**NORA, "key": visitor.key(page)}))
    parts = "Regular massage, 60 min + Hot towel + Foot massage, 15 min"
    assert f"{parts} Together 75 minutes, €95" in page_text(done)
    appointment = Appointment.objects.get()
    assert (appointment.ends_at, appointment.parts) == (cast.at(11, 15), parts)
    assert parts in page_text(visitor.get(f"/appointment/{appointment.public_id}/"))
    Reminder.objects.filter(kind="confirmation").update(due_at=timezone.now())
    sweep()
    mail = OutgoingMail.objects.get(kind="confirmation")
    for body in (mail.text, mail.html):
        assert f"{parts} with Mira Feld" in body


@pytest.mark.invariant("I6")
def test_warm_stones_ask_about_heat_and_are_left_out_kindly_at_the_same_time(
    visitor: Visitor, cast: Cast, extras: Extras
) -> None:
    visitor.answers(cast.regular)
    chosen = Selection(cast.regular, cast.at(10), cast.mira, (extras.feet, extras.stones))
    address = f"/book/regular-60/details/{chosen.query()}"
    # What was answered for the massage alone leaves heat open.
    assert visitor.get(address)["Location"] == f"/book/regular-60/{chosen.query()}"
    page = visitor.get(f"/book/regular-60/{chosen.query()}")
    assert "heat-intolerance" in page.content.decode()
    page = visitor.follow(visitor.answers(cast.regular, "heat-intolerance", chosen=chosen))
    words = page_text(page)
    assert "Heat makes you unwell." in words
    assert "Regular massage + Foot massage" in words
    onward = re.search(r'href="([^"]+)">\s*Take this at the same time', page.content.decode())
    assert onward is not None
    there = visitor.get(onward[1].replace("&amp;", "&"))
    assert there.status_code == 200
    assert "Together 75 minutes, €90" in page_text(there)
    assert "Warm stones" not in page_text(there)


@pytest.mark.parametrize(
    ("step", "slug"),
    [("", "gold-leaf"), ("outcome/", "gold-leaf"), ("times/", "gold-leaf"), ("details/", "foot-massage"), ("", "a b")],
)
def test_an_add_on_that_is_not_offered_leads_back_to_the_choice(
    visitor: Visitor, cast: Cast, extras: Extras, step: str, slug: str
) -> None:
    extras.feet.active = False
    extras.feet.save()
    visitor.answers(cast.regular)
    page = visitor.follow(visitor.get(f"/book/regular-60/{step}?add_ons={slug}&add_ons=hot-towel"))
    assert page.status_code == 422
    assert "not offered with this massage any more" in page_text(page)
    assert re.search(r'value="hot-towel"[^>]* checked', page.content.decode())


def test_an_add_on_switched_off_meanwhile_is_not_booked(visitor: Visitor, cast: Cast, extras: Extras) -> None:
    chosen = Selection(cast.regular, cast.at(10), cast.mira, (extras.feet,))
    visitor.answers(cast.regular, chosen=chosen)
    AddOn.objects.update(active=False)
    address = f"/book/regular-60/details/{chosen.query()}"
    page = visitor.follow(visitor.post(address, {**NORA, "key": str(uuid.uuid4())}))
    assert not Appointment.objects.exists()
    assert page.status_code == 422
    assert "not offered with this massage any more" in page_text(page)
    assert 'action="/book/regular-60/details/"' in page.content.decode()


def test_the_chosen_time_and_therapist_stay_while_something_is_added(
    visitor: Visitor, cast: Cast, extras: Extras
) -> None:
    chosen = Selection(cast.regular, cast.at(10), cast.mira)
    page = visitor.get(f"{PAGE}{chosen.query()}").content.decode()
    assert 'action="/book/regular-60/details/"' in page
    assert f'name="therapist" value="{cast.mira.public_id}"' in page
    assert "csrfmiddlewaretoken" not in page


def test_moving_by_the_client_keeps_the_length(visitor: Visitor, cast: Cast, extras: Extras) -> None:
    chosen = Selection(cast.regular, cast.at(10), cast.mira, (extras.feet,))
    visitor.answers(cast.regular, chosen=chosen)
    visitor.follow(visitor.post(f"/book/regular-60/details/{chosen.query()}", {**NORA, "key": str(uuid.uuid4())}))
    appointment = Appointment.objects.get()
    move = f"/appointment/{appointment.public_id}/move/"
    assert "13:00 to 14:15" in page_text(visitor.get(move + Selection(cast.regular, cast.at(13)).query()))
    visitor.post(move, {"start": cast.at(13).isoformat()})
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.ends_at) == (cast.at(13), cast.at(14, 15))
