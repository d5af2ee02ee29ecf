"""From the plan to the diary, on a phone: by touch without JavaScript, and by keys alone with it.

The client has sent the health form (tests/browser/test_intake.py does it in both ways), the therapist goes through the
plan, the client reads it, a day and a half after the session a real mail server is given the question about the pain,
and what the client answers is in the diary of their therapist.
"""

import datetime as dt
import re
import subprocess
import sys

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from booking.appointments.screening import SafetyAnswers
from booking.appointments.status import complete_appointment
from booking.models import Appointment, Reminder, ReminderState
from clients.intake.actions import request_intake, submit_intake
from clients.models import CarePlan, PainScore, TipAnswer
from clinic.models.links import LinkPurpose
from clinic.web.links import mint_link
from tests.browser.hands import Keys, Touch
from tests.browser.story import walk
from tests.browser.story.mails import mail_for
from tests.browser.story.walk import heading
from tests.clients.steps import fill
from tests.fixtures.actions import book
from tests.fixtures.cast import Cast
from tests.fixtures.processes import ROOT, SharedGunicorn
from tests.fixtures.services import SmtpServer

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Hand = Touch | Keys


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    """Ana comes for a regular massage, and has sent the health form."""
    cast.practice.quiet_from = cast.practice.quiet_until = dt.time(3)
    cast.practice.save()
    booked = book(
        client=cast.ana,
        service=cast.regular,
        therapist=cast.mira,
        start=cast.at(10),
        answers=SafetyAnswers(),
        policy_accepted=True,
        via=Appointment.Via.DESK,
        by=cast.owner,
    )
    submit_intake(fill(request_intake(cast.ana, technique_slug="regular-massage", appointment=booked.public_id)))
    return booked


@pytest.fixture
def site(shared_gunicorn: SharedGunicorn, process_env: dict[str, str]) -> str:
    """The address of the practice, which stands in its mails too."""
    process_env["SITE_URL"] = shared_gunicorn.serve()
    return process_env["SITE_URL"]


@pytest.mark.parametrize("way", ["touch, no scripts", "keys"])
def test_from_the_plan_to_the_diary(
    site: str,
    cast: Cast,
    appointment: Appointment,
    smtp_server: SmtpServer,
    process_env: dict[str, str],
    browser: Browser,
    page_errors: list[str],
    way: str,
) -> None:
    context = walk.phone(browser, page_errors, scripts=way == "keys")
    client = context.new_page()
    hand: Hand = Keys(client) if way == "keys" else Touch(client)
    desk = walk.phone(browser, page_errors, scripts=way == "keys").new_page()
    the_plan_is_approved(desk, Keys(desk) if way == "keys" else Touch(desk), site, appointment)
    the_plan_is_read_and_answered(client, hand, site)
    a_day_and_a_half_goes_by(appointment, cast)
    subprocess.run([sys.executable, "manage.py", "run_due"], cwd=ROOT, env=process_env, check=True, capture_output=True)
    the_pain_mail_is_answered(client, hand, smtp_server, cast)
    the_therapist_sees_the_diary(desk, site, appointment)
    assert page_errors == []


def the_plan_is_approved(page: Page, hand: Hand, site: str, appointment: Appointment) -> None:
    """The therapist goes through what is proposed, and says yes."""
    walk.be_signed_in(page, site, "mira@stillwater.example")
    page.goto(f"{site}/desk/appointments/{appointment.public_id}/")
    hand.press(page.get_by_role("button", name="Approve for the client"))
    expect(page.get_by_text("approved by Mira Feld")).to_be_visible()


def the_plan_is_read_and_answered(page: Page, hand: Hand, site: str) -> None:
    """One thing this week; done, and it helped."""
    plan = CarePlan.objects.get()
    page.goto(f"{site}/care/{mint_link(purpose=LinkPurpose.CARE, subject=plan.public_id, lasts=dt.timedelta(days=1))}/")
    heading(page, "This week, one thing")
    hand.press(page.get_by_role("button", name="Did it").first)
    expect(page.get_by_text("Done today")).to_be_visible()
    hand.press(page.get_by_role("button", name="Helped", exact=True).first)
    expect(page.get_by_text("Helped today")).to_be_visible()
    assert TipAnswer.objects.get().helped is True


def a_day_and_a_half_goes_by(appointment: Appointment, cast: Cast) -> None:
    """The session was a day and a half ago and took place: the rows move, as the product's clock is never faked."""
    back = appointment.ends_at - (timezone.now() - dt.timedelta(hours=37))
    columns = ("starts_at", "ends_at", "blocked_from", "blocked_until", "kit_blocked_until")
    Appointment.objects.update(**{name: F(name) - back for name in columns})
    Reminder.objects.filter(state=ReminderState.DUE).update(due_at=F("due_at") - back, not_after=F("not_after") - back)
    appointment.refresh_from_db()
    complete_appointment(appointment, by=cast.mira.user)


def the_pain_mail_is_answered(page: Page, hand: Hand, smtp_server: SmtpServer, cast: Cast) -> None:
    """A number from the mail, one more tap, and the tips beside it."""
    mail = mail_for(smtp_server, cast.ana.email, "How are you doing now?", seconds=10)
    four = re.search(r"^4:\s+(\S+)", mail.text, re.MULTILINE)
    assert four is not None
    page.goto(four[1])
    expect(page.locator("input[name='n'][value='4']")).to_be_checked()
    assert not PainScore.objects.filter(moment=PainScore.Moment.LATER).exists()
    hand.press(page.get_by_role("button", name="Save my answer"))
    expect(page.get_by_role("heading", name="And your tips?")).to_be_visible()
    expect(page.get_by_text("1 of 7 days").first).to_be_visible()
    assert PainScore.objects.get(moment=PainScore.Moment.LATER).value == 4
    hand.press(page.locator("#tips").get_by_role("button", name="Did it").first)
    expect(page.get_by_text("Done today").first).to_be_visible()
    assert TipAnswer.objects.count() == 2


def the_therapist_sees_the_diary(page: Page, site: str, appointment: Appointment) -> None:
    """What was done, and whether it helped, stands beside the plan."""
    page.goto(f"{site}/desk/appointments/{appointment.public_id}/")
    for each in TipAnswer.objects.select_related("item"):
        expect(page.locator("dt", has_text=each.item.name).first).to_be_attached()
