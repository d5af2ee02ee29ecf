"""Practice days counted by hand, and what must hold of any days."""

import datetime as dt
import random
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from booking.desk.reports.clientele import returning_clients
from booking.desk.reports.counts import Counts, PeriodCounts, count_period, newcomers, reported_appointments
from booking.desk.reports.income import earned_amounts
from booking.desk.reports.open_hours import open_minutes
from booking.desk.reports.period import DateRange, PeriodKind, ReportPeriod, calendar_period
from booking.models import BEFORE_LEAVING, Appointment, Service, Status, Therapist, WaitlistEntry, WaitlistOffer
from booking.scheduling.configuration import current_configuration
from clients.models import Client
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
# The week in which the clock goes back, and the one before it.
MONDAY = dt.date(2025, 10, 20)
SUNDAY = dt.date(2025, 10, 26)
AFTERWARDS = dt.date(2025, 12, 1)
A_WEEK = dt.timedelta(days=7)


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """A wall time in Berlin, as an aware UTC datetime."""
    return dt.datetime.combine(day, dt.time(hour, minute), BERLIN).astimezone(dt.UTC)


def day(number: int) -> dt.date:
    """Monday is 0; the week before lies below zero."""
    return MONDAY + dt.timedelta(days=number)


def week(kind: PeriodKind = PeriodKind.WEEK, *, cast: Cast) -> ReportPeriod:
    """The week of the fixture, or another period around it, long over."""
    return calendar_period(kind, MONDAY, today=AFTERWARDS, formats=cast.practice.formats)


def counted(cast: Cast, period: ReportPeriod, *, within: dt.timedelta = A_WEEK) -> PeriodCounts:
    """The whole practice's counts."""
    configuration = current_configuration()
    dates = DateRange(period.before.first, period.counted.last)
    opened = open_minutes(configuration, list(configuration.therapists), dates)
    return count_period(
        reported_appointments(),
        period,
        cast.practice,
        rebooked_within=within,
        opened=opened,
        new=newcomers(period, cast.practice),
    )


def happened(
    cast: Cast,
    when: dt.datetime,
    *,
    status: Status = Status.COMPLETED,
    booked: dt.datetime | None = None,
    ended: dt.datetime | None = None,
    client: Client | None = None,
    service: Service | None = None,
    therapist: Therapist | None = None,
) -> Appointment:
    """An appointment as it happened: booked a month before, unless said otherwise; `ended` when they cancelled."""
    made = cast.appointment(when, status=status, client=client, service=service, therapist=therapist)
    booked_at = booked or when - dt.timedelta(days=30)
    Appointment.objects.filter(pk=made.pk).update(
        created_at=booked_at, changed_at=ended or booked_at, cancelled_by_client=ended is not None
    )
    return made


@pytest.fixture
def the_week(cast: Cast) -> Cast:
    """Five appointments of the week before, and what became of them; nine of the week."""
    # The week before: Ana's first with Mira, and Ben with Jonas, who has known him for long.
    happened(cast, at(day(-60), 10), client=cast.ben)
    happened(cast, at(day(-7), 10))
    happened(cast, at(day(-6), 9), client=cast.ben, therapist=cast.jonas, service=cast.regular_90)
    happened(cast, at(day(-5), 10), status=Status.NO_SHOW)
    # The week: three sessions of Mira's, one of them in the night of Sunday, on either side of which Monday begins.
    happened(cast, at(day(0), 10))
    happened(cast, at(day(2), 10), client=cast.ben, service=cast.back)
    happened(cast, at(SUNDAY, 16), status=Status.CONFIRMED)
    # Jonas: one missed; one cancelled nine hours before, one two days before, and one when it had begun.
    happened(cast, at(day(1), 9), client=cast.ben, therapist=cast.jonas, status=Status.NO_SHOW)
    for number, earlier in ((2, dt.timedelta(hours=9)), (3, dt.timedelta(days=2)), (4, -dt.timedelta(minutes=5))):
        when = at(day(number), 16)
        happened(cast, when, therapist=cast.jonas, status=Status.CANCELLED, ended=when - earlier)
    return cast


def test_a_week_by_hand(the_week: Cast) -> None:
    cast = the_week
    found = counted(cast, week(cast=cast))
    mira, jonas, tess = (found.of_therapist(each.pk) for each in (cast.mira, cast.jonas, cast.tess))
    assert mira == Counts(
        open_minutes=7 * 8 * 60,
        booked_minutes=60 + 25 + 60,
        appointments=3,
        sessions=3,
        completed=2,
        # Ana's of Monday was followed by Sunday's, booked long before; Ben has nothing ahead.
        rebooked=1,
        income=Decimal(72) + Decimal(38) + Decimal(72),
    )
    assert jonas == Counts(open_minutes=5 * 9 * 60, booked_minutes=60, appointments=1, no_shows=1, late_cancellations=2)
    assert tess == Counts(open_minutes=5 * 5 * 60)
    assert jonas.missed_share == 100
    assert found.all.booked_share == pytest.approx(100 * 205 / (126 * 60))
    before = found.all_before
    assert (before.appointments, before.sessions, before.no_shows, before.new_clients) == (3, 2, 1, 1)
    assert before.income == Decimal(72) + Decimal(98)


def test_the_days_of_the_week_add_up_to_it(the_week: Cast) -> None:
    found = counted(the_week, week(cast=the_week))
    monday, wednesday, sunday = (found.of_part(each) for each in (day(0), day(2), SUNDAY))
    assert [each.booked_minutes for each in (monday, wednesday, sunday)] == [60, 25, 60]
    assert wednesday.late_cancellations == 1


@pytest.mark.parametrize("kind", [PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR])
def test_longer_periods_hold_the_same_week(the_week: Cast, kind: PeriodKind) -> None:
    found = counted(the_week, week(kind, cast=the_week)).all
    # Ben first came in August.
    new = 2 if kind is PeriodKind.YEAR else 1
    assert (found.no_shows, found.late_cancellations, found.new_clients) == (2, 2, new)


def test_an_appointment_belongs_to_its_local_day(cast: Cast) -> None:
    """A quarter past midnight on Monday is still Sunday in UTC."""
    happened(cast, at(MONDAY, 0, 15))
    happened(cast, at(SUNDAY, 23, 15), client=cast.ben)
    found = counted(cast, week(cast=cast))
    assert (found.of_part(MONDAY).sessions, found.of_part(SUNDAY).sessions, found.all_before.sessions) == (1, 1, 0)


def test_a_services_own_cutoff_decides_what_is_late(cast: Cast) -> None:
    Service.objects.filter(pk=cast.regular.pk).update(cancel_cutoff_hours=4)
    when = at(day(1), 12)
    happened(cast, when, status=Status.CANCELLED, ended=when - dt.timedelta(hours=5))
    happened(cast, when, status=Status.CANCELLED, ended=when - dt.timedelta(hours=5), service=cast.regular_90)
    assert counted(cast, week(cast=cast)).all.late_cancellations == 1


def test_what_the_practice_cancels_is_nobodys_late_cancellation(cast: Cast) -> None:
    when = at(day(1), 12)
    gone = happened(cast, when, status=Status.CANCELLED, ended=when - dt.timedelta(hours=2))
    assert counted(cast, week(cast=cast)).all.late_cancellations == 1
    Appointment.objects.filter(pk=gone.pk).update(cancelled_by_client=False)
    assert counted(cast, week(cast=cast)).all.late_cancellations == 0


@pytest.mark.parametrize(("outcome", "late"), [("ignored", 0), ("withdrawn", 0), ("accepted", 1)])
def test_a_time_that_was_only_offered_is_nobodys_late_cancellation(cast: Cast, outcome: str, late: int) -> None:
    when = at(day(1), 12)
    offered = happened(cast, when, status=Status.CANCELLED, ended=when - dt.timedelta(hours=2))
    entry = WaitlistEntry.objects.create(
        client=cast.ana,
        service=cast.regular,
        weekdays=[0],
        from_time=dt.time(8),
        until_time=dt.time(20),
        first_date=MONDAY,
        last_date=SUNDAY,
    )
    WaitlistOffer.objects.create(entry=entry, appointment=offered, starts_at=when, held_until=when, outcome=outcome)
    assert counted(cast, week(cast=cast)).all.late_cancellations == late


@pytest.mark.parametrize(
    ("later", "within", "rebooked"),
    [
        (dt.timedelta(minutes=10), BEFORE_LEAVING, 1),
        (dt.timedelta(hours=5), BEFORE_LEAVING, 0),
        (dt.timedelta(days=6), A_WEEK, 1),
        (dt.timedelta(days=8), A_WEEK, 0),
    ],
)
def test_rebooked_is_who_had_another_booked_in_time(
    cast: Cast, later: dt.timedelta, within: dt.timedelta, rebooked: int
) -> None:
    session = happened(cast, at(day(1), 12))
    happened(cast, at(day(30), 12), status=Status.CONFIRMED, booked=session.ends_at + later)
    assert counted(cast, week(cast=cast), within=within).all.rebooked == rebooked


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.OFFERED])
def test_what_was_cancelled_or_only_offered_is_no_rebooking(cast: Cast, status: Status) -> None:
    session = happened(cast, at(day(1), 12))
    happened(cast, at(day(30), 12), status=status, booked=session.ends_at)
    happened(cast, at(day(2), 12), client=cast.ben, booked=session.ends_at)
    assert counted(cast, week(cast=cast)).all.rebooked == 0


def test_new_clients_are_counted_once_and_returning_ones_by_person(the_week: Cast) -> None:
    cast = the_week
    clara = Client.objects.create(first_name="Clara", last_name="Voss")
    happened(cast, at(day(3), 9), client=clara, therapist=cast.tess)
    happened(cast, at(day(4), 9), client=clara, therapist=cast.tess)
    happened(cast, at(day(4), 15), client=cast.ben, therapist=cast.jonas)
    period = week(cast=cast)
    assert counted(cast, period).all.new_clients == 1
    new = newcomers(period, cast.practice)
    found = returning_clients(reported_appointments(), period, cast.practice, new)
    assert found == {None: (2, 1), cast.mira.pk: (2, 0), cast.jonas.pk: (1, 1)}, "in the week before Ben alone"


def test_income_by_service_and_therapist_is_the_income(the_week: Cast) -> None:
    cast = the_week
    period = week(cast=cast)
    earned = earned_amounts(reported_appointments(), period, cast.practice)
    by_service = {each.service: (each.amount, each.former) for each in earned if each.therapist == cast.mira.pk}
    assert by_service == {
        "Back relief massage, 25 min": (Decimal(38), Decimal(0)),
        "Regular massage, 60 min": (Decimal(144), Decimal(72)),
    }
    found = counted(cast, period)
    assert sum(each.amount for each in earned) == found.all.income
    assert sum(each.former for each in earned) == found.all_before.income


def test_what_was_booked_in_another_currency_is_not_added(the_week: Cast) -> None:
    Appointment.objects.filter(service=the_week.back).update(currency="USD")
    period = week(cast=the_week)
    assert counted(the_week, period).all.income == Decimal(144)
    assert sum(each.amount for each in earned_amounts(reported_appointments(), period, the_week.practice)) == 144


def test_an_erased_file_stays_in_the_books(the_week: Cast) -> None:
    before = counted(the_week, week(cast=the_week)).all
    Client.objects.filter(pk=the_week.ana.pk).update(erased_at=timezone.now())
    assert counted(the_week, week(cast=the_week)).all == before


@pytest.mark.parametrize("seed", range(3))
def test_therapists_and_parts_add_up_to_all_of_it(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    people = [cast.ana, cast.ben, *(Client.objects.create(first_name=f"Guest {number}") for number in range(4))]
    for number in range(60):
        when = at(MONDAY + dt.timedelta(days=dice.randint(-60, 40)), 8) + dt.timedelta(minutes=number * 10)
        status = dice.choice([Status.COMPLETED, Status.CONFIRMED, Status.CANCELLED, Status.NO_SHOW])
        if Appointment.objects.active().filter(starts_at__range=(when - A_WEEK / 80, when + A_WEEK / 80)).exists():
            continue
        happened(
            cast,
            when,
            status=status,
            client=dice.choice(people),
            service=dice.choice([cast.regular, cast.back]),
            therapist=dice.choice([cast.mira, cast.jonas, cast.tess]),
            booked=when - dt.timedelta(days=dice.randint(0, 40)),
            ended=when - dt.timedelta(hours=dice.randint(0, 60)),
        )
    everybody = Therapist.objects.values_list("pk", flat=True)
    for kind in (PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.YEAR):
        period = week(kind, cast=cast)
        found = counted(cast, period)
        assert sum((found.of_therapist(key) for key in everybody), Counts()) == found.all
        assert sum((found.of_part(part.first) for part in period.parts()), Counts()) == found.all
        assert found.all.appointments > 0
        assert found.all.appointments >= found.all.sessions
        for key in everybody:
            alone = counted_alone(cast, period, key)
            assert alone.all == found.of_therapist(key)
            assert alone.all_before == found.former.get(key, Counts())


def counted_alone(cast: Cast, period: ReportPeriod, therapist: int) -> PeriodCounts:
    """A period in a practice that has one therapist alone."""
    return count_period(
        reported_appointments().filter(therapist=therapist),
        period,
        cast.practice,
        rebooked_within=A_WEEK,
        opened=open_minutes(current_configuration(), [therapist], DateRange(period.before.first, period.counted.last)),
        new=[each for each in newcomers(period, cast.practice) if each.place[1] == therapist],
    )
