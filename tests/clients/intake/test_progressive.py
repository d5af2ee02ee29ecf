"""The form asks what it must, when it must: lists behind a yes, signs once the complaint is known, proposals from own
words, and answers that act."""

import datetime as dt
import re
from typing import Any

import pytest

from clients.care import shipped
from clients.care.conditions import present_conditions
from clients.catalogue import current_catalogue
from clients.intake.actions import request_intake, save_step, submit_intake
from clients.intake.answers import IntakeAnswers, missing_steps, signs_of_step, triage_so_far
from clients.intake.checks import practice_day
from clients.intake.consent import answers_with_consent
from clients.intake.proposals import NAMES, classes_named
from clients.intake.retraction import retract_answer
from clients.models import Client, Intake, IntakeRequest
from clinic.errors import Refusal
from clinic.models import Practice
from tests.clients.answers import BORN_ON, SORE_BACK, health, signs
from tests.clients.steps import fill, opened

pytestmark = pytest.mark.django_db
NO = {f"gate-{group.id}": "no" for group in shipped().groups}


def page(row: IntakeRequest, step: str) -> str:
    """One page as the client's browser gets it."""
    return opened(row).get(f"/intake/{row.public_id}/{step}/").content.decode()


def given(row: IntakeRequest) -> IntakeAnswers:
    """The answers so far."""
    row.refresh_from_db()
    return answers_with_consent(row, current_catalogue(), Practice.current())


def told_complaint(row: IntakeRequest, **changed: dict[str, Any]) -> None:
    """Everything up to the warning signs."""
    for step in ("you", "complaint", "where", "since"):
        save_step(row, step=step, data=changed.get(step, SORE_BACK[step]))


# Gates and conditions


def test_every_group_has_its_gate_and_every_live_condition_stands_behind_one(asked: IntakeRequest) -> None:
    html = page(asked, "health")
    for group in shipped().groups:
        assert f'name="gate-{group.id}"' in html
    shown = set(re.findall(r'name="conditions"\s+value="([^"]+)"', html))
    assert {"anticoagulants", "cannot-report", "touch-trauma"} <= shown
    assert "pregnancy-first-trimester" not in shown, "counted from the weeks"
    assert "glaucoma" not in shown, "nothing that is switched on carries its danger here"


def test_a_long_list_begins_with_six_common_answers(asked: IntakeRequest) -> None:
    html = page(asked, "health")
    group = html.split('id="div_id_gate-heart-blood"')[1].split("</fieldset>\n    \n")[0]
    first, more = group.split("<details", 1)
    assert len(re.findall('name="conditions"', first)) == 6
    assert 'value="hypertension"' in first
    assert 'value="aneurysm"' in more


def test_a_condition_with_a_gate_of_its_own_is_asked_only_where_that_is_open(asked: IntakeRequest) -> None:
    told_complaint(asked)
    assert 'value="eating-disorder"' not in page(asked, "health")
    save_step(asked, step="since", data={**SORE_BACK["since"], "causes": ["overweight"]})
    assert 'value="eating-disorder"' in page(asked, "health")


def test_one_that_asks_about_water_is_asked_of_those_who_may_be_sent_there(asked: IntakeRequest) -> None:
    told_complaint(asked)
    assert 'value="not-confident-in-water"' in page(asked, "health")
    save_step(asked, step="complaint", data={"brings": "to-relax"})
    assert 'value="not-confident-in-water"' not in page(asked, "health")


def test_the_place_of_a_condition_is_kept_with_it(asked: IntakeRequest) -> None:
    sent = {**NO, "gate-skin": "yes", "conditions": "bruising", "where-bruising": ["thigh", "knee"]}
    opened(asked).post(f"/intake/{asked.public_id}/health/", sent)
    assert given(asked).where == {"bruising": ("thigh", "knee")}


def test_a_place_without_its_condition_is_passed_over(asked: IntakeRequest) -> None:
    opened(asked).post(f"/intake/{asked.public_id}/health/", {**NO, "where-bruising": ["thigh"]})
    assert given(asked).where == {}


@pytest.mark.parametrize(
    ("weeks", "counted"),
    [(8, "pregnancy-first-trimester"), (24, "pregnancy-from-20-weeks")],
)
def test_the_weeks_of_a_pregnancy_count(asked: IntakeRequest, weeks: int, counted: str) -> None:
    fill(asked, health=health("pregnancy", weeks=weeks))
    told = given(asked).for_engine(current_catalogue())
    assert counted in present_conditions(current_catalogue().index, told).conditions
    assert submit_intake(asked).weeks == weeks


# Warning signs


def test_signs_that_health_answers_call_for_are_asked_after_them_and_only_those(asked: IntakeRequest) -> None:
    told_complaint(asked)
    first = signs_of_step(given(asked), current_catalogue(), "signs")
    save_step(asked, step="signs", data=signs(asked=first))
    assert "more-signs" not in missing_steps(given(asked), current_catalogue())
    save_step(asked, step="health", data=health("cancer-history"))
    assert "more-signs" in missing_steps(given(asked), current_catalogue())
    more = signs_of_step(given(asked), current_catalogue(), "more-signs")
    assert "cancer-history-new-pain" in more
    assert not set(more) & set(first)


def test_signs_called_for_by_health_are_asked_of_who_comes_to_relax(asked: IntakeRequest) -> None:
    fill(asked, complaint={"brings": "to-relax"}, health=health("pregnancy", weeks=20), signs=signs(asked=[]))
    with pytest.raises(Refusal) as refused:
        submit_intake(asked)
    assert refused.value.field == "more-signs"


def test_what_is_denied_is_kept(asked: IntakeRequest) -> None:
    intake = submit_intake(fill(asked, signs=signs("not-improving", none=False)))
    assert intake.red_flags == ["not-improving"]
    assert "not-improving" not in intake.denied
    assert len(intake.denied) == len(shipped().red_flags) - 1


def looked_at(days_ago: int, flag: str = "not-improving", **changed: Any) -> dict[str, Any]:
    """A sign that is known, and was looked at by a doctor some days ago."""
    day = practice_day() - dt.timedelta(days=days_ago)
    return signs(**{"checked": {flag: day.isoformat()}, "none": False, **changed})


def test_a_known_sign_that_a_doctor_looked_at_is_a_caution(asked: IntakeRequest) -> None:
    flag = "weakness-progressive"
    intake = submit_intake(fill(asked, signs=looked_at(10, flag)))
    assert (intake.triage, intake.red_flags, list(intake.checked)) == ("caution", [], [flag])


@pytest.mark.invariant("I7")
def test_an_emergency_sign_of_today_cannot_be_made_harmless(asked: IntakeRequest) -> None:
    intake = submit_intake(fill(asked, signs=looked_at(0, "ces-saddle-numbness")))
    assert (intake.triage, intake.red_flags, intake.checked) == ("emergency", ["ces-saddle-numbness"], {})


@pytest.mark.parametrize(
    ("onset", "days_ago", "taken"),
    [
        ("acute-48h", 2, True),
        ("acute-48h", 3, False),
        ("acute", 42, True),
        ("acute", 43, False),
        ("chronic", 365, True),
        ("chronic", 366, False),
        ("chronic", 0, True),
        ("chronic", -1, False),
    ],
)
def test_the_look_was_after_it_began_within_a_year_and_not_to_come(
    asked: IntakeRequest, onset: str, days_ago: int, taken: bool
) -> None:
    data = looked_at(days_ago, about=[onset, "dull-ache"])
    if taken:
        assert save_step(asked, step="signs", data=data)["checked"]
        return
    with pytest.raises(Refusal) as refused:
        save_step(asked, step="signs", data=data)
    assert refused.value.field == "checked-not-improving"


def test_the_page_offers_a_date_where_a_look_counts_and_refuses_it_beside_it(asked: IntakeRequest) -> None:
    told_complaint(asked)
    html = page(asked, "signs")
    assert 'name="checked-ces-bladder-bowel"' in html
    assert 'name="checked-ces-saddle-numbness"' not in html
    asked_now = " ".join(signs_of_step(given(asked), current_catalogue(), "signs"))
    sent = {"red_flags": "not-improving", "checked-not-improving": "2020-01-01", "asked": asked_now}
    answer = opened(asked).post(f"/intake/{asked.public_id}/signs/", sent)
    assert set(answer.context["form"].errors) == {"checked-not-improving"}
    assert "2020-01-01" in answer.content.decode()


def test_with_another_complaint_the_look_of_a_doctor_is_asked_again(asked: IntakeRequest) -> None:
    fill(asked, signs=looked_at(10))
    assert given(asked).checked
    save_step(asked, step="where", data={**SORE_BACK["where"], "areas": ["upper-back:both"]})
    assert given(asked).checked == {}
    assert "not-improving" in triage_so_far(given(asked), current_catalogue()).questions
    assert missing_steps(given(asked), current_catalogue())


# Emergency and doctor first


def test_a_condition_that_needs_a_doctor_is_said_at_once_and_can_be_taken_back(asked: IntakeRequest) -> None:
    fill(asked)
    browser = opened(asked)
    sent = {**NO, "gate-heart-blood": "yes", "conditions": "dvt-current"}
    led = browser.post(f"/intake/{asked.public_id}/health/", sent).headers["Location"]
    assert led.endswith("/doctor/")
    html = browser.get(led).content.decode()
    assert shipped().index.conditions["dvt-current"].text in html
    assert f"/intake/{asked.public_id}/health/" in html, "the page to answer again"
    browser.post(f"/intake/{asked.public_id}/health/", NO)
    assert submit_intake(IntakeRequest.objects.get()).triage == "ok"


def test_once_said_the_doctor_does_not_stand_before_every_page(asked: IntakeRequest) -> None:
    fill(asked, health=health("dvt-current"))
    sent = {"positions": ["front", "back", "side"]}
    led = opened(asked).post(f"/intake/{asked.public_id}/comfort/", sent).headers["Location"]
    assert not led.endswith("/doctor/")


def test_an_emergency_among_the_later_signs_ends_it_at_once_and_can_be_taken_back(asked: IntakeRequest) -> None:
    fill(asked, complaint={"brings": "to-relax"}, health=health("pregnancy", weeks=30), signs=signs(asked=[]))
    browser = opened(asked)
    sent = {"red_flags": "pregnancy-warning", "asked": "pregnancy-warning"}
    led = browser.post(f"/intake/{asked.public_id}/more-signs/", sent).headers["Location"]
    assert led == f"/intake/{asked.public_id}/"
    assert Intake.objects.get().triage == "emergency"
    html = browser.get(led).content.decode()
    assert "I ticked this by mistake" in html
    led = browser.post(f"/intake/{asked.public_id}/mistake/").headers["Location"]
    assert led.endswith("/more-signs/")
    assert given(asked).red_flags == ()
    assert given(asked).weeks == 30


def test_taking_back_keeps_everything_else(asked: IntakeRequest) -> None:
    submit_intake(fill(asked, signs=signs("ces-saddle-numbness")))
    retract_answer(asked)
    again = given(asked)
    assert (again.symptoms, again.plain["medicines"]) == (("dull-ache", "stiffness"), "Vitamin D")
    assert again.red_flags == ()


# Own words and other answers that act


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("Eliquis 5 mg, twice", {"anticoagulants"}),
        ("RAMIPRIL, Candesartan", {"lithium-diuretic"}),
        ("ibuprofen; sertraline", {"nsaid-use", "ssri"}),
        ("Nitro patch", {"transdermal-patch"}),
        ("Vitamin D and zinc", set()),
        ("April showers", set()),
        ("", set()),
    ],
)
def test_a_common_name_names_its_class(text: str, classes: set[str]) -> None:
    assert set(classes_named(text)) == classes


def test_every_class_is_a_condition_among_the_medicines() -> None:
    named = shipped().index.conditions
    assert {named[slug].group for slug in NAMES} == {"medicines"}


def test_a_medicine_by_name_ticks_its_class_for_the_client_to_confirm(asked: IntakeRequest) -> None:
    told_complaint(asked)
    browser = opened(asked)
    sent = {**NO, "gate-medicines": "yes", "medicines": "Eliquis 5 mg"}
    led = browser.post(f"/intake/{asked.public_id}/health/", sent).headers["Location"]
    assert led.endswith("/confirm/")
    assert "anticoagulants" not in given(asked).conditions, "proposed, not said"
    html = browser.get(led).content.decode()
    assert "You wrote “Eliquis”" in html
    assert re.search(r'value="anticoagulants"[^>]* checked', html)
    browser.post(led, {"conditions": "anticoagulants", "asked": "anticoagulants"})
    assert "anticoagulants" in given(asked).conditions


def test_what_the_client_says_no_to_is_not_noted_and_not_asked_again(asked: IntakeRequest) -> None:
    told = health(medicines="Eliquis once, years ago")
    fill(asked, health=told, confirm={"asked": ["anticoagulants"], "conditions": [], "where": {}})
    assert submit_intake(asked).conditions == []


def test_an_intake_with_a_proposal_unseen_is_not_sent(asked: IntakeRequest) -> None:
    with pytest.raises(Refusal) as refused:
        submit_intake(fill(asked, health=health(medicines="Warfarin")))
    assert refused.value.field == "confirm"


def test_a_class_that_was_ticked_is_not_proposed(asked: IntakeRequest) -> None:
    assert submit_intake(fill(asked, health=health("anticoagulants", medicines="Warfarin"))).triage == "ok"


def test_an_operation_in_own_words_offers_what_it_may_be_unticked(asked: IntakeRequest) -> None:
    fill(asked, health=health(surgery=f"Disc operation, {practice_day().year}"))
    html = page(asked, "confirm")
    for slug in ("recent-surgery", "spinal-surgery"):
        tag = next(each for each in html.split("<input") if f'value="{slug}"' in each).split(">")[0]
        assert " checked" not in tag
    assert 'name="where-recent-surgery"' in html


def test_the_work_offers_its_causes_first(asked: IntakeRequest) -> None:
    save_step(asked, step="you", data={**SORE_BACK["you"], "occupation": "driving"})
    save_step(asked, step="complaint", data=SORE_BACK["complaint"])
    first = page(asked, "since").split('id="div_id_causes"')[1].split("<details")[0]
    assert re.findall(r'name="causes"\s+value="([^"]+)"', first)[:2] == ["driving", "long-static-position"]


def test_places_left_out_are_touch_that_is_not_wanted(asked: IntakeRequest) -> None:
    intake = submit_intake(fill(asked, where={**SORE_BACK["where"], "avoid": ["abdomen", "foot-ankle"]}))
    assert intake.conditions == ["touch-trauma"]
    assert intake.where == {"touch-trauma": ["foot-ankle", "abdomen"]}


@pytest.mark.parametrize(
    ("changed", "condition"),
    [
        ({"positions": ["back", "side"]}, "cannot-lie-prone"),
        ({"positions": ["front", "side"]}, "cannot-lie-flat"),
        ({"table": True}, "mobility-help"),
        ({"communication": ["writing"]}, "communication-support"),
    ],
)
def test_what_makes_it_comfortable_acts(asked: IntakeRequest, changed: dict[str, Any], condition: str) -> None:
    intake = submit_intake(fill(asked, comfort={**SORE_BACK["comfort"], **changed}))
    assert intake.conditions == [condition]
    assert intake.triage == "ok"


def test_how_we_talk_never_asks_for_a_doctors_note(asked: IntakeRequest) -> None:
    comfort = {**SORE_BACK["comfort"], "communication": ["signs", "bell"]}
    services = submit_intake(fill(asked, comfort=comfort)).plans.get().services
    levels = {each["slug"]: each["level"] for each in services}
    assert levels["regular-massage"] in ("ok", "caution")


def test_who_said_that_the_front_is_hard_finds_it_taken_away(asked: IntakeRequest) -> None:
    save_step(asked, step="health", data=health("cannot-lie-prone"))
    html = page(asked, "comfort")
    assert not re.search(r'value="front"[^>]* checked', html)
    assert re.search(r'value="back"[^>]* checked', html)


def test_whole_regions_are_marked_in_one_tap(asked: IntakeRequest) -> None:
    save_step(asked, step="complaint", data=SORE_BACK["complaint"])
    sent = {"whole": ["whole-lower-back", "whole-neck-and-shoulders"], "areas": ["knee:left"]}
    opened(asked).post(f"/intake/{asked.public_id}/where/", sent)
    assert set(given(asked).marks) == {
        ("lower-back", "both"),
        ("lower-back", "centre"),
        ("neck", "both"),
        ("neck", "centre"),
        ("shoulder", "both"),
        ("knee", "left"),
    }


def test_a_short_form_keeps_what_it_does_not_ask(ana: Client, practice: Practice) -> None:
    first = submit_intake(fill(request_intake(ana, technique_slug="regular-massage")))
    row = request_intake(ana, technique_slug="regular-massage", short=True)
    browser = opened(row, by_mail=True)
    browser.post(f"/intake/{row.public_id}/you/", {"born_on": BORN_ON, "emergency_contact": "Eva"})
    row.refresh_from_db()
    assert row.answers["you"]["physician"] == first.physician
    assert row.answers["you"]["emergency_contact"] == "Eva"


@pytest.mark.parametrize(
    ("told", "weeks", "ticked"),
    [((), None, {"front", "back", "side"}), (("pregnancy",), 22, {"side"}), (("pregnancy",), 14, {"back", "side"})],
)
def test_how_somebody_lies_is_not_ticked_for_them_where_it_is_ruled_out(
    asked: IntakeRequest, told: tuple[str, ...], weeks: int | None, ticked: set[str]
) -> None:
    fill(asked, health=health(*told, weeks=weeks))
    row = IntakeRequest.objects.get()
    row.answers = {step: data for step, data in row.answers.items() if step != "comfort"}
    row.save()
    page = opened(asked).get(f"/intake/{asked.public_id}/comfort/").content.decode()
    boxes = re.findall(r'<input[^>]*name="positions"[^>]*>', page)
    assert {re.findall(r'value="(\w+)"', box)[0] for box in boxes if "checked" in box} == ticked
