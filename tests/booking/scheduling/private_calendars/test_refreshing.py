"""Reading what is due: who is read, what is kept, what is tried again, and what no reading may do."""

import datetime as dt
import logging
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.models import PrivateBusy, PrivateCalendar
from booking.scheduling import schedule
from booking.scheduling.order import Order
from booking.scheduling.private_calendars import fetching
from booking.scheduling.private_calendars.refresh import (
    EVERY,
    LONGEST_PAUSE,
    claim_due,
    keep_reading,
    pause_after,
    read_row,
    refresh_private_calendars,
    window_around,
)
from clinic.models import ConfigurationVersion
from clinic.outbound import Limits
from tests.fixtures.cast import Cast
from tests.fixtures.private_calendars import MakeCalendar, feed
from tests.fixtures.receiver import Receiver, status


def busy() -> list[tuple[dt.datetime, dt.datetime]]:
    return list(PrivateBusy.objects.order_by("starts_at").values_list("starts_at", "ends_at"))


def make_due() -> None:
    PrivateCalendar.objects.update(next_due_at=timezone.now() - dt.timedelta(seconds=1))


def is_offered(cast: Cast, hour: int) -> bool:
    day = cast.day()
    times = schedule.month_of(Order.of(cast.regular), first=day, last=day, therapist=cast.mira)
    return cast.at(hour) in {offer.start for offer in times.offers}


def test_what_is_busy_elsewhere_is_not_offered_and_comes_back_when_it_is_free(
    cast: Cast, private: MakeCalendar, elsewhere: Receiver
) -> None:
    calendar = private()
    assert is_offered(cast, 10)
    assert refresh_private_calendars() == 1
    assert busy() == [(cast.at(10), cast.at(11))]
    assert (is_offered(cast, 10), is_offered(cast, 11)) == (False, True)
    elsewhere.respond = status(200, feed((cast.at(13), cast.at(14))))
    make_due()
    refresh_private_calendars()
    assert busy() == [(cast.at(13), cast.at(14))]
    assert is_offered(cast, 10)
    PrivateCalendar.objects.filter(pk=calendar.pk).update(active=False)
    assert is_offered(cast, 13)


def test_it_is_read_every_quarter_of_an_hour_and_not_before(private: MakeCalendar, elsewhere: Receiver) -> None:
    calendar = private()
    refresh_private_calendars()
    refresh_private_calendars()
    assert len(elsewhere.received) == 1
    calendar.refresh_from_db()
    pause = calendar.next_due_at - timezone.now()
    assert EVERY * 0.8 < pause < EVERY * 1.2


def test_only_those_in_use_of_people_who_work_here_are_read(
    cast: Cast, private: MakeCalendar, elsewhere: Receiver
) -> None:
    private(active=False)
    private(cast.tess)
    cast.tess.active = False
    cast.tess.save()
    assert refresh_private_calendars() == 0
    assert elsewhere.received == []


def test_what_has_not_changed_is_neither_written_nor_another_configuration(
    cast: Cast, private: MakeCalendar, elsewhere: Receiver
) -> None:
    private()
    before = ConfigurationVersion.objects.get().token
    refresh_private_calendars()
    keys = set(PrivateBusy.objects.values_list("pk", flat=True))
    make_due()
    with CaptureQueriesContext(connection) as asked:
        refresh_private_calendars()
    assert not [each["sql"] for each in asked if "booking_privatebusy" in each["sql"]]
    assert set(PrivateBusy.objects.values_list("pk", flat=True)) == keys
    elsewhere.respond = status(200, feed((cast.at(10), cast.at(11)), (cast.at(15), cast.at(16))))
    make_due()
    refresh_private_calendars()
    assert set(PrivateBusy.objects.values_list("pk", flat=True)) > keys
    assert ConfigurationVersion.objects.get().token == before


def test_the_times_are_worked_out_anew_each_day_though_nothing_changed(
    private: MakeCalendar, elsewhere: Receiver
) -> None:
    def with_mark(request: BaseHTTPRequestHandler) -> None:
        (status(304) if request.headers.get("If-None-Match") else status(200, feed(), ETag='"one"'))(request)

    elsewhere.respond = with_mark
    calendar = private()
    refresh_private_calendars()
    make_due()
    refresh_private_calendars()
    assert "if-none-match" in elsewhere.received[-1].headers
    PrivateCalendar.objects.update(worked_out_at=timezone.now() - dt.timedelta(hours=21))
    make_due()
    refresh_private_calendars()
    assert "if-none-match" not in elsewhere.received[-1].headers
    calendar.refresh_from_db()
    assert calendar.worked_out_at is not None
    assert calendar.worked_out_at > timezone.now() - dt.timedelta(hours=1)


def test_a_calendar_that_fails_keeps_its_times_and_is_left_alone_longer_each_time(
    cast: Cast, private: MakeCalendar, elsewhere: Receiver
) -> None:
    calendar = private()
    refresh_private_calendars()
    elsewhere.respond = status(404)
    pauses = []
    for _time in range(3):
        make_due()
        refresh_private_calendars()
        calendar.refresh_from_db()
        pauses.append(calendar.next_due_at - timezone.now())
    assert (calendar.trouble, calendar.failures, calendar.is_stale) == ("gone", 3, False)
    assert pauses == sorted(pauses)
    assert busy() == [(cast.at(10), cast.at(11))]
    PrivateCalendar.objects.update(succeeded_at=timezone.now() - dt.timedelta(hours=4))
    calendar.refresh_from_db()
    assert calendar.is_stale
    elsewhere.respond = status(200, feed())
    make_due()
    refresh_private_calendars()
    calendar.refresh_from_db()
    assert (calendar.trouble, calendar.failures, busy()) == ("", 0, [])


def test_a_pause_has_an_end_and_heeds_what_the_server_asks_for() -> None:
    assert pause_after(1000, None) < LONGEST_PAUSE * 1.2
    assert pause_after(1, 24 * 3600) == dt.timedelta(days=1)


def test_one_that_hangs_keeps_no_other(
    cast: Cast, private: MakeCalendar, elsewhere: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def respond(request: BaseHTTPRequestHandler) -> None:
        if "hangs" in request.path:
            over.wait(30)
        status(200, feed((cast.at(10), cast.at(11))))(request)

    elsewhere.respond = respond
    monkeypatch.setattr(fetching, "FEED_LIMITS", Limits(total=1, most_bytes=10_000))
    hanging, well = private(address=elsewhere.url("/hangs")), private(cast.jonas)
    try:
        assert refresh_private_calendars() == 1
    finally:
        over.set()
    hanging.refresh_from_db()
    well.refresh_from_db()
    assert (hanging.trouble, well.trouble, well.busy.count()) == ("too-slow", "", 1)


def test_a_claim_is_nobody_elses_and_runs_out(private: MakeCalendar) -> None:
    calendar = private()
    assert claim_due(5) == [calendar]
    assert claim_due(5) == []
    calendar.refresh_from_db()
    assert timezone.now() < calendar.next_due_at < timezone.now() + dt.timedelta(minutes=6)


def test_what_was_read_of_an_address_that_changed_meanwhile_is_not_written(private: MakeCalendar) -> None:
    calendar = private()
    window = window_around(timezone.now())
    reading = read_row(calendar, window)
    PrivateCalendar.objects.update(edition=2)
    keep_reading(reading)
    assert not PrivateBusy.objects.exists()
    PrivateCalendar.objects.all().delete()
    keep_reading(reading)
    assert not PrivateBusy.objects.exists()


def test_neither_address_nor_title_is_kept_or_logged(
    private: MakeCalendar, elsewhere: Receiver, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    calendar = private()
    refresh_private_calendars()
    elsewhere.respond = status(500)
    make_due()
    refresh_private_calendars()

    def fault(*_args: object, **_named: object) -> None:
        raise RuntimeError(elsewhere.url("/canary-secret/basic.ics"))

    monkeypatch.setattr("booking.scheduling.private_calendars.reader.ask_calendar_server", fault)
    make_due()
    refresh_private_calendars()
    calendar.refresh_from_db()
    assert calendar.trouble == "fault"
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM booking_privatecalendar c")
        stored = str(cursor.fetchall())
        cursor.execute("SELECT row_to_json(b)::text FROM booking_privatebusy b")
        stored += str(cursor.fetchall())
    assert str(calendar.public_id) in stored + caplog.text
    assert "canary" not in stored + caplog.text + str(calendar) + repr(calendar)


def test_a_calendar_whose_key_is_gone_says_so(private: MakeCalendar, settings: Any) -> None:
    calendar = private()
    settings.SECRETS_KEY = "another key"
    settings.SECRET_KEY = "and another"
    refresh_private_calendars()
    calendar.refresh_from_db()
    assert calendar.trouble == "sealed"


def test_cron_reads_them_as_well(private: MakeCalendar) -> None:
    private()
    call_command("run_due")
    assert PrivateBusy.objects.count() == 1


def test_a_month_with_private_times_costs_no_query_more(
    cast: Cast, private: MakeCalendar, django_assert_num_queries: Any
) -> None:
    order, day = Order.of(cast.regular), cast.day()
    calendars = [private(each) for each in (cast.mira, cast.jonas, cast.tess)]
    PrivateBusy.objects.bulk_create(
        PrivateBusy(calendar=each, starts_at=cast.at(9) + n * EVERY, ends_at=cast.at(9) + n * EVERY + EVERY / 2)
        for each in calendars
        for n in range(50)
    )
    schedule.month_of(order, first=day, last=day)
    with django_assert_num_queries(2):
        schedule.month_of(order, first=day, last=day)
