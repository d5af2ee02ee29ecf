"""Who has not come for long, who of them is asked by mail, and what became of it."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.appointments.recall import (
    LapsedClient,
    lapsed,
    lapsed_clients,
    note_no,
    recalled_clients,
    send_recalls,
    take_back_recalls,
)
from booking.models import Appointment, MessageText, Service, Status, WaitlistEntry
from booking.records.client_export import mails_to
from clients.models import Client, Intake, PainScore
from clients.record.merge import join_files
from clinic.models import ClientLink, MailState, OutgoingMail
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(weeks=1)
TWELVE = 12


def weeks_ago(weeks: float) -> dt.datetime:
    """Ten in the morning, or near it, so many weeks ago."""
    return timezone.now().replace(minute=0, second=0, microsecond=0) - weeks * WEEK


def shown(weeks: int = TWELVE) -> list[LapsedClient]:
    """The whole list."""
    return lapsed_clients(lapsed(weeks), weeks=weeks)


def obstacle(client: Client, weeks: int = TWELVE) -> str:
    """What stands in the way of a mail to a client of the list."""
    (found,) = [each.obstacle for each in shown(weeks) if each.client == client]
    return found


def asked(cast: Cast, *clients: Client, weeks: int = TWELVE) -> list[OutgoingMail]:
    """The mails that go to these."""
    return send_recalls([each.public_id for each in clients], weeks=weeks, practice=cast.practice, by=cast.owner)[0]


@pytest.fixture
def ana(cast: Cast) -> Client:
    """Ana had a session with Mira 20 weeks ago, and nothing since."""
    cast.appointment(weeks_ago(20), status=Status.COMPLETED)
    return cast.ana


@pytest.fixture
def desk(cast: Cast) -> Browser:
    """Olga's browser."""
    browser = Browser()
    browser.force_login(cast.owner)
    return browser


def test_the_list_holds_who_came_before_and_has_nothing_ahead(cast: Cast, ana: Client) -> None:
    late = Client.objects.create(first_name="Lena", email="lena@example.org")
    cast.appointment(weeks_ago(13), client=late, status=Status.COMPLETED)
    cast.appointment(weeks_ago(5), client=cast.ben, status=Status.COMPLETED)
    # Came long ago and then was expected in vain: what counts is the session.
    missed = Client.objects.create(first_name="Nora", email="nora@example.org")
    cast.appointment(weeks_ago(30), client=missed, status=Status.COMPLETED)
    cast.appointment(weeks_ago(3), client=missed, status=Status.NO_SHOW)
    never = Client.objects.create(first_name="Olaf", email="olaf@example.org")
    cast.appointment(weeks_ago(40), client=never, status=Status.CANCELLED)
    assert [each.client for each in shown()] == [late, ana, missed]
    assert [each.client for each in shown(26)] == [missed]
    assert [each.client for each in shown(4)] == [cast.ben, late, ana, missed]
    assert shown()[1].last.therapist == cast.mira


@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.REQUESTED, Status.OFFERED])
def test_who_has_something_ahead_is_not_in_it(cast: Cast, ana: Client, status: Status) -> None:
    ahead = cast.appointment(cast.at(10), status=status)
    assert shown() == []
    Appointment.objects.filter(pk=ahead.pk).update(status=Status.CANCELLED)
    assert [each.client for each in shown()] == [ana]


@pytest.mark.parametrize("column", ["erased_at", "merged_into"])
def test_closed_files_are_not_in_it(cast: Cast, ana: Client, column: str) -> None:
    Client.objects.filter(pk=ana.pk).update(**{column: timezone.now() if column == "erased_at" else cast.ben.pk})
    assert shown() == []


def wait(client: Client) -> None:
    """A place on the waitlist."""
    today = timezone.localdate()
    WaitlistEntry.objects.create(
        client=client,
        service=Service.objects.get(slug="regular-60"),
        weekdays=[0],
        from_time=dt.time(8),
        until_time=dt.time(20),
        first_date=today,
        last_date=today + 4 * WEEK,
    )


def pain(client: Client) -> None:
    """A number that asks for a call."""
    session = client.appointments.get()
    PainScore.objects.create(client=client, appointment=session.public_id, moment="later", value=9, needs_call=True)


OBSTACLES: dict[str, tuple[Callable[[Client], object], str]] = {
    "wants none": (lambda _who: Client.objects.update(tips_wanted=False), "wants no such mails"),
    "came back": (lambda _who: Client.objects.update(email_error="no such user"), "mails come back"),
    "no address": (lambda each: Client.objects.filter(pk=each.pk).update(email=""), "no e-mail"),
    "wants to be erased": (
        lambda _who: Client.objects.update(erasure_requested_at=timezone.now()),
        "asked for erasure",
    ),
    "not online": (lambda _who: Client.objects.update(may_book_online=False), "may not book online"),
    "an emergency": (
        lambda each: Intake.objects.create(client=each, catalogue_version="1", triage="emergency"),
        "a therapist decides: please call",
    ),
    "a doctor first": (
        lambda each: Intake.objects.create(client=each, catalogue_version="1", triage="doctor-before-massage"),
        "a therapist decides: please call",
    ),
    "strong pain": (pain, "a therapist decides: please call"),
    "on the waitlist": (wait, "is on the waitlist"),
    "a second file": (
        lambda each: Client.objects.create(first_name="Lind", last_name="Ana", phone=each.phone),
        "perhaps has two files: put them together first",
    ),
}


@pytest.mark.parametrize("case", OBSTACLES)
def test_who_must_not_be_mailed_is_listed_with_the_reason_and_gets_nothing(cast: Cast, ana: Client, case: str) -> None:
    assert obstacle(ana) == ""
    happens, why = OBSTACLES[case]
    happens(ana)
    assert obstacle(ana) == why
    assert asked(cast, ana) == []
    assert not OutgoingMail.objects.exists()


def test_two_people_of_one_name_are_no_duplicate_once_somebody_said_so(cast: Cast, ana: Client) -> None:
    other = Client.objects.create(first_name="Ana", last_name="Lind", phone=ana.phone)
    assert "two files" in obstacle(ana)
    ana.not_duplicates.add(other)
    assert obstacle(ana) == ""
    Client.objects.create(first_name="Ana", last_name="Lind", email="another@example.org", phone="+49 30 5550 999")
    assert obstacle(ana) == ""


def test_the_mail_leads_to_the_same_again_and_can_be_stopped(cast: Cast, ana: Client, client: Browser) -> None:
    (mail,) = asked(cast, ana)
    assert (mail.to_email, mail.kind, mail.state) == ("ana@example.org", "recall", MailState.QUEUED)
    assert "Ana" not in mail.subject
    assert f"/book/regular-60/?therapist={cast.mira.public_id}" in mail.text
    assert mail.next_try_at > timezone.now() + dt.timedelta(minutes=2), "so that it can be taken back"
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (stop,) = re.findall(r"/mails/\S+|/stop/\S+|/unsubscribe/\S+", mail.text) or [ClientLink.objects.get().purpose]
    assert stop
    address = mail.headers["List-Unsubscribe"].strip("<>").partition("//")[2].partition("/")[2]
    assert client.post(f"/{address}", {"List-Unsubscribe": "One-Click"}).status_code == 200
    ana.refresh_from_db()
    assert not ana.tips_wanted
    sweep_reminders()
    mail.refresh_from_db()
    assert mail.state == MailState.WITHDRAWN


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda cast: Service.objects.filter(pk=cast.regular.pk).update(active=False), "/book/\n"),
        (lambda cast: cast.mira.services.clear(), "/book/regular-60/\n"),
    ],
)
def test_what_is_no_longer_given_is_not_promised(
    cast: Cast, ana: Client, change: Callable[[Cast], object], path: str
) -> None:
    change(cast)
    assert path in asked(cast, ana)[0].text


def test_nobody_is_asked_twice_in_that_time(cast: Cast, ana: Client) -> None:
    (mail,) = asked(cast, ana)
    assert asked(cast, ana) == []
    assert obstacle(ana).startswith("asked on ")
    for weeks, free in ((11, False), (13, True)):
        OutgoingMail.objects.filter(pk=mail.pk).update(created_at=weeks_ago(weeks))
        assert (obstacle(ana) == "") is free
    # However few weeks are chosen.
    OutgoingMail.objects.filter(pk=mail.pk).update(created_at=weeks_ago(5))
    assert obstacle(ana, weeks=4)


def test_a_former_file_counts_as_asked(cast: Cast, ana: Client) -> None:
    asked(cast, ana)
    join_files(cast.ben, ana, contact={"email": "ben@example.org", "first_name": "Ben", "last_name": "Haas"}, by=None)
    assert obstacle(cast.ben).startswith("asked on ")


def test_what_waits_is_taken_back(cast: Cast, ana: Client) -> None:
    asked(cast, ana)
    assert take_back_recalls(recalled_clients(limit=10)) == 1
    assert OutgoingMail.objects.get().state == MailState.WITHDRAWN
    assert obstacle(ana) == ""


@pytest.mark.invariant("I5")
@pytest.mark.parametrize("case", [*list(OBSTACLES)[:7], "booked"])
def test_a_mail_that_waits_and_is_no_longer_true_is_withdrawn(cast: Cast, ana: Client, case: str) -> None:
    (mail,) = asked(cast, ana)
    sweep_reminders()
    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED, "nothing has changed yet"
    if case == "booked":
        cast.appointment(cast.at(10))
    else:
        OBSTACLES[case][0](ana)
    sweep_reminders()
    mail.refresh_from_db()
    assert mail.state == MailState.WITHDRAWN


def test_it_stands_in_the_record_of_its_client(cast: Cast, ana: Client) -> None:
    (mail,) = asked(cast, ana)
    Client.objects.filter(pk=ana.pk).update(first_name="Anna", email="new@example.org")
    ana.refresh_from_db()
    assert list(mails_to(ana)) == [mail]
    assert not mails_to(cast.ben).exists()


def test_who_booked_after_it_is_told(cast: Cast, ana: Client) -> None:
    cast.appointment(weeks_ago(15), client=cast.ben, status=Status.COMPLETED)
    asked(cast, ana, cast.ben)
    OutgoingMail.objects.update(created_at=weeks_ago(1))
    Appointment.objects.update(created_at=weeks_ago(30))
    booked = cast.appointment(cast.at(10), client=cast.ben)
    found = {each.client: each.booked for each in recalled_clients(limit=10)}
    assert found == {ana: None, cast.ben: booked}
    assert [each.client for each in recalled_clients(therapist=cast.jonas, limit=10)] == []


def test_the_practice_says_it_in_its_own_words(cast: Cast, ana: Client) -> None:
    MessageText.objects.create(kind="recall", subject="Our {practice}", opening="OPEN {service}", closing="{therapist}")
    (mail,) = asked(cast, ana)
    assert mail.subject == "Our Stillwater Massage"
    for words in (mail.text, mail.html):
        assert words.index("OPEN Regular massage") < words.index("Mira Feld")


def test_a_person_ticks_looks_and_sends(cast: Cast, ana: Client, desk: Browser) -> None:
    cast.appointment(weeks_ago(15), client=cast.ben, status=Status.COMPLETED)
    page = desk.get("/desk/reports/recall/?weeks=12")
    content = page.content.decode()
    assert "It has been a while" in content, "the mail stands there to be read"
    assert not ClientLink.objects.exists()
    answer = desk.post("/desk/reports/recall/send/", {"weeks": "12", "client": [str(ana.public_id), "nonsense"]})
    assert answer["Location"] == "/desk/reports/recall/?weeks=12"
    assert OutgoingMail.objects.get().to_email == "ana@example.org"
    assert "asked on" in desk.get("/desk/reports/recall/?weeks=12").content.decode()
    desk.post("/desk/reports/recall/no/", {"client": [str(cast.ben.public_id)]})
    cast.ben.refresh_from_db()
    assert not cast.ben.tips_wanted
    desk.post("/desk/reports/recall/take-back/")
    assert OutgoingMail.objects.get().state == MailState.WITHDRAWN
    for name in ("send", "no"):
        assert desk.post(f"/desk/reports/recall/{name}/").status_code == 302


def test_a_therapist_asks_their_own_clients_only(cast: Cast, ana: Client) -> None:
    browser = Browser()
    assert cast.jonas.user is not None
    browser.force_login(cast.jonas.user)
    assert "Lind, Ana" not in browser.get("/desk/reports/recall/").content.decode()
    browser.post("/desk/reports/recall/send/", {"client": [str(ana.public_id)]})
    assert not OutgoingMail.objects.exists()


def test_the_front_desk_reads_no_health_in_a_reason(cast: Cast, ana: Client, desk: Browser) -> None:
    Intake.objects.create(client=ana, catalogue_version="1", triage="emergency", red_flags=["chest-pain"])
    content = desk.get("/desk/reports/recall/").content.decode()
    assert "emergency" not in content.partition("<main")[2].lower()


def test_a_no_is_noted_once(cast: Cast, ana: Client) -> None:
    assert [note_no([ana.public_id], by=cast.owner) for _turn in range(2)] == [1, 0]


def test_the_list_costs_the_same_for_few_and_many(cast: Cast, ana: Client, desk: Browser) -> None:
    desk.get("/desk/reports/recall/")
    with CaptureQueriesContext(connection) as few:
        desk.get("/desk/reports/recall/")
    for number in range(30):
        each = Client.objects.create(first_name=f"Guest {number}", email=f"guest{number}@example.org")
        cast.appointment(weeks_ago(14 + number / 20), client=each, status=Status.COMPLETED)
    with CaptureQueriesContext(connection) as many:
        desk.get("/desk/reports/recall/")
    assert len(few) == len(many) <= 32
