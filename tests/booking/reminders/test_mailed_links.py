"""Which links count as the client's own: those that only a mail to the address on file carried."""

import datetime as dt

from django.utils import timezone

from booking.models import ReminderRule, SessionNote, Status
from booking.reminders.kinds.intake_missing import mail_intake_link
from clients.intake.actions import request_intake
from clinic.models import ClientLink, LinkPurpose, Practice
from clinic.web.links import mint_link
from tests.fixtures.actions import schedule_aftercare, schedule_rebook, schedule_reminders
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders

A_DAY = dt.timedelta(days=1)


def test_the_links_of_a_message_are_marked(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    request_intake(cast.ana, technique_slug="regular-massage", appointment=appointment.public_id)
    schedule_reminders(appointment, now=appointment.created_at - dt.timedelta(hours=1))
    assert sweep_reminders() >= 1
    assert ClientLink.objects.filter(purpose=LinkPurpose.INTAKE).exists()
    assert not ClientLink.objects.filter(by_mail=False).exists()


def test_the_intake_link_that_a_client_asked_for_is_marked(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    mail_intake_link(
        appointment,
        request_intake(cast.ana, technique_slug="regular-massage", appointment=appointment.public_id),
        Practice.current(),
    )
    assert ClientLink.objects.get().by_mail


def test_an_invitation_after_more_than_a_year_can_still_be_unsubscribed_from(cast: Cast) -> None:
    appointment = cast.appointment(timezone.now() - 420 * A_DAY, status=Status.COMPLETED)
    SessionNote.objects.create(appointment=appointment, rebook_weeks=60)
    schedule_rebook(appointment, now=timezone.now())
    appointment.reminders.update(due_at=timezone.now())
    assert sweep_reminders() == 1
    assert ClientLink.objects.get(purpose=LinkPurpose.STOP).expires_at > timezone.now() + 364 * A_DAY


def test_the_question_about_the_pain_can_be_answered_however_late_it_is_asked(cast: Cast) -> None:
    ReminderRule.objects.filter(kind="pain-check").update(minutes=15 * 24 * 60)
    appointment = cast.appointment(timezone.now() - 16 * A_DAY, status=Status.COMPLETED)
    schedule_aftercare(appointment, now=timezone.now())
    appointment.reminders.filter(kind="pain-check").update(due_at=timezone.now())
    sweep_reminders()
    assert ClientLink.objects.get(purpose=LinkPurpose.PAIN).expires_at > timezone.now() + 13 * A_DAY


def test_a_link_that_a_page_shows_is_not(cast: Cast) -> None:
    mint_link(purpose=LinkPurpose.INTAKE, subject=cast.ana.public_id, lasts=A_DAY)
    assert not ClientLink.objects.get().by_mail


def test_the_link_opened_last_decides(cast: Cast) -> None:
    row = request_intake(cast.ana, technique_slug="regular-massage")
    row.by_mail = True
    row.save(update_fields=["by_mail"])
    browser = Browser()
    for by_mail, status in ((True, 200), (False, 404), (True, 200)):
        token = mint_link(purpose=LinkPurpose.INTAKE, subject=row.public_id, lasts=A_DAY, by_mail=by_mail)
        browser.get(f"/intake/{token}/")
        assert browser.get(f"/intake/{row.public_id}/").status_code == status


def test_whoever_booked_has_the_link_mailed_once_the_client_has_begun(cast: Cast) -> None:
    """The browser that booked opens the intake itself, until answers came through a mail."""
    appointment = cast.appointment(cast.at(10))
    row = request_intake(cast.ana, technique_slug="regular-massage", appointment=appointment.public_id)
    token = mint_link(purpose=LinkPurpose.APPOINTMENT, subject=appointment.public_id, lasts=A_DAY)
    browser = Browser()
    browser.get(f"/appointment/{token}/")
    session = browser.session
    session["booking"] = {"booked": [str(appointment.public_id)]}
    session.save()
    there = f"/appointment/{appointment.public_id}/intake/"
    assert browser.post(there).headers["Location"].startswith("/intake/")
    row.by_mail = True
    row.save(update_fields=["by_mail"])
    assert browser.post(there).headers["Location"] == f"/appointment/{appointment.public_id}/"
    assert ClientLink.objects.filter(purpose=LinkPurpose.INTAKE, by_mail=True).count() == 1
