"""The intake in a browser that knows no JavaScript."""

import datetime as dt
import html
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from clients.care import shipped
from clients.care.screening import health_questions
from clients.catalogue.texts import client_text
from clients.intake.actions import save_step, submit_intake
from clients.models import CarePlan, Client, Intake, IntakeRequest, PainScore
from clinic.models import AccessEvent, ClientLink, Practice
from clinic.models.links import LinkPurpose
from clinic.web.links import mint_link
from tests.clients.answers import BORN_ON, SORE_BACK, consented, signs
from tests.clients.steps import fill, opened, plan_page
from tests.fixtures.browser import Browser

pytestmark = pytest.mark.django_db

NO = {f"gate-{group.id}": "no" for group in shipped().groups}
EVERY_SIGN = " ".join(flag.id for flag in shipped().red_flags)
INJURY = {"brings": "an-injury", "symptoms": ["dull-ache"], "pain": "3"}
SIX_SYMPTOMS = ["dull-ache", "stiffness", "spasm", "night-pain", "muscle-ache", "tight-spot"]
LONG = "Ein sehr langer Satz. " * 500


def url(row: IntakeRequest, step: str = "") -> str:
    return f"/intake/{row.public_id}/" + (f"{step}/" if step else "")


def pages(**changed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is posted on each page, in order."""
    return {
        "you": {"born_on": BORN_ON, "emergency_contact": "Max", "physician": "", "occupation": "sitting"},
        "complaint": {"brings": "an-injury", "symptoms": ["dull-ache", "tight-spot"], "pain": "3"},
        "where": {"areas": ["lower-back:left", "neck:centre"]},
        "since": {"onset": "acute", "pattern": ["recurrent-flare"], "causes": ["gardening"]},
        "signs": {"red_flags": ["none"], "asked": EVERY_SIGN},
        "health": NO,
        "comfort": {"pressure": "light", "positions": ["front", "back", "side"]},
        "goal": {"goals": "Walk", "tips_by_mail": "no"},
        "consent": {"treatment": "on", "signature": "Ana Berg", "text_hash": consented()["text_hash"]},
        **{step.replace("_", "-"): data for step, data in changed.items()},
    }


def walk(browser: Browser, row: IntakeRequest, **changed: dict[str, Any]) -> list[str]:
    """Post every page; return where each led."""
    return [
        browser.post(url(row, step), data).headers.get("Location", "refused") for step, data in pages(**changed).items()
    ]


def said(response: Any) -> str:
    """The page's words."""
    return html.unescape(response.content.decode())


def test_the_whole_walk_ends_in_an_intake_and_a_plan(asked: IntakeRequest) -> None:
    browser = opened(asked)
    assert "Ana" in said(browser.get(url(asked)))
    led = walk(browser, asked)
    steps = list(pages())
    assert led == [url(asked, step) for step in [*steps[1:], "check"]]
    assert "Dull or aching pain" in said(browser.get(url(asked, "check")))
    assert browser.post(url(asked, "check")).headers["Location"] == url(asked)
    intake = Intake.objects.get()
    assert intake.symptoms == ["dull-ache", "tight-spot"]
    assert "Thank you, Ana" in said(browser.get(url(asked)))
    answer = browser.post(url(asked, "plan"), follow=True)
    assert answer.redirect_chain[-1][0] == f"/care/{intake.plans.get().public_id}/"
    assert "Your care plan" in said(answer)


@pytest.mark.parametrize("by_mail", [True, False])
def test_what_was_just_sent_is_corrected_where_it_was_sent_and_nothing_is_asked_again(
    asked: IntakeRequest, *, by_mail: bool
) -> None:
    browser = opened(asked, by_mail=by_mail)
    walk(browser, asked)
    browser.post(url(asked, "check"))
    first = Intake.objects.get()
    assert "Correct my answers" in said(browser.get(url(asked)))
    assert browser.post(url(asked, "mistake")).headers["Location"] == url(asked, "check")
    look = said(browser.get(url(asked, "check")))
    for words in ("An injury", "Dull or aching pain", "Walk", "Max"):
        assert words.casefold() in look.casefold()
    asked.refresh_from_db()
    assert Intake.objects.latest_of(asked.client) == first, "what was sent counts meanwhile"
    browser.post(url(asked, "goal"), {"goals": "Run", "tips_by_mail": "no"})
    assert browser.post(url(asked, "check")).headers["Location"] == url(asked)
    second = Intake.objects.latest_of(asked.client)
    assert second is not None
    assert (second.goals, second.brings, second.pain, second.conditions) == ("Run", "an-injury", 3, first.conditions)
    assert [mark.area for mark in second.marks.all()] == [mark.area for mark in first.marks.all()]
    assert (second.denied, second.red_flags) == (first.denied, first.red_flags)
    first.refresh_from_db()
    assert first.goals == "Walk"


@pytest.mark.invariant("I8")
def test_elsewhere_and_an_hour_later_nothing_that_was_sent_is_shown_again(asked: IntakeRequest) -> None:
    browser, other = opened(asked, by_mail=True), opened(asked, by_mail=True)
    walk(browser, asked)
    browser.post(url(asked, "check"))
    assert "Correct my answers" not in said(other.get(url(asked)))
    other.post(url(asked, "mistake"))
    asked.refresh_from_db()
    assert asked.intake is not None
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        assert "Correct my answers" not in said(browser.get(url(asked)))
        browser.post(url(asked, "mistake"))
    asked.refresh_from_db()
    assert asked.intake is not None


@pytest.mark.invariant("I8")
def test_what_is_being_corrected_stays_shut_to_everybody_else_and_sent(asked: IntakeRequest) -> None:
    IntakeRequest.objects.filter(pk=asked.pk).update(short=True)
    browser, other = opened(asked, by_mail=True), opened(asked, by_mail=True)
    walk(browser, asked)
    browser.post(url(asked, "check"))
    sent = Intake.objects.get()
    browser.post(url(asked, "mistake"))
    assert browser.get(url(asked, "check")).status_code == 200
    for page in ("check", "complaint", "health"):
        assert other.get(url(asked, page)).headers["Location"] == url(asked)
    other.post(url(asked, "complaint"), {"brings": "to-relax"})
    other.post(url(asked, "check"))
    assert "Dull" not in said(other.get(url(asked)))
    assert list(Intake.objects.all()) == [sent]
    assert not IntakeRequest.objects.awaited().exists(), "nobody is asked anew for what was sent"
    assert IntakeRequest.objects.filter(intake=sent, short=True).exists(), "a short form stays a short one"
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        assert browser.get(url(asked, "check")).status_code == 200, "nothing that was typed is lost"
        for _tap in ("once", "twice"):
            browser.post(url(asked, "check"))
    assert Intake.objects.count() == 2
    asked.refresh_from_db()
    assert (asked.intake, asked.answers) == (Intake.objects.latest_of(asked.client), {})


def test_a_pain_that_is_corrected_is_one_point_of_the_trend(asked: IntakeRequest) -> None:
    browser = opened(asked, by_mail=True)
    walk(browser, asked)
    browser.post(url(asked, "check"))
    assert [each.value for each in PainScore.objects.all()] == [3]
    browser.post(url(asked, "mistake"))
    browser.post(url(asked, "complaint"), {**pages()["complaint"], "pain": "5"})
    browser.post(url(asked, "check"))
    assert [each.value for each in PainScore.objects.all()] == [5]
    assert [each.pain for each in Intake.objects.order_by("given_at")] == [3, 5]


@pytest.mark.invariant("I7")
def test_an_emergency_that_is_told_in_a_correction_counts_at_once(asked: IntakeRequest) -> None:
    browser = opened(asked)
    walk(browser, asked)
    browser.post(url(asked, "check"))
    browser.post(url(asked, "mistake"))
    browser.post(url(asked, "complaint"), {**pages()["complaint"], "symptoms": ["intense-pain"]})
    browser.post(url(asked, "signs"), {"red_flags": ["ces-saddle-numbness"], "asked": EVERY_SIGN})
    newest = Intake.objects.latest_of(asked.client)
    assert newest is not None
    assert (newest.triage, Intake.objects.count()) == ("emergency", 2)
    assert 'href="tel:' in said(browser.get(url(asked)))
    assert browser.get(url(asked, "health")).headers["Location"] == url(asked)


def test_each_page_shows_where_one_is(asked: IntakeRequest) -> None:
    browser = opened(asked)
    fill(asked)
    for place, step in enumerate([*pages(), "check"], 1):
        page = said(browser.get(url(asked, step)))
        assert f"Step {place} of 10" in page
        assert page.count("<h1") == 1


def test_it_goes_on_where_it_was_left_on_another_device(asked: IntakeRequest) -> None:
    phone = opened(asked)
    phone.post(url(asked, "you"), pages()["you"])
    phone.post(url(asked, "complaint"), {"brings": "an-injury", "symptoms": ["swelling"], "pain": "2"})
    laptop = opened(asked)
    assert url(asked, "where") in said(laptop.get(url(asked)))
    assert re.search(r'value="swelling"[^>]*checked', said(laptop.get(url(asked, "complaint"))))


def test_nothing_is_ticked_before_the_client_ticks_it(asked: IntakeRequest) -> None:
    browser = opened(asked)
    for step in ("complaint", "where"):
        save_step(asked, step=step, data=SORE_BACK[step])
    for step in ("you", "since", "signs", "health", "goal", "consent"):
        assert not re.search(r"<input[^>]* checked", said(browser.get(url(asked, step)))), step


def test_only_the_warning_signs_that_the_answers_call_for_are_asked(asked: IntakeRequest) -> None:
    browser = opened(asked)
    walk(browser, asked)
    page = browser.get(url(asked, "signs")).content.decode()
    asked_for = set(re.findall(r'name="red_flags"\s+value="([^"]+)"', page)) - {"none"}
    assert {"ces-saddle-numbness", "neck-vascular"} <= asked_for
    assert "dvt-signs" not in asked_for
    assert len(asked_for) < 10


@pytest.mark.parametrize(
    ("step", "posted", "words"),
    [
        ("you", {}, "What is safe depends on your age"),
        ("you", {"born_on": "1780-01-01"}, "That does not look like a date of birth"),
        ("complaint", {}, "Please choose one"),
        ("complaint", {"brings": "an-injury", "pain": "3"}, "Please tick what fits"),
        ("complaint", {"brings": "an-injury", "symptoms": ["dull-ache"]}, "Please choose one"),
        ("complaint", {**INJURY, "symptoms": ["dull-ache", "none"]}, "Please keep only one of the two"),
        ("complaint", {**INJURY, "symptoms": ["love-sick"]}, "love-sick"),
        ("complaint", {**INJURY, "symptoms": SIX_SYMPTOMS}, "Please choose at most 5"),
        ("complaint", {**INJURY, "pain": "11"}, "11"),
        ("where", {}, "Please mark where it is"),
        ("where", {"areas": ["wing:left"]}, "wing:left"),
        ("since", {}, "Please choose one"),
        ("since", {"onset": "acute", "causes": ["witchcraft"]}, "witchcraft"),
        ("since", {"onset": "acute", "causes": ["sport", "stress", "lifting", "driving"]}, "Please choose at most 3"),
        ("health", {"gate-skin": "no"}, "Please answer yes or no"),
        ("health", {**NO, "gate-skin": "yes"}, "If nothing in this list does, answer no"),
        ("health", {**NO, "conditions": ["sunburn"]}, "You answered no, and something below is ticked"),
        ("health", {**NO, "medicines": LONG}, "Please shorten this"),
        ("health", {**NO, "medicines": "a\x00b"}, "Null characters"),
        ("comfort", {"pressure": "crushing"}, "crushing"),
        ("goal", {}, "Please choose one"),
        ("consent", {"signature": "Ana"}, "We can only treat you with your consent"),
        ("consent", {"treatment": "on"}, "Please type your name"),
    ],
)
def test_a_bad_answer_is_said_on_the_page_and_saved_nowhere(
    asked: IntakeRequest, step: str, posted: dict[str, Any], words: str
) -> None:
    browser = opened(asked)
    before = IntakeRequest.objects.get().answers
    answer = browser.post(url(asked, step), {"text_hash": consented()["text_hash"], **posted})
    page = said(answer)
    assert answer.status_code == 200
    assert "data-error-summary" in page
    assert words in page
    assert IntakeRequest.objects.get().answers == before


@pytest.mark.parametrize("posted", [{"red_flags": ["none", "weight-loss"]}, {"red_flags": ["not-a-sign"]}, {}])
def test_contradicting_unknown_or_no_signs_are_refused(asked: IntakeRequest, posted: dict[str, Any]) -> None:
    for step in ("complaint", "where", "since"):
        save_step(asked, step=step, data=SORE_BACK[step])
    answer = opened(asked).post(url(asked, "signs"), posted)
    assert "data-error-summary" in said(answer)
    assert "signs" not in IntakeRequest.objects.get().answers


def test_every_gate_that_was_passed_over_is_named_at_once(asked: IntakeRequest) -> None:
    page = opened(asked).post(url(asked, "health"), {"gate-skin": "no", "gate-today": "no"})
    errors = list(page.context["form"].errors)
    assert errors == [name for name in NO if name not in ("gate-skin", "gate-today")]


def test_what_was_typed_is_never_lost(asked: IntakeRequest) -> None:
    browser = opened(asked)
    answer = browser.post(url(asked, "health"), {"medicines": LONG, "allergies": "Nüsse 🥜"})
    page = said(answer)
    assert LONG.strip() in page
    assert "Nüsse 🥜" in page


def test_the_last_look_shows_what_was_said_and_not_what_was_left_open(asked: IntakeRequest) -> None:
    browser = opened(asked)
    walk(browser, asked)
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get(url(asked, "check")).content.decode()))
    for left_open in ("Better with", "Other allergies", "Leave alone", "Doctor or midwife"):
        assert left_open not in page
    assert "Warning signs nothing" in page
    assert "In an emergency, call Max" in page
    assert "Pain now 3 of 10" in page


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7|add:7 }}"


def test_hostile_words_come_back_inert(asked: IntakeRequest) -> None:
    browser = opened(asked)
    walk(browser, asked, health={**NO, "medicines": HOSTILE, "allergies": "", "surgery": "שבר בירך"})
    for step in ("health", "check"):
        raw = browser.get(url(asked, step)).content.decode()
        assert "<script>alert" not in raw
        assert "<img src=x" not in raw
        assert "שבר בירך" in raw
        assert html.escape(HOSTILE) in raw


@pytest.mark.invariant("I7")
def test_an_emergency_answer_shows_only_the_emergency_text(asked: IntakeRequest) -> None:
    browser = opened(asked)
    Practice.objects.update(country="US")
    injury = {**pages()["complaint"], "symptoms": ["intense-pain"]}
    both = {"red_flags": ["ces-saddle-numbness", "kidney-signs"], "asked": EVERY_SIGN}
    walk(browser, asked, complaint=injury, signs=both)
    intake = Intake.objects.get()
    assert intake.triage == "emergency"
    text = client_text(shipped().index.red_flags["ces-saddle-numbness"].text, Practice.current())
    for page in (said(browser.get(url(asked))), plan_page(intake)):
        assert text in page
        assert shipped().index.red_flags["kidney-signs"].text not in page
        assert 'href="tel:911"' in page
        assert page.index("tel:911") < page.index(text), "the call first"
        assert "btn-primary" not in page
        assert page.count("<form") == page.count("/mistake/") == 1, "nothing but the way to take it back"
        assert not re.search(r'href="/(book|care|how|intake)', page)
    assert browser.get(url(asked, "health")).headers["Location"] == url(asked)


def test_a_sign_that_needs_a_doctor_is_said_kindly_and_the_questions_go_on(asked: IntakeRequest) -> None:
    browser = opened(asked)
    kidney = {"red_flags": ["kidney-signs"], "asked": EVERY_SIGN}
    injury = {**pages()["complaint"], "symptoms": ["intense-pain"]}
    led = walk(browser, asked, complaint=injury, signs=kidney)
    assert led[4] == url(asked, "doctor")
    page = said(browser.get(led[4]))
    assert shipped().index.red_flags["kidney-signs"].text in page
    assert "Continue with the questions" in page
    assert "btn-primary" not in page, "the one thing to do is to see a doctor"
    browser.post(url(asked, "check"))
    assert Intake.objects.get().triage == "doctor-before-massage"
    plan = plan_page(Intake.objects.get())
    assert shipped().index.red_flags["kidney-signs"].text in plan


def test_sending_twice_is_one_intake_and_ends_in_thanks(asked: IntakeRequest) -> None:
    browser = opened(asked)
    walk(browser, asked)
    browser.post(url(asked, "check"))
    again = browser.post(url(asked, "check"), follow=True)
    assert "Thank you" in said(again)
    assert Intake.objects.count() == CarePlan.objects.count() == 1


def test_sending_before_the_end_leads_to_the_open_page(asked: IntakeRequest) -> None:
    browser = opened(asked)
    save_step(asked, step="where", data=SORE_BACK["where"])
    assert browser.post(url(asked, "check")).headers["Location"] == url(asked, "you")
    assert not Intake.objects.exists()


def test_a_text_that_changed_meanwhile_is_shown_again_and_not_signed(asked: IntakeRequest) -> None:
    browser = opened(asked)
    old = consented()["text_hash"]
    Practice.objects.update(consent_text="Quite other words")
    answer = browser.post(url(asked, "consent"), {"treatment": "on", "signature": "Ana", "text_hash": old})
    page = said(answer)
    assert page.count("Our consent text has changed") == 1
    assert "Quite other words" in page
    again = re.search(r'name="text_hash" value="(\w+)"', page)
    assert again is not None
    assert again[1] != old
    posted = {"treatment": "on", "signature": "Ana", "text_hash": again[1]}
    assert browser.post(url(asked, "consent"), posted).status_code == 302


def test_hot_stones_ask_for_their_own_consent(asked_for_stones: IntakeRequest) -> None:
    browser = opened(asked_for_stones)
    assert 'name="hot_stone"' in said(browser.get(url(asked_for_stones, "consent")))
    led = walk(browser, asked_for_stones)
    assert led[-1] == "refused"
    consent = {**pages()["consent"], "hot_stone": "on"}
    assert walk(browser, asked_for_stones, consent=consent)[-1] == url(asked_for_stones, "check")


def test_no_questions_about_pain_for_whoever_comes_to_relax(asked: IntakeRequest) -> None:
    browser = opened(asked)
    led = browser.post(url(asked, "complaint"), {"brings": "to-relax"}).headers["Location"]
    assert led == url(asked, "where"), "where to work most, and where not"
    assert "data-body-chart" not in said(browser.get(led))
    for step in ("since", "signs"):
        assert browser.get(url(asked, step)).headers["Location"] == url(asked, "you")


@pytest.mark.invariant("I11")
def test_what_another_tab_sends_of_a_page_no_longer_called_for_is_kept_and_counts_for_nothing(
    asked: IntakeRequest,
) -> None:
    browser = opened(asked)
    fill(asked, complaint={"brings": "to-relax"})
    assert browser.post(url(asked, "since"), {}).status_code == 200, "refused beside its question, as ever"
    assert browser.post(url(asked, "since"), {"onset": "acute", "causes": "sport"}).status_code == 302
    assert IntakeRequest.objects.get().answers["since"]["causes"] == ["sport"]
    assert submit_intake(IntakeRequest.objects.get()).causes == []


@pytest.mark.invariant("I8")
def test_a_stranger_finds_nothing(asked: IntakeRequest, ana: Client) -> None:
    mine = opened(asked)
    other = IntakeRequest.objects.create(client=ana, technique="hot-stone")
    expired = mint_link(purpose=LinkPurpose.INTAKE, subject=asked.public_id, lasts=-dt.timedelta(minutes=1))
    wrong = mint_link(purpose=LinkPurpose.CARE, subject=asked.public_id, lasts=dt.timedelta(days=1))
    stranger = Browser()
    for key in (asked.public_id, uuid.uuid4(), expired, wrong, "x" * 43, "🔑"):
        for tail in ("", "where/", "check/", "doctor/", "unchanged/"):
            assert stranger.get(f"/intake/{key}/{tail}").status_code == 404
            assert stranger.post(f"/intake/{key}/{tail}").status_code in (404, 405)
    assert mine.get(url(other)).status_code == 404
    assert mine.post(url(other, "plan")).status_code == 404


def test_a_link_that_ran_out_closes_the_open_browser_too(asked: IntakeRequest) -> None:
    browser = opened(asked)
    ClientLink.objects.update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert browser.get(url(asked)).status_code == 404


def test_an_erased_client_has_no_pages(asked: IntakeRequest) -> None:
    browser = opened(asked)
    Client.objects.update(erased_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert browser.get(url(asked)).status_code == 404


def everything() -> list[Any]:
    rows = [list(model.objects.values()) for model in (IntakeRequest, Intake, CarePlan, Client, ClientLink)]
    return [sorted(map(str, each)) for each in rows]


@pytest.mark.invariant("I9")
def test_looking_changes_nothing_but_the_access_log(asked: IntakeRequest) -> None:
    browser = opened(asked)
    fill(asked, signs=signs("weight-loss"))
    before, seen = everything(), AccessEvent.objects.count()
    for step in ["", *pages(), "check", "doctor"]:
        for look in (browser.get, browser.head):
            assert look(url(asked, step)).status_code in (200, 302)
    assert browser.get(url(asked, "plan")).status_code == 302
    assert everything() == before
    assert AccessEvent.objects.count() > seen


@pytest.mark.invariant("I10")
def test_no_answer_is_in_any_address(asked: IntakeRequest) -> None:
    browser = opened(asked)
    told = {**NO, "gate-medicines": "yes", "conditions": ["anticoagulants"]}
    led = walk(browser, asked, health=told)
    intake = submit_intake(IntakeRequest.objects.get())
    words = [*intake.symptoms, *intake.conditions, *intake.causes, *intake.onset, *intake.areas, "Walk", "Ana"]
    assert len(led) >= 9
    for address in led:
        assert not [word for word in words if word in address]
        assert "?" not in address


def test_the_health_page_asks_every_live_condition_once(asked: IntakeRequest) -> None:
    page = opened(asked).get(url(asked, "health")).content.decode()
    found = re.findall(r'name="conditions"\s+value="([^"]+)"', page)
    questions = health_questions(shipped(), region=Practice.current().country)
    live = [each.id for group in questions for each in group.conditions if not each.ask_when]
    assert found == list(dict.fromkeys(found))
    assert set(live) <= set(found)


def test_a_condition_ticked_is_saved_with_its_gate(asked: IntakeRequest) -> None:
    told = {**NO, "gate-medicines": "yes", "conditions": ["anticoagulants"]}
    walk(opened(asked), asked, health=told)
    saved = IntakeRequest.objects.get().answers["health"]
    assert saved["conditions"] == ["anticoagulants"]
    assert saved["gates"] == {group.id: group.id == "medicines" for group in shipped().groups}
