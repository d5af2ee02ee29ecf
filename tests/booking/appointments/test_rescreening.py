"""An intake that came in after the booking: where it speaks against the service, both are told and somebody decides."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from booking.appointments import rescreening
from booking.appointments.screening import SafetyAnswers
from booking.errors import NotPossible
from booking.models import Appointment, Status
from booking.tasks import sweep
from clients.models import Intake
from clinic.models import LinkPurpose, MailState, OutgoingMail, Practice
from clinic.web.links import mint_link
from tests.fixtures.actions import accept, book, cancel, see_clearance, swap_offer, take_offer
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import rescreen_coming_appointments

# Told in no mail, whatever the answer was (I10).
HEALTH_WORDS = ("pregnan", "numb", "neuropath", "blood", "doctor", "health", "heat", "condition", "sign")
# But that a doctor comes first, or that a note is to be brought, is what the client must do.
TO_DO = {"doctor"}


@pytest.fixture
def stones(cast: Cast) -> Appointment:
    """Ana has booked hot stones with Mira and ticked nothing."""
    return book(
        service=cast.hot_stone,
        start=cast.at(10),
        therapist=cast.mira,
        client=cast.ana,
        answers=SafetyAnswers(),
        policy_accepted=True,
        via="web",
    )


def says(cast: Cast, *conditions: str, **more: object) -> Intake:
    """Ana's intake, given just now."""
    answers = {"conditions": list(conditions), "triage": "ok", **more}
    return Intake.objects.create(client=cast.ana, catalogue_version="1", given_at=timezone.now(), **answers)


def now_at(appointment: Appointment) -> str:
    """The appointment's status."""
    appointment.refresh_from_db()
    return appointment.status


def mails(kind: str) -> list[OutgoingMail]:
    """The mails of a kind."""
    return list(OutgoingMail.objects.filter(kind=kind))


def page(appointment: Appointment, *, by_mail: bool) -> tuple[Browser, str]:
    """A browser with the appointment's link opened, and what the page says."""
    browser = Browser()
    token = mint_link(
        purpose=LinkPurpose.APPOINTMENT, subject=appointment.public_id, lasts=dt.timedelta(days=1), by_mail=by_mail
    )
    return browser, browser.get(f"/appointment/{token}/", follow=True).content.decode()


def test_answers_that_allow_the_service_change_nothing(cast: Cast, stones: Appointment) -> None:
    intake = says(cast, "asthma")
    assert rescreen_coming_appointments() == 0
    assert now_at(stones) == Status.CONFIRMED
    assert stones.rescreened_with == intake
    assert not OutgoingMail.objects.exists()


def test_a_service_that_is_never_safe_becomes_a_request_and_both_are_told_once(cast: Cast, stones: Appointment) -> None:
    says(cast, "pregnancy")
    assert rescreen_coming_appointments() == 1
    assert now_at(stones) == Status.REQUESTED
    assert stones.screening is not None
    assert stones.screening.level == "never"
    assert stones.changes.get(what="answers").after == "requested"
    assert rescreen_coming_appointments() == 0
    (to_staff,), (to_client,) = mails("staff"), mails("please-look")
    assert cast.mira.user is not None
    assert (to_staff.to_email, to_client.to_email) == (cast.mira.user.email, cast.ana.email)
    assert "Please look at the appointment" in to_staff.text
    assert "at 10:00" in to_staff.text
    assert f"{cast.regular_90.name}, 90 minutes" in to_client.text


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
    cast: Cast, stones: Appointment, conditions: list[str], flags: list[str]
) -> None:
    says(cast, *conditions, red_flags=flags)
    assert rescreen_coming_appointments() == 1
    assert now_at(stones) == Status.REQUESTED
    for mail in (*mails("staff"), *mails("please-look")):
        words = f"{mail.subject} {mail.text} {mail.html.split('<body')[-1]}".lower()
        said = {word for word in HEALTH_WORDS if f" {word}" in words}
        assert said <= (TO_DO if mail.kind == "please-look" else set())
        assert "doctor" not in mail.subject.lower()
    assert f"{cast.ana.first_name} " not in mails("staff")[0].text


def test_what_symptoms_imply_counts(cast: Cast, stones: Appointment) -> None:
    says(cast, symptoms=["numbness-tingling"])
    assert rescreen_coming_appointments() == 1


def test_a_note_that_was_known_about_is_no_news(cast: Cast) -> None:
    answers = SafetyAnswers(conditions=frozenset({"anticoagulants"}))
    appointment = book(
        service=cast.hot_stone,
        start=cast.at(10),
        client=cast.ana,
        answers=answers,
        policy_accepted=True,
        via="web",
    )
    see_clearance(appointment, on=timezone.now().astimezone(cast.zone).date(), by=cast.owner)
    accept(appointment, by=cast.owner)
    says(cast, "anticoagulants")
    assert rescreen_coming_appointments() == 0
    assert now_at(appointment) == Status.CONFIRMED
    assert appointment.clearance_seen_on is not None
    says(cast, "anticoagulants", "epilepsy")
    assert rescreen_coming_appointments() == 1
    assert now_at(appointment) == Status.REQUESTED
    assert appointment.clearance_seen_on is None


def test_an_intake_from_before_the_booking_is_not_judged_again(cast: Cast) -> None:
    Intake.objects.create(
        client=cast.ana,
        catalogue_version="1",
        triage="ok",
        conditions=["pregnancy"],
        given_at=timezone.now() - dt.timedelta(days=2),
    )
    appointment = cast.appointment(cast.at(10), service=cast.hot_stone)
    assert rescreen_coming_appointments() == 0
    assert now_at(appointment) == Status.CONFIRMED


def test_only_appointments_to_come_of_that_client_are_touched(cast: Cast, stones: Appointment) -> None:
    other = cast.appointment(cast.at(13), client=cast.ben, service=cast.hot_stone)
    off = cancel(stones, reason="fever", via="web")
    says(cast, "pregnancy")
    assert rescreen_coming_appointments() == 0
    assert (now_at(other), now_at(off)) == (Status.CONFIRMED, Status.CANCELLED)


def test_one_appointment_that_cannot_be_judged_holds_up_no_other(
    cast: Cast, stones: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.appointment(cast.at(13), service=cast.hot_stone, status=Status.CONFIRMED)
    says(cast, "pregnancy")
    real = rescreening.rescreen

    def broken(appointment: Appointment, practice: Practice) -> bool:
        if appointment.pk == stones.pk:
            raise RuntimeError("broken")
        return real(appointment, practice)

    monkeypatch.setattr(rescreening, "rescreen", broken)
    assert rescreen_coming_appointments() == 1
    assert now_at(stones) == Status.CONFIRMED


def test_the_sweep_does_it(cast: Cast, stones: Appointment) -> None:
    says(cast, "pregnancy")
    sweep()
    assert now_at(stones) == Status.REQUESTED
    assert len(mails("staff")) == 1  # the notice about a waiting request is this very mail


def test_the_swap_is_one_tap_and_decides_it(cast: Cast, stones: Appointment) -> None:
    says(cast, "pregnancy")
    rescreen_coming_appointments()
    browser, said = page(stones, by_mail=True)
    assert "Take it instead" in said
    answer = browser.post(f"/appointment/{stones.public_id}/swap/", {"service": cast.regular_90.slug}, follow=True)
    assert "Changed. We look forward to seeing you." in answer.content.decode()
    assert now_at(stones) == Status.CONFIRMED
    assert (stones.service, stones.therapist, stones.starts_at) == (cast.regular_90, cast.mira, cast.at(10))
    assert stones.kit is None
    assert "Take it instead" not in browser.get(f"/appointment/{stones.public_id}/").content.decode()


def test_at_the_desk_the_swap_is_one_tap_too_and_remembers_who(cast: Cast, stones: Appointment) -> None:
    browser = Browser()
    browser.force_login(cast.owner)
    address = f"/desk/appointments/{stones.public_id}/"
    assert "Change to it" not in browser.get(address).content.decode()
    says(cast, "pregnancy")
    rescreen_coming_appointments()
    offered = browser.get(address).content.decode()
    assert re.search(r'<button class="btn btn-primary"[^>]*>\s*Change to it\s*<', offered)
    assert "Accept it all the same" not in offered, "what is never safe no reason lifts"
    said = browser.post(f"{address}swap/", {"service": cast.regular_90.slug}, follow=True).content.decode()
    assert "Changed." in said
    assert "Change to it" not in said
    assert now_at(stones) == Status.CONFIRMED
    assert (stones.service, stones.starts_at) == (cast.regular_90, cast.at(10))
    assert set(stones.changes.filter(via="desk").values_list("by", flat=True)) == {cast.owner.pk}


def test_at_the_desk_what_is_not_on_offer_is_refused_kindly(cast: Cast, stones: Appointment) -> None:
    browser = Browser()
    browser.force_login(cast.owner)
    address = f"/desk/appointments/{stones.public_id}/swap/"
    for service in ("hot-stone-90", "no-such-service", ""):
        browser.post(address, {"service": service})
        stones.refresh_from_db()
        assert stones.service == cast.hot_stone, service
    assert "not on offer any more" in browser.post(address, {"service": ""}, follow=True).content.decode()


def test_whoever_was_shown_the_link_sees_no_offer_and_cannot_take_it(cast: Cast, stones: Appointment) -> None:
    says(cast, "pregnancy")
    rescreen_coming_appointments()
    browser, said = page(stones, by_mail=False)
    assert "Take it instead" not in said
    assert browser.post(f"/appointment/{stones.public_id}/swap/", {"service": cast.regular_90.slug}).status_code == 404
    stones.refresh_from_db()
    assert stones.service == cast.hot_stone


@pytest.mark.parametrize("flag", ["ces-saddle-numbness", "kidney-signs"])
@pytest.mark.invariant("I7")
def test_where_no_massage_is_safe_none_is_offered(cast: Cast, stones: Appointment, flag: str) -> None:
    says(cast, red_flags=[flag])
    rescreen_coming_appointments()
    stones.refresh_from_db()
    assert swap_offer(stones) is None
    with pytest.raises(NotPossible):
        take_offer(stones, service=cast.regular)


def test_a_longer_service_that_runs_into_the_next_appointment_is_not_offered(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10), service=cast.hot_stone)
    cast.regular_90.minutes = 150
    cast.regular_90.save(update_fields=["minutes"])
    cast.regular.minutes = 30
    cast.regular.save(update_fields=["minutes"])
    cast.appointment(cast.at(12), client=cast.ben)
    says(cast, "pregnancy")
    rescreen_coming_appointments()
    appointment.refresh_from_db()
    offered = swap_offer(appointment)
    assert offered is not None
    assert offered.service != cast.regular_90


def test_an_appointment_without_news_has_no_offer(cast: Cast, stones: Appointment) -> None:
    assert swap_offer(stones) is None


def test_a_yes_against_the_answers_needs_a_reason_that_is_kept(cast: Cast, stones: Appointment) -> None:
    says(cast, red_flags=["kidney-signs"], triage="doctor-before-massage")
    rescreen_coming_appointments()
    see_clearance(stones, on=timezone.now().astimezone(cast.zone).date(), by=cast.owner)
    browser = Browser()
    browser.force_login(cast.owner)
    address = f"/desk/appointments/{stones.public_id}/"
    for typed in ("   ", "asdfg"):
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
        f"{address}accept/", {"accept-reason": "Her doctor has looked, feet only."}, follow=True
    ).content.decode()
    assert "Confirmed." in said
    assert now_at(stones) == Status.CONFIRMED
    assert stones.changes.order_by("-pk")[0].reason == "Her doctor has looked, feet only."
    assert "Her doctor has looked, feet only." in browser.get(address).content.decode()


def test_a_yes_to_a_request_with_nothing_against_it_asks_for_no_reason(cast: Cast, stones: Appointment) -> None:
    Appointment.objects.filter(pk=stones.pk).update(status=Status.REQUESTED)
    browser = Browser()
    browser.force_login(cast.owner)
    address = f"/desk/appointments/{stones.public_id}/"
    assert "Why is it given all the same?" not in browser.get(address).content.decode()
    browser.post(f"{address}accept/")
    assert now_at(stones) == Status.CONFIRMED


@pytest.mark.invariant("I7")
@pytest.mark.parametrize(
    "answers", [{"red_flags": ["chest-pain-breathless"], "triage": "emergency"}, {"conditions": ["reduced-sensation"]}]
)
def test_no_reason_lifts_an_emergency_or_heat_on_skin_that_cannot_feel_it(
    cast: Cast, stones: Appointment, answers: dict[str, object]
) -> None:
    Intake.objects.create(client=cast.ana, catalogue_version="1", **{"triage": "ok", **answers})
    rescreen_coming_appointments()
    browser = Browser()
    browser.force_login(cast.owner)
    address = f"/desk/appointments/{stones.public_id}/"
    page = browser.get(address).content.decode()
    assert "This request cannot be accepted" in page
    assert f'{address}accept/"' not in page
    browser.post(f"{address}accept/", {"reason": "Her doctor agreed on the phone."})
    assert now_at(stones) == Status.REQUESTED
    with pytest.raises(NotPossible):
        accept(stones, by=cast.owner, reason="Her doctor agreed on the phone.")


@pytest.mark.invariant("I7")
def test_after_an_emergency_answer_no_mail_asks_for_patience_and_no_page_for_a_yes(
    cast: Cast, stones: Appointment
) -> None:
    says(cast, red_flags=["ces-saddle-numbness"], triage="emergency")
    browser, before_the_sweep = page(stones, by_mail=True)
    assert "Yes, I will come" not in before_the_sweep
    sweep()
    assert mails("please-look") == []
    assert "read now" in " ".join(mail.text for mail in mails("staff"))
    browser, shown = page(stones, by_mail=True)
    assert "Yes, I will come" not in shown
    assert "You need do nothing" not in shown
    browser.post(f"/appointment/{stones.public_id}/confirm/")
    stones.refresh_from_db()
    assert stones.confirmed_by_client_at is None


@pytest.mark.parametrize("flag", ["kidney-signs", "dvt-signs"])
def test_where_a_doctor_comes_first_one_line_repeats_the_page(cast: Cast, stones: Appointment, flag: str) -> None:
    says(cast, red_flags=[flag], triage="doctor-before-massage")
    rescreen_coming_appointments()
    assert mails("please-look") == []
    (mail,) = mails("doctor-first")
    for body in (mail.text, mail.html):
        assert "do what the page told you" in body
        assert "when a doctor has looked" in body
        assert "do nothing now" not in body
        assert "hold the time" not in body


def test_where_a_note_is_asked_for_the_mail_says_so(cast: Cast, stones: Appointment) -> None:
    says(cast, "anticoagulants")
    rescreen_coming_appointments()
    (mail,) = mails("please-look")
    for body in (mail.text, mail.html):
        assert "Send us a photo" in " ".join(body.split())
        assert "do nothing now" not in body


def test_a_mail_that_an_emergency_answer_has_overtaken_does_not_go(cast: Cast, stones: Appointment) -> None:
    says(cast, "pregnancy")
    rescreen_coming_appointments()
    (waits,) = mails("please-look")
    says(cast, "pregnancy", red_flags=["ces-saddle-numbness"], triage="emergency")
    sweep()
    waits.refresh_from_db()
    assert waits.state == MailState.WITHDRAWN


def test_a_request_offers_no_yes_and_takes_none(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10), status=Status.REQUESTED)
    browser, shown = page(appointment, by_mail=True)
    assert "Yes, I will come" not in shown
    asked = browser.get(f"/appointment/{appointment.public_id}/confirm/").content.decode()
    assert "Yes, I will come" not in asked
    assert "You told us" not in asked
    browser.post(f"/appointment/{appointment.public_id}/confirm/")
    appointment.refresh_from_db()
    assert appointment.confirmed_by_client_at is None
    Appointment.objects.filter(pk=appointment.pk).update(status=Status.CONFIRMED)
    assert "Yes, I will come" in page(appointment, by_mail=True)[1]
