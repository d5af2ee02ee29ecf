"""A cold, alcohol, a heat rub are judged for the day of the appointment: on the pages, in the API and at the desk."""

import datetime as dt
import uuid

import pytest
from django.test import Client as Browser
from django.utils import timezone

from booking.actions import Answers, book, move
from booking.actions.on_file import judged
from booking.actions.rescreening import rescreen_coming_visits
from booking.errors import NotPossible, NotSuitable
from booking.models import Appointment, Service
from booking.models.appointment import Status
from booking.views.public.wishes import Chosen
from clients.models import Intake, Screening
from clients.tips import know_one, state_of
from clinic.links import mint
from clinic.models import LinkPurpose
from tests.booking.public.visitor import NORA, Visitor, said
from tests.fixtures.cast import House

pytestmark = pytest.mark.django_db
COLD = "contagious-illness"


def on(house: House, days: int) -> dt.datetime:
    """Ten o'clock so many days from now; Mira works every day."""
    day = timezone.now().astimezone(house.zone).date() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(10), house.zone)


@pytest.fixture
def visitor(client: Browser) -> Visitor:
    """Somebody with a browser."""
    return Visitor(client)


def booked(house: House, start: dt.datetime, *conditions: str, service: Service | None = None) -> Appointment:
    """Ana's regular massage with these answers."""
    return book(
        service=service or house.regular,
        start=start,
        therapist=house.mira,
        client=house.ana,
        answers=Answers(conditions=frozenset(conditions)),
        policy_accepted=True,
        via="web",
    )


@pytest.mark.parametrize(
    ("condition", "far", "near"), [(COLD, 9, 3), ("alcohol-or-drugs-now", 3, 0), ("fever-infection", 9, 3)]
)
def test_it_stops_the_near_appointment_and_not_the_far_one(house: House, condition: str, far: int, near: int) -> None:
    now = timezone.now()
    with pytest.raises(NotSuitable) as refused:
        booked(house, now + dt.timedelta(days=near, hours=3), condition)
    over = refused.value.later_from
    assert over is not None
    assert now + dt.timedelta(days=near) < over <= now + dt.timedelta(days=far)
    assert refused.value.instead is None
    visit = booked(house, on(house, far), condition)
    assert visit.status == Status.CONFIRMED
    assert visit.screening is not None
    assert visit.screening.conditions == [condition], "what was told is kept"


def test_a_heat_rub_today_closes_no_hot_stones_next_week(house: House) -> None:
    visit = booked(house, on(house, 7), "recent-topical-heat-rub", service=house.hot_stone)
    assert visit.status == Status.CONFIRMED


def test_what_does_not_pass_still_counts_beside_it(house: House) -> None:
    with pytest.raises(NotSuitable) as refused:
        booked(house, on(house, 30), COLD, "dvt-current")
    assert refused.value.later_from is None


def test_the_pages_ask_for_a_later_day_and_for_no_doctor(house: House, visitor: Visitor) -> None:
    page = visitor.follow(visitor.answers(house.regular, COLD))
    assert "When would you like to come?" in said(page)
    assert "doctor" not in said(page).lower()
    since = timezone.now() + dt.timedelta(days=6, hours=23)
    month = f"/book/{house.regular.slug}/times/?month={since:%Y-%m}"
    assert visitor.get(month).context["day"] >= since.date(), "no earlier day is offered"
    assert visitor.get(f"/book/{house.regular.slug}/times/?day={on(house, 2).date()}").context["is_day_empty"]
    near = f"/book/{house.regular.slug}/details/{Chosen(on(house, 2)).query()}"
    shown = visitor.follow(visitor.get(near))
    assert "A little later" in shown.content.decode()
    assert "doctor" not in said(shown).lower()
    visitor.follow(visitor.post(near, {**NORA, "key": str(uuid.uuid4())}))
    assert not Appointment.objects.exists()
    far = visitor.books(house.regular, on(house, 9))
    assert far.status_code == 302
    assert Appointment.objects.get().status == Status.CONFIRMED


def test_the_api_says_from_when_on(house: House, client: Browser) -> None:
    sent = {
        "service": house.regular.slug,
        "start": on(house, 2).isoformat(),
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
def test_a_health_form_is_judged_for_the_day_too(house: House, ahead: int, status: str) -> None:
    visit = booked(house, on(house, ahead))
    Intake.objects.create(client=house.ana, catalogue_version="1", triage="ok", conditions=[COLD])
    rescreen_coming_visits()
    visit.refresh_from_db()
    assert visit.status == status


def test_a_cold_of_last_month_makes_no_request_of_a_new_booking_and_bars_no_tip(house: House) -> None:
    then = timezone.now() - dt.timedelta(days=30)
    told = {"client": house.ana, "catalogue_version": "1", "triage": "ok", "given_at": then}
    intake = Intake.objects.create(conditions=["fever-infection"], **told)
    Screening.objects.create(technique="regular-massage", level="ok", conditions=["alcohol-or-drugs-now"], **told)
    visit = booked(house, on(house, 2))
    assert visit.status == Status.CONFIRMED
    assert not judged(visit, intake).speaks_against
    assert state_of(know_one(house.ana))[1] == frozenset()


def test_the_day_does_not_shout_what_has_passed_by_then(house: House, client: Browser) -> None:
    booked(house, on(house, 9), COLD)
    client.force_login(house.owner)
    assert "Something catching" not in client.get(f"/desk/?day={on(house, 9).date()}&who=all").content.decode()


def test_a_client_moves_it_to_no_day_before_it_has_passed(house: House) -> None:
    visit = booked(house, on(house, 9), COLD)
    with pytest.raises(NotPossible, match="glad to see you from"):
        move(visit, start=on(house, 3), via="web", by_client=True)
    browser = Browser()
    browser.get(f"/visit/{mint(purpose=LinkPurpose.VISIT, subject=visit.public_id, lasts=dt.timedelta(days=1))}/")
    early = browser.get(f"/visit/{visit.public_id}/move/?day={on(house, 3).date()}")
    assert early.context["is_day_empty"], "what is not possible is not offered"
    assert move(visit, start=on(house, 10), via="web", by_client=True).starts_at == on(house, 10)
