"""A cold, alcohol, a heat rub are judged for the day of the appointment: on the pages, in the API and at the desk."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from booking.appointments.screening import SafetyAnswers
from booking.appointments.selection import Selection
from booking.errors import NotPossible, NotSuitable
from booking.models import Appointment, Service, Status
from clients.models import Intake, Screening
from clinic.models import LinkPurpose
from clinic.web.links import mint_link
from tests.booking.website.visitor import NORA, Visitor, page_text
from tests.fixtures.actions import book, judged, move
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import rescreen_coming_appointments

pytestmark = pytest.mark.django_db
COLD = "contagious-illness"


def on(cast: Cast, days: int) -> dt.datetime:
    """Ten o'clock so many days from now; Mira works every day."""
    day = timezone.now().astimezone(cast.zone).date() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(10), cast.zone)


@pytest.fixture
def visitor(client: Browser) -> Visitor:
    """Somebody with a browser."""
    return Visitor(client)


def booked(cast: Cast, start: dt.datetime, *conditions: str, service: Service | None = None) -> Appointment:
    """Ana's regular massage with these answers."""
    return book(
        service=service or cast.regular,
        start=start,
        therapist=cast.mira,
        client=cast.ana,
        answers=SafetyAnswers(conditions=frozenset(conditions)),
        policy_accepted=True,
        via="web",
    )


@pytest.mark.parametrize(
    ("condition", "far", "near"), [(COLD, 9, 3), ("alcohol-or-drugs-now", 3, 0), ("fever-infection", 9, 3)]
)
def test_it_stops_the_near_appointment_and_not_the_far_one(cast: Cast, condition: str, far: int, near: int) -> None:
    now = timezone.now()
    with pytest.raises(NotSuitable) as refused:
        booked(cast, now + dt.timedelta(days=near, hours=3), condition)
    over = refused.value.later_from
    assert over is not None
    assert now + dt.timedelta(days=near) < over <= now + dt.timedelta(days=far)
    assert refused.value.instead is None
    appointment = booked(cast, on(cast, far), condition)
    assert appointment.status == Status.CONFIRMED
    assert appointment.screening is not None
    assert appointment.screening.conditions == [condition], "what was told is kept"


def test_a_heat_rub_today_closes_no_hot_stones_next_week(cast: Cast) -> None:
    appointment = booked(cast, on(cast, 7), "recent-topical-heat-rub", service=cast.hot_stone)
    assert appointment.status == Status.CONFIRMED


def test_what_does_not_pass_still_counts_beside_it(cast: Cast) -> None:
    with pytest.raises(NotSuitable) as refused:
        booked(cast, on(cast, 30), COLD, "dvt-current")
    assert refused.value.later_from is None


def test_the_pages_ask_for_a_later_day_and_for_no_doctor(cast: Cast, visitor: Visitor) -> None:
    page = visitor.follow(visitor.answers(cast.regular, COLD))
    assert "When would you like to come?" in page_text(page)
    assert "doctor" not in page_text(page).lower()
    since = timezone.now() + dt.timedelta(days=6, hours=23)
    times = f"/book/{cast.regular.slug}/times/"
    assert visitor.get(times).context["day"] >= since.date(), "no earlier day is offered"
    too_early = on(cast, 2).date()
    shown = visitor.get(f"{times}?day={too_early}").context
    assert shown["day"] > too_early
    near = f"/book/{cast.regular.slug}/details/{Selection(cast.regular, on(cast, 2)).query()}"
    shown = visitor.follow(visitor.get(near))
    assert "A little later" in shown.content.decode()
    assert "doctor" not in page_text(shown).lower()
    visitor.follow(visitor.post(near, {**NORA, "key": str(uuid.uuid4())}))
    assert not Appointment.objects.exists()
    far = visitor.books(cast.regular, on(cast, 9))
    assert far.status_code == 302
    assert Appointment.objects.get().status == Status.CONFIRMED


def test_the_api_says_from_when_on(cast: Cast, client: Browser) -> None:
    sent = {
        "service": cast.regular.slug,
        "start": on(cast, 2).isoformat(),
        "therapist": None,
        "client": {"first_name": "Nora", "last_name": "Vale", "email": "nora@example.org", "phone": ""},
        "conditions": [COLD],
        "red_flags": [],
        "policy_accepted": True,
    }
    answer = client.post(
        "/api/v1/appointments", sent, content_type="application/json", headers={"Idempotency-Key": str(uuid.uuid4())}
    )
    assert answer.status_code == 422
    body = answer.json()
    assert (body["code"], body["instead"]) == ("not_suitable", None)
    assert dt.datetime.fromisoformat(body["later_from"]) > timezone.now() + dt.timedelta(days=6)


@pytest.mark.parametrize(("ahead", "status"), [(9, Status.CONFIRMED), (2, Status.REQUESTED)])
def test_a_health_form_is_judged_for_the_day_too(cast: Cast, ahead: int, status: str) -> None:
    appointment = booked(cast, on(cast, ahead))
    Intake.objects.create(client=cast.ana, catalogue_version="1", triage="ok", conditions=[COLD])
    rescreen_coming_appointments()
    appointment.refresh_from_db()
    assert appointment.status == status


def test_a_cold_of_last_month_makes_no_request_of_a_new_booking(cast: Cast) -> None:
    then = timezone.now() - dt.timedelta(days=30)
    told = {"client": cast.ana, "catalogue_version": "1", "triage": "ok", "given_at": then}
    intake = Intake.objects.create(conditions=["fever-infection"], **told)
    Screening.objects.create(technique="regular-massage", level="ok", conditions=["alcohol-or-drugs-now"], **told)
    appointment = booked(cast, on(cast, 2))
    assert appointment.status == Status.CONFIRMED
    assert not judged(appointment, intake).speaks_against


def test_the_day_does_not_shout_what_has_passed_by_then(cast: Cast, client: Browser) -> None:
    booked(cast, on(cast, 9), COLD)
    client.force_login(cast.owner)
    assert "Something catching" not in client.get(f"/desk/?day={on(cast, 9).date()}&who=all").content.decode()


def test_a_client_moves_it_to_no_day_before_it_has_passed(cast: Cast) -> None:
    appointment = booked(cast, on(cast, 9), COLD)
    with pytest.raises(NotPossible, match="glad to see you from"):
        move(appointment, start=on(cast, 3), via="web", by_client=True)
    browser = Browser()
    token = mint_link(purpose=LinkPurpose.APPOINTMENT, subject=appointment.public_id, lasts=dt.timedelta(days=1))
    browser.get(f"/appointment/{token}/")
    early = browser.get(f"/appointment/{appointment.public_id}/move/?day={on(cast, 3).date()}")
    assert early.context["day"] > on(cast, 3).date(), "what is not possible is not offered"
    assert move(appointment, start=on(cast, 10), via="web", by_client=True).starts_at == on(cast, 10)
