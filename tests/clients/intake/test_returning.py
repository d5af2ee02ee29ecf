"""A client who comes back: last time's answers, for them alone, and what changed since."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from django.utils import timezone

from clients.care import shipped
from clients.catalogue import current_catalogue, current_edition
from clients.intake.actions import request_intake, save_step, submit_intake
from clients.intake.answers import missing_steps
from clients.intake.checks import practice_day
from clients.intake.consent import answers_with_consent
from clients.intake.prefill import answers_from_intake, earlier_intake, prefilled_step
from clients.models import Client, Intake, IntakeRequest
from clinic.models import AccessEvent, Practice
from tests.clients.answers import BORN_ON, SORE_BACK, health, signs
from tests.clients.steps import fill, opened
from tests.fixtures.browser import Browser
from tests.fixtures.forms import filled

A_YEAR_AGO = timezone.now() - dt.timedelta(days=400)


@pytest.fixture
def before(asked: IntakeRequest) -> Intake:
    """Ana's first intake: a sore back, asthma, vitamin D."""
    told = health("asthma", "alcohol-or-drugs-now", medicines="Vitamin D", surgery="Left knee, 2015")
    return submit_intake(fill(asked, health=told), now=A_YEAR_AGO)


@pytest.fixture
def again(ana: Client, before: Intake) -> IntakeRequest:
    """Ana is asked again."""
    return request_intake(ana, technique_slug="regular-massage")


def page(browser: Browser, row: IntakeRequest, step: str = "") -> str:
    """One page of the intake, which must be there."""
    response = browser.get(f"/intake/{row.public_id}/" + (f"{step}/" if step else ""))
    assert response.status_code == 200
    return response.content.decode()


def ticked(html: str, value: str) -> bool:
    """Whether the choice with this value stands ticked on a page."""
    tag = next(each for each in html.split("<input") if f'value="{value}"' in each)
    return " checked" in tag.split(">")[0]


def any_tick(html: str) -> int:
    """How many choices stand ticked on a page; “I don’t know yet” is none."""
    return len([tag for tag in re.findall(r"<input[^>]* checked", html) if 'value=""' not in tag])


def test_it_begins_with_what_has_changed_and_shows_what_was_said(again: IntakeRequest) -> None:
    html = page(opened(again, by_mail=True), again)
    assert "What has changed?" in html
    for words in ("Vitamin D", "Lower back (both sides)", "Sleep through", "Asthma", "Max Berg"):
        assert words in html
    assert "Alcohol" not in html, "what has passed is not said again"


def test_the_pages_are_filled_in(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    assert ticked(page(browser, again, "where"), "neck:centre")
    assert ticked(page(browser, again, "complaint"), "dull-ache")
    assert ticked(page(browser, again, "since"), "computer-work")
    assert "Vitamin D" in page(browser, again, "health")
    assert ticked(page(browser, again, "comfort"), "medium")
    assert "Sleep through" in page(browser, again, "goal")


@pytest.mark.parametrize("said", ["an-injury", "pain-or-tightness"])
def test_why_they_come_is_filled_in_as_they_said_it(ana: Client, asked: IntakeRequest, said: str) -> None:
    submit_intake(fill(asked, complaint={**SORE_BACK["complaint"], "brings": said}), now=A_YEAR_AGO)
    again = request_intake(ana, technique_slug="regular-massage")
    html = page(opened(again, by_mail=True), again, "complaint")
    assert [each for each in ("to-relax", "pain-or-tightness", "an-injury") if ticked(html, each)] == [said]


def test_where_only_a_complaint_is_known_why_they_come_is_left_open(ana: Client) -> None:
    Intake.objects.create(client=ana, symptoms=["dull-ache"], triage="ok", catalogue_version="1", given_at=A_YEAR_AGO)
    again = request_intake(ana, technique_slug="regular-massage")
    html = page(opened(again, by_mail=True), again, "complaint")
    assert not [each for each in ("to-relax", "pain-or-tightness", "an-injury") if ticked(html, each)]
    assert ticked(html, "dull-ache")


PAGES = ("", "you", "complaint", "where", "since", "health", "comfort", "goal")


def test_whoever_was_shown_a_link_sees_nothing_of_it(again: IntakeRequest) -> None:
    browser = opened(again)
    assert "What has changed" not in page(browser, again)
    for step in PAGES:
        html = page(browser, again, step)
        assert not any_tick(html) - (3 if step == "comfort" else 0), "only “can lie on”, which everybody can"
        for words in ("Vitamin D", "Sleep through", "Filled in with", "Max Berg", BORN_ON):
            assert words not in html, (step, words)


def test_pain_and_warning_signs_and_today_are_asked_afresh(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    assert ticked(page(browser, again, "since"), "chronic")
    complaint = page(browser, again, "complaint")
    assert not [tag for tag in complaint.split("<input") if 'name="pain"' in tag and " checked" in tag]
    for step in ("complaint", "where", "since"):
        save_step(again, step=step, data=SORE_BACK[step], by_mail=True)
    assert not any_tick(page(browser, again, "signs"))
    health_page = page(browser, again, "health")
    assert not ticked(health_page, "alcohol-or-drugs-now")
    assert not [tag for tag in health_page.split("<input") if 'name="gate-today"' in tag and " checked" in tag]


def test_what_is_still_so_is_said_with_one_tap_and_only_the_new_is_asked(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    led = browser.post(f"/intake/{again.public_id}/unchanged/")
    assert led.headers["Location"] == f"/intake/{again.public_id}/complaint/"
    again.refresh_from_db()
    given = answers_with_consent(again, current_catalogue(), Practice.current())
    assert missing_steps(given, current_catalogue()) == ["complaint", "signs", "health", "goal", "consent"]
    assert given.plain["physician"] == "Dr Lind"
    assert given.pain is None


def test_one_page_is_changed_and_the_others_stay_as_they_were(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    assert 'name="change" value="where"' in page(browser, again)
    led = browser.post(f"/intake/{again.public_id}/unchanged/", {"change": "where"})
    assert led.headers["Location"] == f"/intake/{again.public_id}/where/"
    kept = browser.post(led.headers["Location"], {"areas": "knee:left"})
    assert kept.headers["Location"] == f"/intake/{again.public_id}/complaint/", "only what is asked afresh is left"
    again.refresh_from_db()
    assert again.answers["you"]["physician"] == "Dr Lind"
    assert browser.post(f"/intake/{again.public_id}/unchanged/", {"change": "you"}).status_code == 302
    again.refresh_from_db()
    assert again.answers["where"]["areas"] == ["knee:left"], "what was saved since stays"


def test_an_answer_of_today_is_corrected_on_its_page_and_leads_to_the_last_look(
    ana: Client, asked: IntakeRequest
) -> None:
    told = health("asthma", "alcohol-or-drugs-now", medicines="Vitamin D")
    first = submit_intake(fill(asked, health=told))
    again = request_intake(ana, technique_slug="regular-massage")
    browser = opened(again, by_mail=True)
    assert "we ask afresh" not in page(browser, again)
    address = browser.post(f"/intake/{again.public_id}/unchanged/", {"change": "you"}).headers["Location"]
    sent = {**filled(browser.get(address)), "physician": "Dr Berg"}
    assert browser.post(address, sent).headers["Location"] == f"/intake/{again.public_id}/check/"
    assert "Dr Berg" in page(browser, again, "check")
    browser.post(f"/intake/{again.public_id}/check/")
    again.refresh_from_db()
    assert again.intake is not None
    assert again.intake.physician == "Dr Berg"
    assert (again.intake.pain, set(again.intake.conditions)) == (first.pain, set(first.conditions))
    assert (again.intake.medicines, set(again.intake.denied)) == (first.medicines, set(first.denied))


def test_the_health_page_shows_what_lasts_to_be_confirmed_and_asks_about_today(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    html = page(browser, again, "health")
    assert html.count('<details class="more settled">') == len(shipped().groups) - 1
    assert "Long-term illness:</strong> Asthma" in " ".join(html.split())
    no = {f"gate-{group.id}": "no" for group in shipped().groups}
    sent = {**no, "gate-long-term": "yes", "conditions": "asthma", "medicines": "Vitamin D"}
    assert browser.post(f"/intake/{again.public_id}/health/", sent).status_code == 302


def test_whoever_was_shown_a_link_cannot_take_last_times_answers_over(again: IntakeRequest) -> None:
    opened(again).post(f"/intake/{again.public_id}/unchanged/")
    again.refresh_from_db()
    assert again.answers == {}


def test_the_health_of_last_time_is_filled_in_with_its_noes(before: Intake) -> None:
    same = prefilled_step(before, shipped(), step="health", edition=before.catalogue_version)
    assert same["conditions"] == ["asthma"]
    assert same["gates"]["long-term"] is True
    assert same["gates"]["skin"] is False
    assert "today" not in same["gates"]


def test_a_no_is_asked_again_where_the_catalogue_may_ask_more(before: Intake) -> None:
    later = prefilled_step(before, shipped(), step="health", edition="another edition")
    assert later["conditions"] == ["asthma"]
    assert {group for group, yes in later["gates"].items() if not yes} == set()


def test_what_a_doctor_looked_at_is_kept_for_the_same_complaint_only(ana: Client, asked: IntakeRequest) -> None:
    day = (practice_day() - dt.timedelta(days=20)).isoformat()
    last = submit_intake(fill(asked, signs=signs(checked={"not-improving": day}, none=False)))
    assert (last.checked, last.triage) == ({"not-improving": day}, "caution")
    same = answers_from_intake(last, shipped())
    other = replace(same, symptoms=("spasm",))
    fill_in = {"step": "signs", "edition": last.catalogue_version}
    assert prefilled_step(last, shipped(), now=same, **fill_in)["checked"] == {"not-improving": day}
    assert prefilled_step(last, shipped(), now=other, **fill_in) == {}


def test_nothing_counts_before_its_page_was_saved(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    page(browser, again, "where")
    again.refresh_from_db()
    assert again.answers == {}
    assert browser.get(f"/intake/{again.public_id}/check/").status_code == 302


def test_a_page_that_was_saved_shows_the_new_answer(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    no = {f"gate-{group.id}": "no" for group in shipped().groups}
    browser.post(f"/intake/{again.public_id}/health/", {**no, "medicines": "None any more"})
    html = page(browser, again, "health")
    assert "None any more" in html
    assert "Vitamin D" not in html


def test_the_last_look_marks_what_changed_and_nothing_else(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    fill(again, health=health("asthma", medicines="Zinc", surgery="Left knee, 2015"))
    html = page(browser, again, "check")
    marked = [block.split("</h2>")[0] for block in html.split('<h2 class="h4">')[1:]]
    assert [block.split("<span")[0].strip() for block in marked if "changed" in block] == ["Your health"]


def test_once_the_client_answers_by_mail_a_link_from_a_page_opens_nothing(again: IntakeRequest) -> None:
    stranger, client = opened(again), opened(again, by_mail=True)
    assert stranger.get(f"/intake/{again.public_id}/you/").status_code == 200
    client.post(f"/intake/{again.public_id}/you/", {"born_on": BORN_ON})
    for path in ("", "you/", "check/", "doctor/"):
        assert stranger.get(f"/intake/{again.public_id}/{path}").status_code == 404
    for path in ("plan", "unchanged"):
        assert stranger.post(f"/intake/{again.public_id}/{path}/").status_code == 404
    assert client.get(f"/intake/{again.public_id}/you/").status_code == 200


def test_an_emergency_is_not_last_time(ana: Client, before: Intake) -> None:
    row = request_intake(ana, technique_slug="regular-massage")
    submit_intake(fill(row, signs=signs("ces-saddle-numbness")))
    assert earlier_intake(ana) == before


def test_what_the_catalogue_has_lost_is_left_out(ana: Client, again: IntakeRequest) -> None:
    Intake.objects.create(
        client=ana,
        catalogue_version=current_edition().label,
        triage="ok",
        symptoms=["no-longer-asked"],
        conditions=["gone-too"],
        causes=["gone"],
    )
    browser = opened(again, by_mail=True)
    for step in ("", "complaint", "health"):
        assert "no-longer-asked" not in page(browser, again, step)


def test_what_version_1_called_otherwise_is_asked_again_by_todays_name(ana: Client, practice: Practice) -> None:
    old = Intake.objects.create(
        client=ana,
        catalogue_version="1.4.0",
        triage="ok",
        conditions=["cognitive-communication", "heart-disease", "severe-obesity", "asthma"],
    )
    before = prefilled_step(old, shipped(), step="health", edition=current_edition().label)
    assert set(before["conditions"]) == {"cannot-report", "heart-disease", "asthma"}
    assert "heart-blood" not in before["gates"], "asked again: is it stable?"
    assert before["gates"]["long-term"] is True


def test_a_draft_of_version_1_is_shown_and_not_taken_as_said(asked: IntakeRequest) -> None:
    asked.answers = {
        "where": {"areas": ["neck:centre"], "none": False},
        "feel": {"symptoms": ["dull-ache"], "none": False},
        "since": {"onset": ["chronic"], "now": 4, "average": 4, "worst": 6},
        "long-term": {"conditions": ["asthma"], "none": []},
        "words": {"medicines": "Vitamin D", "allergies": "", "surgery": ""},
    }
    asked.save(update_fields=["answers"])
    browser = opened(asked)
    assert ticked(page(browser, asked, "complaint"), "dull-ache")
    assert "Vitamin D" in page(browser, asked, "health")
    assert ticked(page(browser, asked, "health"), "asthma")
    given = answers_with_consent(asked, current_catalogue(), Practice.current())
    assert given.areas == ["neck"]
    assert {"complaint", "health"} <= set(missing_steps(given, current_catalogue()))


def test_a_first_intake_is_as_it_always_was(asked: IntakeRequest) -> None:
    html = page(opened(asked, by_mail=True), asked)
    assert "What has changed" not in html
    assert "About seven minutes" in html


def test_reading_last_times_answers_is_in_the_access_log(again: IntakeRequest, ana: Client) -> None:
    earlier = AccessEvent.objects.filter(client=ana.public_id, action="view").count()
    page(opened(again, by_mail=True), again)
    assert AccessEvent.objects.filter(client=ana.public_id, action="view").count() == earlier + 1


def test_a_page_says_that_it_is_filled_in_only_where_it_is(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    for step, is_filled in (("health", True), ("where", True), ("signs", False), ("consent", False)):
        if step == "signs":
            for earlier in ("complaint", "where", "since"):
                save_step(again, step=earlier, data=SORE_BACK[earlier], by_mail=True)
        assert ("Filled in with your answers" in page(browser, again, step)) is is_filled, step
