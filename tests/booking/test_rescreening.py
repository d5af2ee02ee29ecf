"""An intake that came in after the booking: where it speaks against the service, both are told and somebody decides."""

import datetime as dt
import re

import pytest
from django.test import Client as Browser
from django.utils import timezone

from booking.actions import Answers, accept, book, cancel, rescreening
from booking.actions.clearance import see_clearance
from booking.actions.rescreening import rescreen_coming_visits, swap_offer, take_offer
from booking.errors import NotPossible
from booking.models import Appointment
from booking.models.appointment import Status
from booking.tasks import sweep_reminders
from clients.models import Intake
from clinic.links import mint
from clinic.models import LinkPurpose, MailState, OutgoingMail
from tests.fixtures.cast import House

# Told in no mail, whatever the answer was (I10).
HEALTH_WORDS = ("pregnan", "numb", "neuropath", "blood", "doctor", "health", "heat", "condition", "sign")
# But that a doctor comes first, or that a note is to be brought, is what the client must do.
TO_DO = {"doctor"}


@pytest.fixture
def stones(house: House) -> Appointment:
    """Ana has booked hot stones with Mira and ticked nothing."""
    return book(
        service=house.hot_stone,
        start=house.at(10),
        therapist=house.mira,
        client=house.ana,
        answers=Answers(),
        policy_accepted=True,
        via="web",
    )


def says(house: House, *conditions: str, **more: object) -> Intake:
    """Ana's intake, given just now."""
    answers = {"conditions": list(conditions), "triage": "ok", **more}
    return Intake.objects.create(client=house.ana, catalogue_version="1", given_at=timezone.now(), **answers)


def now_at(visit: Appointment) -> str:
    """The visit's status."""
    visit.refresh_from_db()
    return visit.status


def mails(kind: str) -> list[OutgoingMail]:
    """The mails of a kind."""
    return list(OutgoingMail.objects.filter(kind=kind))


def page(visit: Appointment, *, by_mail: bool) -> tuple[Browser, str]:
    """A browser with the visit's link opened, and what the page says."""
    browser = Browser()
    token = mint(purpose=LinkPurpose.VISIT, subject=visit.public_id, lasts=dt.timedelta(days=1), by_mail=by_mail)
    return browser, browser.get(f"/visit/{token}/", follow=True).content.decode()


def test_answers_that_allow_the_service_change_nothing(house: House, stones: Appointment) -> None:
    intake = says(house, "asthma")
    assert rescreen_coming_visits() == 0
    assert now_at(stones) == Status.CONFIRMED
    assert stones.rescreened_with == intake
    assert not OutgoingMail.objects.exists()


def test_a_service_that_is_never_safe_becomes_a_request_and_both_are_told_once(
    house: House, stones: Appointment
) -> None:
    says(house, "pregnancy")
    assert rescreen_coming_visits() == 1
    assert now_at(stones) == Status.REQUESTED
    assert stones.screening is not None
    assert stones.screening.level == "never_when"
    assert stones.changes.get(what="answers").after == "requested"
    assert rescreen_coming_visits() == 0
    (to_staff,), (to_client,) = mails("staff"), mails("please-look")
    assert house.mira.user is not None
    assert (to_staff.to_email, to_client.to_email) == (house.mira.user.email, house.ana.email)
    assert "Please look at the visit" in to_staff.text
    assert "at 10:00" in to_staff.text
    assert f"{house.regular_90.name}, 90 minutes" in to_client.text


@pytest.mark.parametrize(
    ("conditions", "flags"),
    [
        (["pregnancy"], []),
        (["anticoagulants"], []),
        ([], ["ces-saddle-numbness"]),
        ([], ["kidney-signs"]),
    ],
)
@pytest.mark.invariant("I10")
def test_no_mail_says_what_it_is_about(
    house: House, stones: Appointment, conditions: list[str], flags: list[str]
) -> None:
    says(house, *conditions, red_flags=flags)
    assert rescreen_coming_visits() == 1
    assert now_at(stones) == Status.REQUESTED
    for mail in (*mails("staff"), *mails("please-look")):
        words = f"{mail.subject} {mail.text} {mail.html.split('<body')[-1]}".lower()
        said = {word for word in HEALTH_WORDS if f" {word}" in words}
        assert said <= (TO_DO if mail.kind == "please-look" else set())
        assert "doctor" not in mail.subject.lower()
    assert f"{house.ana.first_name} " not in mails("staff")[0].text


def test_what_symptoms_imply_counts(house: House, stones: Appointment) -> None:
    says(house, symptoms=["numbness-tingling"])
    assert rescreen_coming_visits() == 1


def test_a_note_that_was_known_about_is_no_news(house: House) -> None:
    answers = Answers(conditions=frozenset({"anticoagulants"}))
    visit = book(
        service=house.hot_stone,
        start=house.at(10),
        client=house.ana,
        answers=answers,
        policy_accepted=True,
        via="web",
    )
    see_clearance(visit, on=timezone.now().date(), by=house.owner)
    accept(visit, by=house.owner)
    says(house, "anticoagulants")
    assert rescreen_coming_visits() == 0
    assert now_at(visit) == Status.CONFIRMED
    assert visit.clearance_seen_on is not None
    says(house, "anticoagulants", "epilepsy")
    assert rescreen_coming_visits() == 1
    assert now_at(visit) == Status.REQUESTED
    assert visit.clearance_seen_on is None


def test_an_intake_from_before_the_booking_is_not_judged_again(house: House) -> None:
    Intake.objects.create(
        client=house.ana,
        catalogue_version="1",
        triage="ok",
        conditions=["pregnancy"],
        given_at=timezone.now() - dt.timedelta(days=2),
    )
    visit = house.visit(house.at(10), service=house.hot_stone)
    assert rescreen_coming_visits() == 0
    assert now_at(visit) == Status.CONFIRMED


def test_only_visits_to_come_of_that_client_are_touched(house: House, stones: Appointment) -> None:
    other = house.visit(house.at(13), client=house.ben, service=house.hot_stone)
    off = cancel(stones, reason="fever", via="web")
    says(house, "pregnancy")
    assert rescreen_coming_visits() == 0
    assert (now_at(other), now_at(off)) == (Status.CONFIRMED, Status.CANCELLED)


def test_one_visit_that_cannot_be_judged_holds_up_no_other(
    house: House, stones: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.visit(house.at(13), service=house.hot_stone, status=Status.CONFIRMED)
    says(house, "pregnancy")
    real = rescreening.rescreen

    def broken(visit: Appointment) -> bool:
        if visit.pk == stones.pk:
            raise RuntimeError("broken")
        return real(visit)

    monkeypatch.setattr(rescreening, "rescreen", broken)
    assert rescreen_coming_visits() == 1
    assert now_at(stones) == Status.CONFIRMED


def test_the_sweep_does_it(house: House, stones: Appointment) -> None:
    says(house, "pregnancy")
    sweep_reminders()
    assert now_at(stones) == Status.REQUESTED
    assert len(mails("staff")) == 1  # the notice about a waiting request is this very mail


def test_the_swap_is_one_tap_and_decides_it(house: House, stones: Appointment) -> None:
    says(house, "pregnancy")
    rescreen_coming_visits()
    browser, said = page(stones, by_mail=True)
    assert "Take it instead" in said
    answer = browser.post(f"/visit/{stones.public_id}/swap/", {"service": house.regular_90.slug}, follow=True)
    assert "Changed. We look forward to seeing you." in answer.content.decode()
    assert now_at(stones) == Status.CONFIRMED
    assert (stones.service, stones.therapist, stones.starts_at) == (house.regular_90, house.mira, house.at(10))
    assert stones.kit is None
    assert "Take it instead" not in browser.get(f"/visit/{stones.public_id}/").content.decode()


def test_at_the_desk_the_swap_is_one_tap_too_and_remembers_who(house: House, stones: Appointment) -> None:
    browser = Browser()
    browser.force_login(house.owner)
    address = f"/desk/visits/{stones.public_id}/"
    assert "Change to it" not in browser.get(address).content.decode()
    says(house, "pregnancy")
    rescreen_coming_visits()
    offered = browser.get(address).content.decode()
    assert re.search(r'<button class="btn btn-primary"[^>]*>Change to it<', offered)
    assert re.search(r'<button class="btn btn-secondary"[^>]*>Accept it all the same<', offered), "not what stands out"
    assert "Why is it given all the same?" in offered
    said = browser.post(f"{address}swap/", {"service": house.regular_90.slug}, follow=True).content.decode()
    assert "Changed." in said
    assert "Change to it" not in said
    assert now_at(stones) == Status.CONFIRMED
    assert (stones.service, stones.starts_at) == (house.regular_90, house.at(10))
    assert set(stones.changes.filter(via="desk").values_list("by", flat=True)) == {house.owner.pk}


@pytest.mark.parametrize("service", ["hot-stone-90", "no-such-service", ""])
def test_at_the_desk_what_is_not_on_offer_is_refused_kindly(house: House, stones: Appointment, service: str) -> None:
    browser = Browser()
    browser.force_login(house.owner)
    said = browser.post(f"/desk/visits/{stones.public_id}/swap/", {"service": service}, follow=True).content.decode()
    assert "not on offer any more" in said
    stones.refresh_from_db()
    assert stones.service == house.hot_stone


def test_whoever_was_shown_the_link_sees_no_offer_and_cannot_take_it(house: House, stones: Appointment) -> None:
    says(house, "pregnancy")
    rescreen_coming_visits()
    browser, said = page(stones, by_mail=False)
    assert "Take it instead" not in said
    assert browser.post(f"/visit/{stones.public_id}/swap/", {"service": house.regular_90.slug}).status_code == 404
    stones.refresh_from_db()
    assert stones.service == house.hot_stone


@pytest.mark.parametrize("flag", ["ces-saddle-numbness", "kidney-signs"])
@pytest.mark.invariant("I7")
def test_where_no_massage_is_safe_none_is_offered(house: House, stones: Appointment, flag: str) -> None:
    says(house, red_flags=[flag])
    rescreen_coming_visits()
    stones.refresh_from_db()
    assert swap_offer(stones) is None
    with pytest.raises(NotPossible):
        take_offer(stones, service=house.regular)


def test_a_longer_service_that_runs_into_the_next_visit_is_not_offered(house: House) -> None:
    visit = house.visit(house.at(10), service=house.hot_stone)
    house.regular_90.minutes = 150
    house.regular_90.save(update_fields=["minutes"])
    house.regular.minutes = 30
    house.regular.save(update_fields=["minutes"])
    house.visit(house.at(12), client=house.ben)
    says(house, "pregnancy")
    rescreen_coming_visits()
    visit.refresh_from_db()
    offered = swap_offer(visit)
    assert offered is not None
    assert offered.service != house.regular_90


def test_a_visit_without_news_has_no_offer(house: House, stones: Appointment) -> None:
    assert swap_offer(stones) is None


def test_a_yes_against_the_answers_needs_a_reason_that_is_kept(house: House, stones: Appointment) -> None:
    says(house, "pregnancy")
    rescreen_coming_visits()
    browser = Browser()
    browser.force_login(house.owner)
    address = f"/desk/visits/{stones.public_id}/"
    for typed in ("", "   ", "asdfg", "x" * 40):
        answer = browser.post(f"{address}accept/", {"accept-reason": typed})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "two words and 12 letters" in page
        assert 'id="id_accept-reason"' in page
        ids = re.findall(r' id="([^"]+)"', page)
        assert len(ids) == len(set(ids)), [each for each in ids if ids.count(each) > 1]
        assert now_at(stones) == Status.REQUESTED
    too_long = browser.post(f"{address}accept/", {"accept-reason": "x" * 301})
    assert too_long.status_code == 422
    assert "x" * 301 in too_long.content.decode(), "nothing lost that the person typed"
    said = browser.post(
        f"{address}accept/", {"accept-reason": "Her midwife agrees, feet only."}, follow=True
    ).content.decode()
    assert "Confirmed." in said
    assert now_at(stones) == Status.CONFIRMED
    assert stones.changes.order_by("-pk")[0].why == "Her midwife agrees, feet only."
    assert "Her midwife agrees, feet only." in browser.get(address).content.decode()


def test_a_yes_to_a_request_with_nothing_against_it_asks_for_no_reason(house: House, stones: Appointment) -> None:
    Appointment.objects.filter(pk=stones.pk).update(status=Status.REQUESTED)
    browser = Browser()
    browser.force_login(house.owner)
    address = f"/desk/visits/{stones.public_id}/"
    assert "Why is it given all the same?" not in browser.get(address).content.decode()
    browser.post(f"{address}accept/")
    assert now_at(stones) == Status.CONFIRMED


@pytest.mark.invariant("I7")
@pytest.mark.parametrize(
    "answers", [{"red_flags": ["chest-pain-breathless"], "triage": "emergency"}, {"conditions": ["reduced-sensation"]}]
)
def test_no_reason_lifts_an_emergency_or_heat_on_skin_that_cannot_feel_it(
    house: House, stones: Appointment, answers: dict[str, object]
) -> None:
    Intake.objects.create(client=house.ana, catalogue_version="1", **{"triage": "ok", **answers})
    rescreen_coming_visits()
    browser = Browser()
    browser.force_login(house.owner)
    address = f"/desk/visits/{stones.public_id}/"
    page = browser.get(address).content.decode()
    assert "This request cannot be accepted" in page
    assert f'{address}accept/"' not in page
    browser.post(f"{address}accept/", {"reason": "Her doctor agreed on the phone."})
    assert now_at(stones) == Status.REQUESTED
    with pytest.raises(NotPossible):
        accept(stones, by=house.owner, reason="Her doctor agreed on the phone.")


@pytest.mark.invariant("I7")
def test_after_an_emergency_answer_no_mail_asks_for_patience_and_no_page_for_a_yes(
    house: House, stones: Appointment
) -> None:
    says(house, red_flags=["ces-saddle-numbness"], triage="emergency")
    browser, before_the_sweep = page(stones, by_mail=True)
    assert "Yes, I will come" not in before_the_sweep
    sweep_reminders()
    assert mails("please-look") == []
    assert "read now" in " ".join(mail.text for mail in mails("staff"))
    browser, shown = page(stones, by_mail=True)
    assert "Yes, I will come" not in shown
    assert "You need do nothing" not in shown
    browser.post(f"/visit/{stones.public_id}/confirm/")
    stones.refresh_from_db()
    assert stones.confirmed_by_client_at is None


@pytest.mark.parametrize("flag", ["kidney-signs", "dvt-signs"])
def test_where_a_doctor_comes_first_one_line_repeats_the_page(house: House, stones: Appointment, flag: str) -> None:
    says(house, red_flags=[flag], triage="doctor-before-massage")
    rescreen_coming_visits()
    (mail,) = mails("please-look")
    for body in (mail.text, mail.html):
        assert "do what the page told you" in body
        assert "tell us when a doctor has looked" in body
        assert "do nothing now" not in body
        assert "hold the time" not in body


def test_where_a_note_is_asked_for_the_mail_says_to_bring_it(house: House, stones: Appointment) -> None:
    says(house, "anticoagulants")
    rescreen_coming_visits()
    (mail,) = mails("please-look")
    for body in (mail.text, mail.html):
        assert "bring the note" in body
        assert "do nothing now" not in body


def test_a_mail_that_an_emergency_answer_has_overtaken_does_not_go(house: House, stones: Appointment) -> None:
    says(house, "pregnancy")
    rescreen_coming_visits()
    (waits,) = mails("please-look")
    says(house, "pregnancy", red_flags=["ces-saddle-numbness"], triage="emergency")
    sweep_reminders()
    waits.refresh_from_db()
    assert waits.state == MailState.WITHDRAWN


def test_a_request_offers_no_yes_and_takes_none(house: House) -> None:
    visit = house.visit(house.at(10), status=Status.REQUESTED)
    browser, shown = page(visit, by_mail=True)
    assert "Yes, I will come" not in shown
    asked = browser.get(f"/visit/{visit.public_id}/confirm/").content.decode()
    assert "Yes, I will come" not in asked
    assert "You told us" not in asked
    browser.post(f"/visit/{visit.public_id}/confirm/")
    visit.refresh_from_db()
    assert visit.confirmed_by_client_at is None
    Appointment.objects.filter(pk=visit.pk).update(status=Status.CONFIRMED)
    assert "Yes, I will come" in page(visit, by_mail=True)[1]
