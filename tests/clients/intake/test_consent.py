"""Consent: asked for only where none is in force; hot stones and minors ask for more."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from clients.intake.actions import save_step, submit_intake
from clients.intake.checks import years_old
from clients.models import Client, Consent, IntakeRequest
from clinic.errors import Refusal
from clinic.models import Practice
from tests.clients.answers import SORE_BACK, conditions, consented, signs
from tests.clients.steps import fill, opened

DAY = dt.timedelta(days=1)


def agreed(client: Client, **changed: Any) -> Consent:
    """A consent that Ana signed a month ago, ten minutes past midnight or later: in UTC it was the day before."""
    zone = Practice.current().zone
    then = dt.datetime.combine(
        timezone.now().astimezone(zone).date() - 30 * DAY, dt.time(0, 10 + Consent.objects.count()), zone
    )
    terms = {"version": 1, "text": "Words", "treatment": True, "signature": "Ana Berg", **changed}
    return Consent.objects.create(client=client, **{"given_at": then, **terms})


def unsigned(row: IntakeRequest, by_mail: bool = True, **changed: Any) -> IntakeRequest:
    """Everything answered but the consent."""
    for step, data in {**SORE_BACK, **changed}.items():
        save_step(row, step=step, data=data, by_mail=by_mail)
    return row


def refused(row: IntakeRequest) -> tuple[str, str | None]:
    """The code and the step that an intake is refused for."""
    with pytest.raises(Refusal) as error:
        submit_intake(row)
    return error.value.code, error.value.field


def test_a_consent_in_force_is_not_asked_for_again(ana: Client, asked: IntakeRequest) -> None:
    consent = agreed(ana)
    assert submit_intake(unsigned(asked)).consent == consent
    assert Consent.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"given_at": timezone.now() - 366 * DAY},
        {"version": 0},
        {"withdrawn_at": timezone.now()},
        {"treatment": False},
    ],
)
def test_a_consent_that_is_old_outdated_withdrawn_or_empty_is(
    ana: Client, asked: IntakeRequest, changed: dict[str, Any]
) -> None:
    agreed(ana, **changed)
    assert refused(unsigned(asked)) == ("incomplete", "consent")


def test_a_new_version_of_the_text_asks_again(ana: Client, asked: IntakeRequest) -> None:
    agreed(ana)
    Practice.objects.update(consent_text="New words", consent_version=2)
    assert refused(unsigned(asked)) == ("incomplete", "consent")


def test_whoever_came_by_a_link_on_a_page_signs(ana: Client, asked: IntakeRequest) -> None:
    agreed(ana)
    assert refused(unsigned(asked, by_mail=False)) == ("incomplete", "consent")


def test_a_consent_without_hot_stones_does_not_cover_them(ana: Client, asked_for_stones: IntakeRequest) -> None:
    agreed(ana)
    assert refused(unsigned(asked_for_stones)) == ("incomplete", "consent")
    agreed(ana, hot_stone=True)
    assert submit_intake(asked_for_stones).consent is not None


def test_signing_anew_is_a_new_consent(ana: Client, asked: IntakeRequest) -> None:
    agreed(ana)
    save_step(asked, step="consent", data=consented(), by_mail=True)
    intake = submit_intake(unsigned(asked))
    assert intake.consent is not None
    assert (Consent.objects.count(), intake.consent.text) == (2, Practice.current().consent_text)


def test_the_last_look_says_what_was_agreed_and_when(ana: Client, asked: IntakeRequest) -> None:
    consent = agreed(ana, personal_tips=True)
    browser = opened(asked, by_mail=True)
    unsigned(asked)
    page = browser.get(f"/intake/{asked.public_id}/check/").content.decode()
    day = consent.given_at.astimezone(Practice.current().zone)
    words = "treatment, with your health answers for it, personal tips by e-mail"
    assert f"You agreed on {day:%-d %B %Y} (version 1): {words}." in page
    assert "still in force" in browser.get(f"/intake/{asked.public_id}/consent/").content.decode()


def test_the_goal_leads_to_the_last_look_where_a_consent_stands(ana: Client, asked: IntakeRequest) -> None:
    agreed(ana)
    browser = opened(asked, by_mail=True)
    unsigned(asked)
    page = browser.get(f"/intake/{asked.public_id}/goal/").content.decode()
    assert 'name="tips_by_mail"' not in page, "the standing consent has said it"
    led = browser.post(f"/intake/{asked.public_id}/goal/", {"goals": "Walk"})
    assert led.headers["Location"] == f"/intake/{asked.public_id}/check/"


@pytest.mark.parametrize("condition", ["minor-under-18", "child-under-12"])
def test_a_ticked_minor_needs_a_guardian(ana: Client, asked: IntakeRequest, condition: str) -> None:
    fill(asked, **conditions([condition]))
    assert refused(asked) == ("incomplete", "consent")
    save_step(asked, step="consent", data=consented(guardian="Olga Berg"))
    intake = submit_intake(asked)
    assert intake.consent is not None
    assert intake.consent.guardian == "Olga Berg"


def test_a_minor_by_the_date_on_file_needs_a_guardian(ana: Client, asked: IntakeRequest) -> None:
    ana.born_on = timezone.now().date() - dt.timedelta(days=16 * 365)
    ana.save(update_fields=["born_on"])
    assert refused(fill(asked, you={**SORE_BACK["you"], "born_on": ""})) == ("incomplete", "consent")


def test_an_adults_consent_does_not_cover_a_minor(ana: Client, asked: IntakeRequest) -> None:
    agreed(ana)
    young = conditions(["minor-under-18"])
    assert refused(unsigned(asked, True, **young)) == ("incomplete", "consent")
    agreed(ana, guardian="Olga Berg", guardian_relation="mother", guardian_agrees=True)
    assert submit_intake(asked).consent is not None


def test_a_date_of_birth_under_18_asks_for_the_guardian_on_the_consent(asked: IntakeRequest) -> None:
    browser = opened(asked)
    young = (timezone.now().date() - dt.timedelta(days=15 * 365)).isoformat()
    browser.post(f"/intake/{asked.public_id}/you/", {"born_on": young})
    posted = {"treatment": "on", "signature": "Ana", "text_hash": consented()["text_hash"]}
    page = browser.post(f"/intake/{asked.public_id}/consent/", posted).content.decode()
    assert "Under 18 a parent or guardian signs as well." in page
    theirs = {"guardian": "Olga", "guardian_relation": "mother", "guardian_agrees": "on"}
    assert browser.post(f"/intake/{asked.public_id}/consent/", {**posted, **theirs}).status_code == 302


def test_the_date_of_birth_is_kept_where_it_was_missing(ana: Client, asked: IntakeRequest) -> None:
    assert 'name="born_on"' in opened(asked).get(f"/intake/{asked.public_id}/you/").content.decode()
    submit_intake(fill(asked, you={**SORE_BACK["you"], "born_on": "1980-05-04"}))
    ana.refresh_from_db()
    assert ana.born_on == dt.date(1980, 5, 4)


def test_whoever_came_by_a_link_on_a_page_neither_sees_nor_changes_the_date_on_file(
    ana: Client, asked: IntakeRequest
) -> None:
    ana.born_on = dt.date(1980, 5, 4)
    ana.save(update_fields=["born_on"])
    assert "born_on" not in opened(asked).get(f"/intake/{asked.public_id}/you/").content.decode()
    submit_intake(fill(asked, you={**SORE_BACK["you"], "born_on": "1990-01-01"}))
    ana.refresh_from_db()
    assert ana.born_on == dt.date(1980, 5, 4)


def test_the_client_themselves_may_correct_it(ana: Client, asked: IntakeRequest) -> None:
    ana.born_on = dt.date(1980, 5, 4)
    ana.save(update_fields=["born_on"])
    browser = opened(asked, by_mail=True)
    assert 'name="born_on"' in browser.get(f"/intake/{asked.public_id}/you/").content.decode()
    fill(asked)
    browser.post(f"/intake/{asked.public_id}/you/", {"born_on": "1981-05-04"})
    submit_intake(IntakeRequest.objects.get())
    ana.refresh_from_db()
    assert ana.born_on == dt.date(1981, 5, 4)


def test_the_hot_stone_tick_is_asked_for_hot_stones_only(
    ana: Client, asked: IntakeRequest, asked_for_stones: IntakeRequest
) -> None:
    for row, there in ((asked, False), (asked_for_stones, True)):
        page = opened(row).get(f"/intake/{row.public_id}/consent/").content.decode()
        assert ('name="hot_stone"' in page) is there


@pytest.mark.parametrize(
    ("on", "years"), [("2026-05-03", 17), ("2026-05-04", 18), ("2026-05-05", 18), ("2008-05-03", -1)]
)
def test_years_are_counted_from_birthday_to_birthday(on: str, years: int) -> None:
    assert years_old(dt.date(2008, 5, 4), dt.date.fromisoformat(on)) == years


def test_an_emergency_needs_no_consent(asked: IntakeRequest) -> None:
    assert submit_intake(unsigned(asked, signs=signs("ces-saddle-numbness"))).consent is None
    assert not Consent.objects.exists()
