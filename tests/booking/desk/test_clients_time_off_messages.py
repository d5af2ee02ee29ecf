"""Clients, time off and messages at the desk."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.models import Appointment, Reminder, Status, TimeOff
from clients.models import Client, Intake, PainScore
from clinic.models import AccessEvent, Heartbeat, LinkPurpose, MailState, OutgoingMail
from clinic.web.links import mint_link
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders


def mail(to: str = "ana@example.org", **more: object) -> OutgoingMail:
    """A mail that was sent, unless said otherwise."""
    number = OutgoingMail.objects.count()
    row = {
        "kind": "confirmation",
        "to_email": to,
        "to_name": "Ana Lind",
        "subject": "Your appointment",
        "text": f"Hello number {number}",
        "message_id": f"<{number}@x>",
        "state": MailState.SENT,
        "sent_at": timezone.now(),
        **more,
    }
    return OutgoingMail.objects.create(**row)


@pytest.mark.parametrize("words", ["lind", "ana lind", "5550 111", "ANA@example"])
def test_a_client_is_found_by_name_phone_and_address(cast: Cast, desk: Browser, words: str) -> None:
    page = desk.get("/desk/clients/", {"q": words}).content.decode()
    assert "Lind, Ana" in page
    assert "Haas" not in page


def test_htmx_gets_the_list_alone(cast: Cast, desk: Browser) -> None:
    page = desk.get("/desk/clients/", {"q": "lind"}, headers={"HX-Request": "true"}).content.decode()
    assert "Lind, Ana" in page
    assert "<html" not in page


def test_an_erased_file_is_nobodys(cast: Cast, desk: Browser) -> None:
    Client.objects.filter(pk=cast.ana.pk).update(erased_at=timezone.now())
    assert desk.get(f"/desk/clients/{cast.ana.public_id}/").status_code == 404
    assert "Lind, Ana" not in desk.get("/desk/clients/", {"q": "lind"}).content.decode()


def test_the_file_shows_appointments_intakes_and_pain(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    Intake.objects.create(client=cast.ana, catalogue_version="1", triage="ok", symptoms=["dull-ache"], goals="sleep")
    for value, days in ((7, 20), (3, 1)):
        PainScore.objects.create(
            client=cast.ana, moment="before", value=value, given_at=timezone.now() - dt.timedelta(days=days)
        )
    page = desk.get(f"/desk/clients/{cast.ana.public_id}/").content.decode()
    assert str(appointment.public_id) in page
    event = AccessEvent.objects.get()
    page = desk.get(f"/desk/clients/{cast.ana.public_id}/health/").content.decode()
    for words in ("sleep", "clearly less", "<polyline"):
        assert words in page
    assert (event.noun, event.action, event.client) == ("client", "view", cast.ana.public_id)


def test_a_long_file_costs_no_more_queries_than_a_short_one(cast: Cast, desk: Browser) -> None:
    address = f"/desk/clients/{cast.ana.public_id}/"
    cast.appointment(cast.at(10))
    desk.get(address)
    with CaptureQueriesContext(connection) as short:
        desk.get(address)
    for weeks in range(1, 9):
        cast.appointment(cast.at(10) - dt.timedelta(weeks=weeks), status=Status.COMPLETED)
        Intake.objects.create(client=cast.ana, catalogue_version="1", triage="ok")
    with CaptureQueriesContext(connection) as long:
        desk.get(address)
    # The marks of all intakes together are one query more than none.
    assert len(long) <= len(short) + 1


def test_contact_and_note_are_changed_and_logged(cast: Cast, desk: Browser) -> None:
    Client.objects.filter(pk=cast.ana.pk).update(email_error="refused")
    sent = {
        "first_name": "Ana",
        "last_name": "Lind",
        "email": "New@example.org",
        "phone": "",
        "desk_note": "ring twice",
    }
    assert desk.post(f"/desk/clients/{cast.ana.public_id}/contact/", sent).status_code == 302
    cast.ana.refresh_from_db()
    assert (cast.ana.email, cast.ana.desk_note, cast.ana.email_error) == ("new@example.org", "ring twice", "")
    assert AccessEvent.objects.get().action == "change"


def test_a_refused_contact_keeps_what_was_typed_and_the_heading_true(cast: Cast, desk: Browser) -> None:
    sent = {"first_name": "Anna", "last_name": "Lind", "email": "nope", "phone": "", "desk_note": "kept"}
    response = desk.post(f"/desk/clients/{cast.ana.public_id}/contact/", sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="kept"' in page
    assert re.search(r"<h1>\s*Ana Lind\s", page)


def test_two_files_of_one_name_and_address_are_refused_with_a_message(cast: Cast, desk: Browser) -> None:
    sent = {"first_name": "Ben", "last_name": "Haas", "email": "ben@example.org", "phone": "", "desk_note": ""}
    response = desk.post(f"/desk/clients/{cast.ana.public_id}/contact/", sent)
    assert response.status_code == 422
    assert "already a file" in response.content.decode()


def off(cast: Cast, **more: object) -> dict[str, object]:
    """Mira is away on the cast's Tuesday."""
    day = cast.day().isoformat()
    whole = {} if "from_time" in more or "until_time" in more else {"all_day": "on"}
    who = {"therapist": str(cast.mira.public_id), **whole}
    return {**who, "first_day": day, "last_day": day, "reason": "course", **more}


def test_free_time_is_blocked_at_once_from_midnight_to_midnight(cast: Cast, desk: Browser) -> None:
    assert desk.post("/desk/time-off/", off(cast)).status_code == 302
    block = TimeOff.objects.get()
    assert (block.therapist, block.starts_at, block.ends_at) == (
        cast.mira,
        cast.at(0),
        cast.at(0) + dt.timedelta(days=1),
    )


def test_a_block_of_hours_and_of_the_whole_practice(cast: Cast, desk: Browser) -> None:
    desk.post("/desk/time-off/", off(cast, therapist="all", from_time="12:00", until_time="14:00"))
    block = TimeOff.objects.get()
    assert (block.therapist, block.starts_at, block.ends_at) == (None, cast.at(12), cast.at(14))


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_day": "2020-01-01"},
        {"from_time": "14:00", "until_time": "12:00"},
        {"first_day": ""},
        {"last_day": "9999-12-31"},
        {"therapist": "somebody"},
    ],
)
def test_a_block_that_makes_no_sense_is_refused_and_the_reason_kept(
    cast: Cast, desk: Browser, wrong: dict[str, str]
) -> None:
    response = desk.post("/desk/time-off/", off(cast, **wrong))
    assert response.status_code == 422
    assert "course" in response.content.decode()
    assert not TimeOff.objects.exists()


def test_a_block_is_opened_again(cast: Cast, desk: Browser) -> None:
    desk.post("/desk/time-off/", off(cast))
    key = TimeOff.objects.get().pk
    assert desk.post(f"/desk/time-off/{key}/open/").status_code == 302
    assert not TimeOff.objects.exists()


def test_what_failed_stands_first(cast: Cast, desk: Browser) -> None:
    mail(state=MailState.FAILED, reply="550 no such user", created_at=timezone.now() - dt.timedelta(days=3))
    mail(to="ben@example.org", to_name="Ben Haas")
    page = desk.get("/desk/messages/").content.decode()
    assert page.index("There is no such mailbox.") < page.index("Ben Haas")


def test_messages_are_found_by_person_kind_and_state(cast: Cast, desk: Browser) -> None:
    mail()
    mail(to="ben@example.org", to_name="Ben Haas", kind="aftercare", state=MailState.FAILED)
    for query in ({"q": "haas"}, {"kind": "aftercare"}, {"state": "failed"}):
        lines = desk.get("/desk/messages/", query).context["lines"]
        assert [line.mail.to_email for line in lines] == ["ben@example.org"]
    assert len(desk.get("/desk/messages/", {"kind": "nonsense", "state": "x", "page": "zz"}).context["lines"]) == 2


@pytest.mark.invariant("I8")
def test_a_refused_address_is_seen_on_the_day_the_appointment_and_the_file_before_the_client_comes(
    cast: Cast, desk: Browser
) -> None:
    appointment = cast.appointment(cast.at(10))
    mail(state=MailState.FAILED, address_refused=True, reply="550 5.1.1 No such mailbox")
    sweep_reminders()
    day = appointment.starts_at.astimezone(cast.zone).date()
    assert "Mail does not arrive" in desk.get(f"/desk/?day={day}").content.decode()
    for page in (f"/desk/appointments/{appointment.public_id}/", f"/desk/clients/{cast.ana.public_id}/"):
        assert "does not arrive: there is no such mailbox" in desk.get(page).content.decode()


def test_late_mail_is_said_on_top(cast: Cast, desk: Browser) -> None:
    for name in ("reminders", "mail"):
        Heartbeat.objects.create(name=name)
    waiting = mail(state=MailState.QUEUED, next_try_at=timezone.now() - dt.timedelta(minutes=4))
    assert "Mails are late" not in desk.get("/desk/messages/").content.decode()
    OutgoingMail.objects.filter(pk=waiting.pk).update(next_try_at=timezone.now() - dt.timedelta(minutes=6))
    for page in ("/desk/", "/desk/messages/"):
        assert "Mails are late" in desk.get(page).content.decode()


def test_what_was_not_sent_is_found_with_the_reason_by_client_and_kind(cast: Cast, desk: Browser) -> None:
    for client, hour, why in ((cast.ana, 10, "The client wants no reminders."), (cast.ben, 14, "Too late.")):
        appointment = cast.appointment(cast.at(hour), client=client)
        Reminder.objects.create(
            appointment=appointment,
            kind="reminder-24h",
            revision=0,
            due_at=timezone.now(),
            not_after=appointment.starts_at,
            state="skipped",
            skip_reason=why,
            settled_at=timezone.now(),
        )
    mail(to="ana@example.org")
    both = desk.get("/desk/messages/", {"state": "not-sent"})
    assert [line.why for line in both.context["lines"]] == ["Too late.", "The client wants no reminders."]
    page = desk.get("/desk/messages/", {"state": "not-sent", "q": "lind", "kind": "reminder-24h"})
    (line,) = page.context["lines"]
    assert "The client wants no reminders." in page.content.decode()
    assert f"/desk/appointments/{line.appointment.public_id}/" in page.content.decode()
    assert not desk.get("/desk/messages/", {"state": "not-sent", "kind": "moved"}).context["lines"]


def test_a_sign_in_mail_is_nobodys_but_the_recipients(cast: Cast, desk: Browser) -> None:
    secret = mail(kind="sign-in", text="code 123456")
    assert desk.get(f"/desk/messages/{secret.public_id}/").status_code == 404
    assert desk.post(f"/desk/messages/{secret.public_id}/again/").status_code == 404
    page = desk.get("/desk/messages/").content.decode()
    assert str(secret.public_id) not in page
    assert secret.subject not in page


def test_what_needs_a_person_comes_first_and_can_be_asked_for(cast: Cast, desk: Browser) -> None:
    twice = mail(to="ben@example.org", state=MailState.SENT, maybe_duplicate=True)
    month_ago = timezone.now() - dt.timedelta(days=30)
    old = mail(to="old@example.org", state=MailState.FAILED, created_at=month_ago, settled_at=month_ago)
    mail(state=MailState.SENT)
    lines = desk.get("/desk/messages/").context["lines"]
    assert [line.mail.to_email for line in lines] == ["ben@example.org", "ana@example.org", "old@example.org"]
    assert (lines[0].state, lines[0].tone) == ("sent, perhaps twice", "caution")
    lines = desk.get("/desk/messages/", {"state": "needs-you"}).context["lines"]
    assert [line.mail for line in lines] == [twice, old]
    mail(to="ben@example.org", state=MailState.SENT, resend_of=twice)
    lines = desk.get("/desk/messages/", {"state": "needs-you"}).context["lines"]
    assert [line.mail for line in lines] == [old]


def test_a_mail_is_read_as_it_was_written(cast: Cast, desk: Browser) -> None:
    row = mail(text="Dear <b>Ana</b>\n\nsee you")
    page = desk.get(f"/desk/messages/{row.public_id}/").content.decode()
    assert "Dear &lt;b&gt;Ana&lt;/b&gt;" in page


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("purpose", LinkPurpose.values)
def test_nobody_at_the_practice_can_act_as_the_client_with_a_link_from_a_mail(
    cast: Cast, desk: Browser, purpose: str
) -> None:
    token = mint_link(
        purpose=LinkPurpose(purpose), subject=cast.ana.public_id, lasts=dt.timedelta(days=1), by_mail=True
    )
    link = f"http://localhost:8000/appointment/{token}/"
    row = mail(text=f"See {link} (or {link}?n=3), please.", html=f'<a href="{link}">{link}</a>')
    owner = Browser()
    owner.force_login(cast.owner)
    pages = [
        desk.get(f"/desk/messages/{row.public_id}/"),
        desk.get(f"/desk/messages/{row.public_id}/look/"),
        owner.get(f"/admin/clinic/outgoingmail/{row.pk}/change/"),
    ]
    for page in pages:
        assert "/appointment/(token)/" in page.content.decode()
        assert token not in page.content.decode()


@pytest.mark.invariant("I8")
def test_a_mail_is_seen_as_it_looked_without_its_links(cast: Cast, desk: Browser) -> None:
    address = f"http://localhost:8000/appointment/{'t' * 43}/"
    row = mail(html=f'<p style="margin:0">Dear Ana <a href="{address}">{address}</a></p>')
    assert f"/desk/messages/{row.public_id}/look/" in desk.get(f"/desk/messages/{row.public_id}/").content.decode()
    answer = desk.get(f"/desk/messages/{row.public_id}/look/")
    assert (
        answer.content.decode() == '<p style="margin:0">Dear Ana <a>http://localhost:8000/appointment/(token)/</a></p>'
    )
    assert "sandbox" in answer["Content-Security-Policy"]
    assert AccessEvent.objects.filter(noun="message").count() == 2
    assert desk.get(f"/desk/messages/{mail().public_id}/look/").status_code == 404
    secret = mail(kind="sign-in", html="code")
    assert desk.get(f"/desk/messages/{secret.public_id}/look/").status_code == 404
    assert Browser().get(f"/desk/messages/{row.public_id}/look/").status_code == 302


def test_sending_again_is_a_new_row_with_an_own_id(cast: Cast, desk: Browser) -> None:
    row = announcing(cast.appointment(cast.at(10)))
    assert desk.post(f"/desk/messages/{row.public_id}/again/").status_code == 302
    copy = OutgoingMail.objects.get(resend_of=row)
    assert (copy.text, copy.state) == (row.text, MailState.QUEUED)
    assert copy.message_id != row.message_id
    row.refresh_from_db()
    assert row.state == MailState.FAILED


def test_a_mail_on_its_way_is_not_sent_again(cast: Cast, desk: Browser) -> None:
    row = mail(state=MailState.RETRYING)
    page = desk.post(f"/desk/messages/{row.public_id}/again/", follow=True).content.decode()
    assert "still on its way" in page
    assert OutgoingMail.objects.count() == 1


def announcing(appointment: Appointment) -> OutgoingMail:
    """A failed reminder of an appointment."""
    row = mail(kind="reminder-24h", state=MailState.FAILED)
    Reminder.objects.create(
        appointment=appointment,
        kind="reminder-24h",
        revision=0,
        due_at=appointment.starts_at,
        not_after=appointment.starts_at,
        state="done",
        mail=row,
    )
    return row


@pytest.mark.invariant("I5")
@pytest.mark.parametrize("fate", [{"status": "cancelled"}, {"revision": 1}])
def test_a_reminder_of_an_appointment_that_was_moved_or_cancelled_is_never_sent_again(
    cast: Cast, desk: Browser, fate: dict[str, object]
) -> None:
    appointment = cast.appointment(cast.at(10))
    row = announcing(appointment)
    Appointment.objects.filter(pk=appointment.pk).update(**fate)
    page = desk.post(f"/desk/messages/{row.public_id}/again/", follow=True).content.decode()
    assert "would mislead" in page
    assert OutgoingMail.objects.count() == 1


@pytest.mark.invariant("I5")
def test_a_reminder_is_not_sent_again_once_the_appointment_has_begun(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(timezone.now() - dt.timedelta(minutes=5))
    row = announcing(appointment)
    desk.post(f"/desk/messages/{row.public_id}/again/")
    assert OutgoingMail.objects.count() == 1


def test_a_reminder_that_is_still_true_is_sent_again_and_its_copy_too(cast: Cast, desk: Browser) -> None:
    row = announcing(cast.appointment(cast.at(10)))
    desk.post(f"/desk/messages/{row.public_id}/again/")
    copy = OutgoingMail.objects.get(resend_of=row)
    OutgoingMail.objects.filter(pk=copy.pk).update(state=MailState.FAILED)
    Appointment.objects.update(status="cancelled")
    desk.post(f"/desk/messages/{copy.public_id}/again/")
    assert OutgoingMail.objects.count() == 2
