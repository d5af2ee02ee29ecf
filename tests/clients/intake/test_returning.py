"""A client who comes back: last time's answers, for them alone, and what changed since."""

import datetime as dt
import re

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.care import shipped
from clients.catalogue import current_edition
from clients.intake.actions import request_intake, submit_intake
from clients.intake.prefill import earlier_intake, prefilled_step
from clients.models import Client, Intake, IntakeRequest
from clinic.models import AccessEvent
from tests.clients.answers import conditions, health, signs
from tests.clients.steps import fill, opened

A_YEAR_AGO = timezone.now() - dt.timedelta(days=400)


@pytest.fixture
def before(asked: IntakeRequest) -> Intake:
    """Ana's first intake: a sore back, asthma, Ramipril."""
    return submit_intake(fill(asked, **conditions(["asthma", "alcohol-or-drugs-now"])), now=A_YEAR_AGO)


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
    for words in ("Ramipril 5 mg", "Lower back (both sides)", "Sleep through", "Asthma"):
        assert words in html


def test_the_pages_are_filled_in(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    assert ticked(page(browser, again, "where"), "neck:centre")
    assert ticked(page(browser, again, "feel"), "dull-ache")
    assert ticked(page(browser, again, "cause"), "computer-work")
    assert "Ramipril 5 mg" in page(browser, again, "words")
    wishes = page(browser, again, "wishes")
    assert "Sleep through" in wishes
    assert ticked(wishes, "medium")


def test_whoever_was_shown_a_link_sees_nothing_of_it(again: IntakeRequest) -> None:
    browser = opened(again)
    assert "What has changed" not in page(browser, again)
    for step in ("", "where", "feel", "since", "cause", "today", "body", "long-term", "words", "wishes"):
        html = page(browser, again, step)
        assert not any_tick(html), step
        for words in ("Ramipril", "Sleep through", "Filled in with"):
            assert words not in html, (step, words)


def test_pain_and_warning_signs_and_today_are_asked_afresh(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    since = page(browser, again, "since")
    assert ticked(since, "chronic")
    assert any_tick(since) == 2  # the time span and “comes and goes”, no number
    assert not any_tick(page(browser, again, "signs"))
    assert not ticked(page(browser, again, "today"), "alcohol-or-drugs-now")


def test_the_health_of_last_time_is_filled_in_with_its_none_of_these(before: Intake) -> None:
    same = prefilled_step(before, shipped(), step="long-term", edition=before.catalogue_version)
    assert same["conditions"] == ["asthma"]
    assert "bones-joints-and-surgery" in same["none"]
    assert "long-term-health" not in same["none"]


def test_none_of_these_is_asked_again_where_the_catalogue_may_ask_more(before: Intake) -> None:
    later = prefilled_step(before, shipped(), step="long-term", edition="another edition")
    assert (later["conditions"], later["none"]) == (["asthma"], [])
    assert prefilled_step(before, shipped(), step="feel", edition="another edition")["none"] is False


def test_nothing_counts_before_its_page_was_saved(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    page(browser, again, "where")
    again.refresh_from_db()
    assert again.answers == {}
    assert browser.get(f"/intake/{again.public_id}/check/").status_code == 302


def test_a_page_that_was_saved_shows_the_new_answer(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    browser.post(f"/intake/{again.public_id}/words/", {"medicines": "None any more"})
    html = page(browser, again, "words")
    assert "None any more" in html
    assert "Ramipril" not in html


def test_the_last_look_marks_what_changed_and_nothing_else(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    fill(again, **{**conditions([]), "words": {"medicines": "Aspirin", "allergies": "", "surgery": "Left knee, 2015"}})
    html = page(browser, again, "check")
    marked = [block.split("</h2>")[0] for block in html.split('<h2 class="h4">')[1:]]
    changed = [block.split(" <span")[0] for block in marked if "changed" in block]
    assert changed == ["Your health today", "Lasting health", "In your words"]


def test_once_the_client_answers_by_mail_a_link_from_a_page_opens_nothing(again: IntakeRequest) -> None:
    stranger, client = opened(again), opened(again, by_mail=True)
    assert stranger.get(f"/intake/{again.public_id}/words/").status_code == 200
    client.post(f"/intake/{again.public_id}/words/", {"medicines": "Aspirin"})
    for path in ("", "words/", "check/", "doctor/"):
        assert stranger.get(f"/intake/{again.public_id}/{path}").status_code == 404
    assert stranger.post(f"/intake/{again.public_id}/plan/").status_code == 404
    assert client.get(f"/intake/{again.public_id}/words/").status_code == 200


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
    for step in ("", "feel", "today", "body", "long-term"):
        assert "no-longer-asked" not in page(browser, again, step)


def test_a_first_intake_is_as_it_always_was(asked: IntakeRequest) -> None:
    html = page(opened(asked, by_mail=True), asked)
    assert "What has changed" not in html
    assert "short pages" in html


def test_reading_last_times_answers_is_in_the_access_log(again: IntakeRequest, ana: Client) -> None:
    earlier = AccessEvent.objects.filter(client=ana.public_id, action="view").count()
    page(opened(again, by_mail=True), again)
    assert AccessEvent.objects.filter(client=ana.public_id, action="view").count() == earlier + 1


def test_health_pages_without_ticks_of_last_time_have_none_of_these(asked: IntakeRequest) -> None:
    intake = submit_intake(fill(asked))
    assert prefilled_step(intake, shipped(), step="body", edition=intake.catalogue_version) == health("body")


def test_a_page_says_that_it_is_filled_in_only_where_it_is(again: IntakeRequest) -> None:
    browser = opened(again, by_mail=True)
    for step, filled in (("words", True), ("where", True), ("life", False), ("signs", False), ("consent", False)):
        assert ("Filled in with your answers" in page(browser, again, step)) is filled, step
