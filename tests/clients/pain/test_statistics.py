"""Pain of many people, for statistics: only of those who agreed, and never of a few."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from booking.models import Appointment
from clients.models import Client, Consent, PainScore
from clients.pain.statistics import FEWEST_PEOPLE, PainOverSession, pain_over_sessions

pytestmark = pytest.mark.django_db
Moment = PainScore.Moment
DAY = dt.timedelta(days=1)


def consent(client: Client, *, statistics: bool = True, ago: dt.timedelta = DAY) -> Consent:
    """What a client agreed to, some time ago."""
    given = timezone.now() - ago
    return Consent.objects.create(client=client, version=1, text="yes", statistics=statistics, given_at=given)


def scored(client: Client, before: float, after: float | None, *, complaint: str = "headache") -> uuid.UUID:
    """Pain before and after one session."""
    appointment = uuid.uuid4()
    for moment, value in ((Moment.BEFORE, before), (Moment.AFTER, after)):
        if value is not None:
            PainScore.objects.create(
                client=client, appointment=appointment, complaint=complaint, moment=moment, value=value
            )
    return appointment


def over_sessions(*appointments: uuid.UUID) -> list[PainOverSession]:
    """Of these, or of all."""
    asked: QuerySet[PainScore, uuid.UUID | None] = PainScore.objects.values_list("appointment", flat=True)
    return pain_over_sessions(asked.filter(appointment__in=appointments) if appointments else asked)


@pytest.fixture
def people(db: None) -> list[Client]:
    """Ten people who agreed."""
    made = [Client.objects.create(first_name=f"Guest {number}") for number in range(FEWEST_PEOPLE)]
    for each in made:
        consent(each)
    return made


def test_the_means_of_ten_people(people: list[Client]) -> None:
    for number, each in enumerate(people):
        scored(each, 6, 4 if number < 4 else 5)
    (found,) = over_sessions()
    assert (found.complaint, found.people, found.sessions) == ("headache", 10, 10)
    assert (found.before, found.after, round(found.change, 1)) == (6, 4.6, -1.4)
    # Two points, or 30 % of the number before: of 6 that is 1.8.
    assert found.clearly_less_share == 40


def test_nine_people_are_hidden_however_often_they_came(people: list[Client]) -> None:
    for each in people[:9]:
        scored(each, 6, 4)
        scored(each, 5, 3)
    assert over_sessions() == []
    scored(people[9], 5, 5)
    assert over_sessions()[0].people == 10


@pytest.mark.parametrize(
    "ends",
    [
        lambda client: Consent.objects.filter(client=client).update(withdrawn_at=timezone.now()),
        lambda client: Consent.objects.filter(client=client).update(given_at=timezone.now() - 366 * DAY),
        lambda client: consent(client, statistics=False, ago=DAY / 2),
        lambda client: consent(client, statistics=False, ago=DAY / 2).save(),
        lambda client: Client.objects.filter(pk=client.pk).update(erased_at=timezone.now()),
        lambda client: Consent.objects.filter(client=client).delete(),
    ],
    ids=["withdrawn", "too old", "left out of a newer one", "left out and saved", "erased", "never given"],
)
def test_who_does_not_agree_any_more_is_taken_out(people: list[Client], ends: Callable[[Client], object]) -> None:
    for each in people:
        scored(each, 6, 4)
    assert over_sessions()
    ends(people[0])
    assert over_sessions() == []


def test_a_consent_given_anew_counts(people: list[Client]) -> None:
    Consent.objects.update(withdrawn_at=timezone.now())
    for each in people:
        scored(each, 6, 4)
        consent(each, ago=DAY / 4)
    assert over_sessions()[0].people == 10


def test_only_what_was_scored_before_and_after_the_sessions_asked_for_counts(people: list[Client]) -> None:
    asked = [scored(each, 6, 5) for each in people]
    for each in people:
        scored(each, 9, 0)
        asked.append(scored(each, 9, None))
        asked.append(scored(each, 3, 2, complaint="tight-neck"))
    found = over_sessions(*asked)
    assert [(each.complaint, each.before, each.after) for each in found] == [("headache", 6, 5), ("tight-neck", 3, 2)]


def test_no_appointment_asked_for_is_nothing(people: list[Client]) -> None:
    for each in people:
        scored(each, 6, 5)
    assert pain_over_sessions(Appointment.objects.values("public_id")) == []
