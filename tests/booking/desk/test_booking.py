"""Booking for a client at the desk."""

import html
import re
import uuid

import pytest

from booking.models import Appointment
from clients.catalogue import current_catalogue
from clients.models import Client, Intake
from clinic.models import AccessEvent
from tests.fixtures.add_ons import Extras
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.forms import errors_of


def form(cast: Cast, **more: object) -> dict[str, object]:
    """A filled form: Ana, the regular massage, with Mira at ten, nothing in the safety question."""
    return {
        "key": str(uuid.uuid4()),
        "client": str(cast.ana.public_id),
        "service": cast.regular.slug,
        "therapist": str(cast.mira.public_id),
        "day": cast.day().isoformat(),
        "time": "10:00",
        "safety": "none",
        "book": "1",
        **more,
    }


def test_an_existing_client_is_booked(cast: Cast, desk: Browser) -> None:
    response = desk.post("/desk/book/", form(cast, note="rings twice"))
    appointment = Appointment.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/desk/appointments/{appointment.public_id}/"
    assert (appointment.client, appointment.therapist, appointment.starts_at) == (cast.ana, cast.mira, cast.at(10))
    assert (appointment.via, appointment.changed_by, appointment.client_note) == ("desk", cast.owner, "rings twice")


def test_a_new_client_gets_a_file(cast: Cast, desk: Browser) -> None:
    person = {"client": "", "first_name": "Cleo", "last_name": "Ng", "email": "Cleo@Example.org", "phone": ""}
    assert desk.post("/desk/book/", form(cast, **person)).status_code == 302
    assert Appointment.objects.get().client == Client.objects.get(email="cleo@example.org")


def test_a_new_client_without_a_name_is_refused(cast: Cast, desk: Browser) -> None:
    response = desk.post("/desk/book/", form(cast, client="", first_name="", last_name=" "))
    assert response.status_code == 422
    assert "first_name" in response.context["form"].errors


def test_a_free_time_is_chosen_from_the_list(cast: Cast, desk: Browser) -> None:
    page = desk.post("/desk/book/", form(cast, show="times", time=""))
    assert page.status_code == 200
    assert ">10:00<" in page.content.decode()
    assert not Appointment.objects.exists()
    local = cast.at(10).astimezone(cast.zone).isoformat()
    assert desk.post("/desk/book/", form(cast, start=local, time="")).status_code == 302
    assert Appointment.objects.get().starts_at == cast.at(10)


def test_a_time_from_the_list_of_another_day_is_not_booked_by_mistake(cast: Cast, desk: Browser) -> None:
    local = cast.at(10, ahead=14).astimezone(cast.zone).isoformat()
    assert "time" in desk.post("/desk/book/", form(cast, start=local, time="")).context["form"].errors
    assert not Appointment.objects.exists()


def test_filling_the_page_keeps_what_was_typed_and_says_nothing_is_wrong(cast: Cast, desk: Browser) -> None:
    half = form(cast, show="clients", q="haas", client="", first_name="Cleo", safety="", conditions=["pregnancy"])
    page = desk.post("/desk/book/", half)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Ben Haas" in text
    assert 'value="Cleo"' in text
    assert 'value="10:00"' in text
    assert "invalid-feedback" not in text


def test_a_client_is_picked_from_the_search(cast: Cast, desk: Browser) -> None:
    page = desk.post("/desk/book/", form(cast, client="", pick=str(cast.ben.public_id)))
    assert f'name="client" value="{cast.ben.public_id}"' in page.content.decode()
    assert AccessEvent.objects.filter(client=cast.ben.public_id).exists()


def test_the_address_of_a_gap_fills_in_therapist_and_time(cast: Cast, desk: Browser) -> None:
    page = desk.get(f"/desk/book/?therapist={cast.jonas.public_id}&start={cast.day().isoformat()}T15:00")
    text = page.content.decode()
    assert f'value="{cast.jonas.public_id}" selected' in text
    local = cast.at(15).astimezone(cast.zone).isoformat()
    assert re.search(rf'name="start"[^>]*value="{re.escape(local)}"\s+checked', text)
    assert 'value="15:00' not in text, "in the other field it would count, whatever is tapped above"
    outside = desk.get(f"/desk/book/?therapist={cast.jonas.public_id}&start={cast.day().isoformat()}T21:00")
    assert 'value="21:00' in outside.content.decode()


def test_two_times_are_never_guessed_between(cast: Cast, desk: Browser) -> None:
    local = cast.at(11).astimezone(cast.zone).isoformat()
    sent = form(cast, start=local)
    refused = desk.post("/desk/book/", sent)
    assert "11:00 is chosen above" in refused.context["form"].errors["time"][0]
    assert not Appointment.objects.exists()
    again = refused.content.decode()
    assert 'value="10:00' in again
    assert " checked" not in again.partition('id="times"')[2].partition("</fieldset>")[0]
    same = cast.at(10).astimezone(cast.zone).isoformat()
    assert desk.post("/desk/book/", {**sent, "start": same}).status_code == 302
    assert Appointment.objects.get().starts_at == cast.at(10)


def test_a_chosen_time_stays_chosen_where_the_new_list_has_it(cast: Cast, desk: Browser) -> None:
    local = cast.at(10).astimezone(cast.zone).isoformat()
    asked = {"service": "regular-90", "therapist": str(cast.mira.public_id), "day": cast.day().isoformat()}
    times = desk.get("/desk/book/times/", {**asked, "start": local}).content.decode()
    assert re.search(rf'value="{re.escape(local)}"\s+checked', times)
    assert " checked" not in desk.get("/desk/book/times/", asked).content.decode()


def test_a_chosen_time_that_a_longer_session_does_not_have_goes_and_says_why(cast: Cast, desk: Browser) -> None:
    """Cleaning time counts: what would end as the next one begins is offered by no list, and booked by nobody."""
    cast.appointment(cast.at(11), client=cast.ben)
    local = cast.at(10).astimezone(cast.zone).isoformat()
    asked = {"service": cast.regular.slug, "therapist": str(cast.mira.public_id), "day": cast.day().isoformat()}
    text = desk.get("/desk/book/times/", {**asked, "start": local}).content.decode()
    assert "10:00" not in text
    assert "is not free any more" in text
    assert "Mira Feld has another appointment then. Cleaning time counts too." in text
    later = cast.at(14).astimezone(cast.zone).isoformat()
    text = desk.get("/desk/book/times/", {**asked, "start": later}).content.decode()
    assert "is not free any more" not in text
    assert "<strong>" in text.partition('id="chosen-time"')[2].partition("</summary>")[0]


def test_a_client_who_comes_that_day_already_is_named_with_the_time(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(14), client=cast.ana)
    who = {"client": str(cast.ana.public_id), "day": cast.day().isoformat()}
    for address in ("/desk/book/", "/desk/book/times/"):
        assert "Ana Lind also comes at " in desk.get(address, who).content.decode()
        other = desk.get(address, {**who, "client": str(cast.ben.public_id)})
        assert "also comes" not in other.content.decode()


def test_an_address_with_nonsense_shows_an_empty_form(cast: Cast, desk: Browser) -> None:
    for query in ("therapist=x&start=y", "client=nobody&service=none&day=tomorrow"):
        assert desk.get(f"/desk/book/?{query}").status_code == 200, query


@pytest.mark.invariant("I1")
def test_an_overlap_is_refused_even_with_a_reason_and_free_times_are_named(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10), client=cast.ben)
    sent = form(cast, time="10:30", override="on", override_reason="she begged for it", note="kept")
    response = desk.post("/desk/book/", sent)
    assert response.status_code == 422
    assert "Free instead" in response.context["form"].errors["time"][0]
    assert "kept" in response.content.decode()
    assert Appointment.objects.count() == 1


def test_out_of_hours_needs_the_tick_and_a_reason(cast: Cast, desk: Browser) -> None:
    assert "time" in desk.post("/desk/book/", form(cast, time="19:00")).context["form"].errors
    for reason in ("", "asdfg", "aaaa bbbb"):
        refused = desk.post("/desk/book/", form(cast, time="19:00", override="on", override_reason=reason))
        assert "override_reason" in refused.context["form"].errors
    sent = form(cast, time="19:00", override="on", override_reason="after her work only")
    assert desk.post("/desk/book/", sent).status_code == 302
    assert Appointment.objects.get().reason == "after her work only"


def test_an_override_for_whoever_is_free_asks_for_whom_beside_the_therapist(cast: Cast, desk: Browser) -> None:
    sent = form(cast, time="22:00", therapist="", override="on", override_reason="after her work only")
    refused = desk.post("/desk/book/", sent)
    assert set(refused.context["form"].errors) == {"therapist"}
    assert not Appointment.objects.exists()
    assert desk.post("/desk/book/", {**sent, "time": "10:00"}).status_code == 302


@pytest.mark.invariant("I4")
def test_the_same_form_twice_is_one_appointment(cast: Cast, desk: Browser) -> None:
    sent = form(cast)
    first, second = desk.post("/desk/book/", sent), desk.post("/desk/book/", sent)
    assert first["Location"] == second["Location"]
    assert Appointment.objects.count() == 1


def test_the_safety_question_cannot_be_passed_over(cast: Cast, desk: Browser) -> None:
    response = desk.post("/desk/book/", form(cast, safety=""))
    assert list(response.context["form"].errors) == ["safety"]
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(("safety", "ticked"), [("some", []), ("none", ["pregnancy"])])
def test_ticks_and_answer_must_agree(cast: Cast, desk: Browser, safety: str, ticked: list[str]) -> None:
    slug = desk.get("/desk/book/").context["form"]["conditions"].field.choices[0][1][0][0]
    sent = form(cast, safety=safety, conditions=[slug] if ticked else [])
    assert "safety" in desk.post("/desk/book/", sent).context["form"].errors


def test_what_is_not_safe_is_refused_with_its_reason_and_another_offered(cast: Cast, desk: Browser) -> None:
    sent = form(cast, service=cast.hot_stone.slug, safety="some", conditions=["heat-intolerance"])
    refused = desk.post("/desk/book/", sent)
    page = refused.content.decode()
    assert refused.status_code == 422
    bar = current_catalogue().index.conditions["heat-intolerance"].bars[0]
    assert bar.reason in html.unescape(page)
    assert refused.context["instead"].start == cast.at(10)
    slug = refused.context["instead"].order.service.slug
    assert re.search(rf'name="instead"\s+value="{slug}"', page)
    assert desk.post("/desk/book/", {**sent, "instead": slug}).status_code == 302
    assert Appointment.objects.get().service.technique == "regular-massage"


@pytest.mark.invariant("I7")
def test_an_emergency_answer_books_nothing(cast: Cast, desk: Browser) -> None:
    flags = desk.get("/desk/book/").context["form"]["red_flags"].field.choices
    sent = form(cast, safety="some", red_flags=[flags[0][0]])
    response = desk.post("/desk/book/", sent)
    assert response.status_code == 422
    assert not Appointment.objects.exists()


def test_answers_on_file_can_stand_for_the_question(cast: Cast, desk: Browser) -> None:
    Intake.objects.create(client=cast.ana, catalogue_version="1", triage="ok", conditions=["varicose-veins"])
    assert desk.post("/desk/book/", form(cast, safety="file")).status_code == 302
    screening = Appointment.objects.get().screening
    assert screening is not None
    assert screening.conditions == ["varicose-veins"]


def test_answers_on_file_are_no_choice_where_there_are_none(cast: Cast, desk: Browser) -> None:
    assert "safety" in desk.post("/desk/book/", form(cast, safety="file")).context["form"].errors


def test_bad_input_is_refused_with_a_message_and_nothing_lost(cast: Cast, desk: Browser) -> None:
    day = cast.day().isoformat()
    response = desk.post("/desk/book/", form(cast, override_reason="keep these words", day="2026-02-31"))
    assert response.status_code == 422
    assert "keep these words" in response.content.decode()
    assert not Appointment.objects.exists()
    assert errors_of(response.context["form"], day=day) == {}
    for field, value in (
        ("service", "nothing-we-sell"),
        ("therapist", "not-a-uuid"),
        ("therapist", "11111111-1111-4111-8111-111111111111"),
        ("client", "22222222-2222-4222-8222-222222222222"),
        ("day", "2026-02-31"),
        ("time", "25:00"),
        ("key", "forged"),
        ("conditions", "never-heard-of"),
        ("email", "no at sign"),
        ("phone", "call me"),
        ("note", "a" * 2001),
    ):
        assert errors_of(response.context["form"], **{"day": day, field: value}), field


@pytest.mark.invariant("I10")
def test_htmx_gets_times_and_names_with_nothing_about_health_in_the_address(cast: Cast, desk: Browser) -> None:
    times = desk.get("/desk/book/times/", {"service": cast.regular.slug, "day": cast.day().isoformat()})
    assert ">10:00<" in times.content.decode()
    picks = desk.get("/desk/book/pick/", {"q": "lind"})
    assert "Ana Lind" in picks.content.decode()
    page = desk.get("/desk/book/").content.decode()
    assert 'hx-include="[name=service],[name=add_ons],[name=therapist],[name=day],[name=start],[name=client]"' in page
    assert 'hx-include="this"' in page


def test_what_is_added_is_booked_with_it(cast: Cast, extras: Extras, desk: Browser) -> None:
    sent = form(cast, add_ons=["foot-massage", "hot-towel"])
    assert desk.post("/desk/book/", sent).status_code == 302
    appointment = Appointment.objects.get()
    assert appointment.parts == "Regular massage, 60 min + Hot towel + Foot massage, 15 min"
    assert appointment.ends_at == cast.at(11, 15)
    day = desk.get(f"/desk/?day={cast.day().isoformat()}").content.decode()
    assert appointment.parts in day
    assert appointment.parts in desk.get(f"/desk/appointments/{appointment.public_id}/").content.decode()


@pytest.mark.invariant("I2")
def test_the_desk_is_shown_the_times_of_the_longer_appointment(cast: Cast, extras: Extras, desk: Browser) -> None:
    cast.appointment(cast.at(10, 15))
    query = {"service": "regular-60", "therapist": str(cast.mira.public_id), "day": cast.day().isoformat()}
    assert ">09:00<" in desk.get("/desk/book/times/", query).content.decode()
    added = {**query, "add_ons": ["foot-massage", "gold-leaf"]}
    assert ">09:00<" not in desk.get("/desk/book/times/", added).content.decode()


@pytest.mark.parametrize("slug", ["hot-towel", "gold-leaf"])
def test_an_add_on_that_does_not_go_with_it_is_refused_beside_it(
    cast: Cast, extras: Extras, desk: Browser, slug: str
) -> None:
    response = desk.post("/desk/book/", form(cast, service=cast.hot_stone.slug, add_ons=[slug]))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["add_ons"]
    assert not Appointment.objects.exists()


@pytest.mark.invariant("I6")
def test_who_does_no_hot_stones_is_refused_for_warm_stones_beside_the_name(
    cast: Cast, extras: Extras, desk: Browser
) -> None:
    asked = form(cast, therapist=str(cast.tess.public_id), add_ons=[extras.stones.slug])
    page = desk.post("/desk/book/", asked)
    assert page.status_code == 422
    assert "Tess Okafor does not give what is added" in str(page.context["form"].errors["therapist"])
    assert not Appointment.objects.exists()


def test_stones_that_do_not_suit_are_left_out_with_one_button(cast: Cast, extras: Extras, desk: Browser) -> None:
    sent = form(cast, add_ons=["foot-massage", "warm-stones"], safety="some", conditions=["heat-intolerance"])
    page = desk.post("/desk/book/", sent)
    assert page.status_code == 422
    text = page.content.decode()
    assert "Warm stones on the back: not for this client now." in html.unescape(text)
    assert 'value="regular-60 foot-massage"' in text
    assert desk.post("/desk/book/", {**sent, "instead": "regular-60 foot-massage"}).status_code == 302
    assert Appointment.objects.get().parts == "Regular massage, 60 min + Foot massage, 15 min"


def test_who_is_not_found_becomes_a_new_client(cast: Cast, desk: Browser) -> None:
    """Found by neither search, the words stand in the fields of a new client: nobody types a name twice."""
    for words, filled in (
        ("Cleo de Ng", {"first_name": "Cleo de", "last_name": "Ng"}),
        ("Ng, Cleo", {"first_name": "Cleo", "last_name": "Ng"}),
        ("Ng", {"first_name": "", "last_name": "Ng"}),
        ("(503) 555-0777", {"phone": "(503) 555-0777"}),
        ("cleo@example.org", {"email": "cleo@example.org"}),
    ):
        pages = [desk.get("/desk/book/", {"new": words})]
        if words == "Ng, Cleo":
            offered = desk.get("/desk/book/pick/", {"q": words}).content.decode()
            assert f'name="new" value="{words}"' in offered
            typed = desk.post("/desk/book/", form(cast, client="", q=words, new=words, note="rings twice"))
            assert typed.context["form"]["note"].value() == "rings twice"
            pages.append(typed)
        for page in pages:
            fields, text = page.context["form"], page.content.decode()
            assert {name: fields[name].value() for name in filled} == filled
            assert re.search(r'<details class="more" id="new-client" open>\s*<summary>A new client', text)
    assert not Appointment.objects.exists()


def test_nobody_found_leads_on_to_a_new_client(cast: Cast, desk: Browser) -> None:
    assert 'href="/desk/book/?new=Cleo+Ng"' in desk.get("/desk/clients/", {"q": "Cleo Ng"}).content.decode()
    assert 'href="/desk/book/?new="' in desk.get("/desk/clients/").content.decode()
