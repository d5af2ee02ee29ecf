"""Mail scanners open every link, crawlers every page: neither may change a thing (I9)."""

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.utils import timezone

from booking.appointments.status import complete_appointment
from booking.models import Appointment, Reminder, ReminderState
from clients.intake.actions import request_intake, submit_intake
from clients.models import IntakeRequest
from clinic.models import MailState, OutgoingMail, User
from tests.booking.appointments.test_book import booked
from tests.clients.steps import fill
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders
from tests.sweeps.snapshot import snapshot
from tests.sweeps.test_every_url import addresses

LINK = re.compile(r"https?://[^\s\"'<>)]+")


def is_ours(link: str) -> bool:
    """Whether a link in a mail leads to this installation."""
    return bool(urlsplit(link).netloc == urlsplit(settings.SITE_URL).netloc)


def every_mail(cast: Cast) -> list[OutgoingMail]:
    """One appointment's mails of every kind: as if each moment had come, and the mails before it had gone out."""
    appointment = booked(cast)
    due_now()
    request_intake(cast.ana, technique_slug="regular-massage", appointment=None)
    past = cast.appointment(timezone.now() - dt.timedelta(hours=3))
    complete_appointment(past, by=None)
    due_now()
    OutgoingMail.objects.update(state=MailState.SENT)
    from tests.fixtures.actions import cancel, move

    move(appointment, start=cast.at(14), via=Appointment.Via.DESK)
    due_now()
    OutgoingMail.objects.update(state=MailState.SENT)
    cancel(appointment, reason="", via=Appointment.Via.DESK)
    due_now()
    return list(OutgoingMail.objects.all())


def due_now() -> None:
    """Let every reminder that waits be due, and sweep."""
    Reminder.objects.filter(state=ReminderState.DUE).update(due_at=timezone.now() - dt.timedelta(minutes=1))
    sweep_reminders()


@pytest.mark.invariant("I9")
def test_a_scanner_that_opens_every_link_of_every_mail_changes_nothing(cast: Cast) -> None:
    mails = every_mail(cast)
    kinds = {mail.kind for mail in mails}
    wanted = {"confirmation", "reminder-24h", "aftercare", "pain-check", "moved"}
    assert wanted | {"cancelled"} <= kinds
    links = {link.rstrip(".,") for mail in mails for body in (mail.text, mail.html) for link in LINK.findall(body)}
    links |= {link for mail in mails for header in mail.headers.values() for link in LINK.findall(str(header))}
    ours = {link for link in links if is_ours(link)}
    assert len(ours) >= 12
    before = snapshot()
    for link in sorted(ours):
        address = link.removeprefix(settings.SITE_URL)
        for _twice in range(2):
            browser = Browser()
            assert browser.head(address).status_code < 500
            assert browser.get(address, follow=True).status_code in {200, 404}, address
    assert snapshot() == before


@pytest.mark.invariant("I9")
def test_no_page_of_ours_is_changed_by_looking_at_it(cast: Cast) -> None:
    appointment = booked(cast)
    intake = submit_intake(fill(IntakeRequest.objects.get(appointment=appointment.public_id)))
    own = {
        "booking:desk-appointment": f"/desk/appointments/{appointment.public_id}/",
        "booking:desk-client": f"/desk/clients/{appointment.client.public_id}/",
        "booking:desk-appointment-move": f"/desk/appointments/{appointment.public_id}/move/",
    }
    pages = {**addresses(), **own}
    owner = Browser()
    owner.force_login(User.objects.get(email="owner@stillwater.example"))
    before = snapshot()
    stranger = Browser()
    for name, address in pages.items():
        for verb in (stranger.get, owner.get, owner.head):
            assert verb(address).status_code < 500 or name == "healthz-ready"
    after = snapshot()
    # Signing in stamps the user once, before the first page; nothing else may differ.
    assert after == before
    assert intake.pk
