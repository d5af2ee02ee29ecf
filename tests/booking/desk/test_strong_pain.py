"""Pain that is strong, or clearly worse, after a session: the page says whom to call, and the team sees it at once."""

import datetime as dt

import pytest

from booking.models import Appointment, Status
from clients.models import PainScore
from clients.pain.follow_up import needs_phone_call
from clinic.models import AccessEvent, ClientLink, LinkPurpose, OutgoingMail
from clinic.web.links import mint_link
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import send_staff_notices

pytestmark = pytest.mark.django_db
BANNER = "of 10 after the session"


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    """Ana's session two days ago."""
    return cast.appointment(cast.at(10, ahead=-2), status=Status.COMPLETED)


def answers(appointment: Appointment, number: int) -> str:
    """What the page says once she has answered with this number."""
    token = mint_link(purpose=LinkPurpose.PAIN, subject=appointment.public_id, lasts=dt.timedelta(days=1))
    ClientLink.objects.filter(purpose=LinkPurpose.PAIN).update(client=appointment.client.public_id)
    browser = Browser()
    browser.get(f"/pain/{token}/")
    page = f"/pain/{appointment.public_id}/"
    assert browser.post(page, {"n": str(number)}).status_code == 302
    return browser.get(page).content.decode()


def before(appointment: Appointment, value: int) -> None:
    """How strong it was when she came."""
    PainScore.objects.create(client=appointment.client, appointment=appointment.public_id, moment="before", value=value)


@pytest.mark.parametrize(("was", "now"), [(None, 8), (2, 5)])
def test_strong_or_clearly_worse_pain_is_answered_and_told_at_once(
    cast: Cast, desk: Browser, appointment: Appointment, was: int | None, now: int
) -> None:
    if was is not None:
        before(appointment, was)
    shown = answers(appointment, now)
    assert cast.practice.phone in shown
    assert cast.practice.emergency_call in shown
    assert "before your next appointment" not in shown
    for page in (
        "/desk/?who=all",
        f"/desk/appointments/{appointment.public_id}/",
        f"/desk/clients/{cast.ana.public_id}/",
    ):
        assert BANNER in desk.get(page).content.decode(), page
    send_staff_notices()
    send_staff_notices()
    (mail,) = OutgoingMail.objects.filter(kind="staff", dedupe_key=f"pain:{appointment.public_id}")
    assert mail.to_email == cast.practice.email, "the therapist has no sign-in here"
    for word in ("pain", "Ana", str(now)):
        assert word not in f"{mail.subject} {mail.text.split('http')[0]}"


@pytest.mark.parametrize(
    ("was", "now", "asks"),
    [
        *((None, 8, True), (None, 10, True), (9, 8, True), (2, 5, True), (0, 3, True)),
        *((None, 7, False), (5, 7, False), (7, 3, False)),
    ],
)
def test_a_number_that_is_high_or_clearly_higher_asks_for_a_call(
    cast: Cast, appointment: Appointment, was: int | None, now: int, asks: bool
) -> None:
    if was is not None:
        before(appointment, was)
    assert needs_phone_call(cast.ana, appointment.public_id, "", now) is asks


def test_an_ordinary_number_is_only_kept(cast: Cast, desk: Browser, appointment: Appointment) -> None:
    before(appointment, 5)
    shown = answers(appointment, 7)
    assert "before your next appointment" in shown
    assert "Please call us today" not in shown
    assert BANNER not in desk.get("/desk/?who=all").content.decode()
    send_staff_notices()
    assert not OutgoingMail.objects.filter(kind="staff").exists()


def test_the_banner_goes_once_somebody_has_seen_to_it_and_comes_back_with_a_new_number(
    cast: Cast, desk: Browser, appointment: Appointment
) -> None:
    answers(appointment, 9)
    desk.post(f"/desk/appointments/{appointment.public_id}/pain/seen/", {"next": "/desk/?who=all"})
    assert BANNER not in desk.get("/desk/?who=all").content.decode()
    score = PainScore.objects.get(appointment=appointment.public_id, moment="later")
    assert score.acknowledged_by == cast.owner
    assert score.acknowledged_at is not None
    assert AccessEvent.objects.filter(user=cast.owner, noun="pain score", action="change").exists()
    answers(appointment, 10)
    assert BANNER in desk.get("/desk/?who=all").content.decode()
    answers(appointment, 4)
    assert BANNER not in desk.get("/desk/?who=all").content.decode()
