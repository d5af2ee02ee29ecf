"""The ledger: a row per mail, nothing that becomes a header may carry a line break, again is a new row."""

import datetime as dt
import email
import email.policy
from email.header import decode_header, make_header

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import BadHeaderError, EmailMultiAlternatives, send_mail
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from clinic.identity import envelope_address
from clinic.mail import ledger
from clinic.mail.message import as_bytes
from clinic.mail.server import Security, mail_server
from clinic.models import MailState, OutgoingMail, Practice

pytestmark = pytest.mark.django_db


def with_crlf(text: str) -> str:
    """Any line ends as CRLF."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def write(*, to: str = "ana@example.org", name: str = "Ana", subject: str = "Hello", text: str = "Hi") -> OutgoingMail:
    """A plain mail, with changes."""
    return ledger.queue_mail(kind="staff", to=to, name=name, subject=subject, text=text)


@pytest.mark.parametrize("field", ["to", "name", "subject"])
@pytest.mark.parametrize("breaks", ["\r\nBcc: all@example.org", "\nX: y", "\rX: y", "\0"])
def test_a_line_break_in_a_header_is_refused(field: str, breaks: str) -> None:
    with pytest.raises(BadHeaderError):
        write(**{field: f"ana@example.org{breaks}"})
    assert not OutgoingMail.objects.exists()


def test_a_line_break_in_a_further_header_is_refused() -> None:
    with pytest.raises(BadHeaderError):
        ledger.queue_mail(kind="staff", to="a@b.org", subject="s", text="t", headers={"X-A": "b\r\nBcc: c@d.org"})


def test_the_message_id_is_fixed_at_writing_and_another_one_for_sending_again() -> None:
    mail = write()
    copy = ledger.resend(mail, to="ana@example.net", name="Ana Lind")
    assert mail.message_id != copy.message_id
    assert (copy.resend_of, copy.state, copy.subject, copy.text) == (mail, MailState.QUEUED, "Hello", "Hi")
    assert (copy.to_email, copy.to_name, copy.not_after) == ("ana@example.net", "Ana Lind", mail.not_after)


def test_a_copy_is_useful_as_long_as_the_first_or_for_two_days_where_that_is_over() -> None:
    mail = write()
    mail.not_after = timezone.now() - dt.timedelta(seconds=1)
    late = ledger.resend(mail, to=mail.to_email, name="").not_after
    assert late is not None
    assert late > timezone.now() + dt.timedelta(days=1)


def test_forgotten_words_cannot_be_sent_again() -> None:
    with pytest.raises(ValueError, match="keeps no words"):
        ledger.resend(write(text=""), to="ana@example.org", name="Ana")


def test_only_what_has_not_left_can_be_withdrawn() -> None:
    sent, waiting = write(), write()
    OutgoingMail.objects.filter(pk=sent.pk).update(state=MailState.SENT)
    assert ledger.withdraw_mails(OutgoingMail.objects.all(), why="cancelled") == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reply) == (MailState.WITHDRAWN, "cancelled")


@pytest.fixture
def as_in_life(settings: Settings) -> None:
    """Django's own mails go where they go outside of tests."""
    settings.EMAIL_BACKEND = "clinic.mail.backend.LedgerBackend"


@pytest.mark.usefixtures("as_in_life")
def test_what_django_sends_is_in_the_ledger_too() -> None:
    message = EmailMultiAlternatives("Your code", "4711", None, ["ana@example.org", "ben@example.org"])
    message.attach_alternative("<p>4711</p>", "text/html")
    assert message.send() == 1
    rows = OutgoingMail.objects.order_by("to_email")
    assert [row.to_email for row in rows] == ["ana@example.org", "ben@example.org"]
    assert {row.kind for row in rows} == {"sign-in"}
    assert {(row.text, row.html) for row in rows} == {("4711", "<p>4711</p>")}


@pytest.mark.usefixtures("as_in_life")
def test_django_cannot_smuggle_a_header_either() -> None:
    with pytest.raises(BadHeaderError):
        send_mail("Code\nBcc: all@example.org", "4711", None, ["ana@example.org"])


def test_a_mail_carries_its_words_three_ways(practice: Practice) -> None:
    mail = ledger.queue_mail(
        kind="confirmation",
        to="ana@example.org",
        name="Ána",
        subject="Termin für Ána und sehr viele andere Leute, die alle einen langen Betreff haben wollen",
        text="Grüße\n",
        html="<p>Grüße</p>",
        calendar="BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
        calendar_method="REQUEST",
        headers={"List-Unsubscribe": "<https://example.org/stop/x/>"},
    )
    wire = as_bytes(mail, practice)
    assert all(len(line) <= 998 for line in wire.split(b"\r\n"))
    assert b"\n" not in wire.replace(b"\r\n", b"")
    read = email.message_from_bytes(wire, policy=email.policy.default)
    assert str(read["Subject"]) == mail.subject
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["List-Unsubscribe"] == "<https://example.org/stop/x/>"
    assert read["Message-ID"] == mail.message_id
    parts = [part for part in read.walk() if not part.is_multipart()]
    kinds = [part.get_content_type() for part in parts]
    assert kinds == ["text/plain", "text/html", "text/calendar", "text/calendar"]
    assert parts[0].get_content().strip() == "Grüße"
    assert parts[2].get_param("method") == parts[3].get_param("method") == "REQUEST"
    assert parts[3].get_filename() == "appointment.ics"
    assert parts[2].get_content().splitlines()[1] == "METHOD:REQUEST"


def test_of_several_appointments_each_calendar_is_a_file_and_none_an_invitation(practice: Practice) -> None:
    each = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nX-NUMBER:{}\r\n END:VCALENDAR\r\nEND:VCALENDAR\r\n"
    mail = ledger.mail_row(
        kind="cancelled",
        to="ana@example.org",
        subject="s",
        text="t",
        html="<p>t</p>",
        calendar=each.format(1) + each.format(2),
        calendar_method="CANCEL",
    )
    read = email.message_from_bytes(as_bytes(mail, practice), policy=email.policy.default)
    assert read.get_content_type() == "multipart/mixed"
    words, *files = read.iter_parts()
    assert [part.get_content_type() for part in words.iter_parts()] == ["text/plain", "text/html"]
    assert [file.get_filename() for file in files] == ["appointment-1.ics", "appointment-2.ics"]
    for number, file in enumerate(files, start=1):
        assert file.get_content().encode() == with_crlf(each.format(number)).encode()
        assert file.get_param("method") == "CANCEL"


@settings(max_examples=30)
@given(
    text=st.text(min_size=1, max_size=300),
    html=st.text(max_size=300),
    subject=st.text(max_size=60),
    name=st.text(max_size=30),
)
def test_any_words_arrive_as_they_were_written(text: str, html: str, subject: str, name: str) -> None:
    subject, name = (" ".join(each.replace("\0", "").split()) for each in (subject, name))
    mail = ledger.mail_row(kind="staff", to="ana@example.org", name=name, subject=subject, text=text, html=f"<p>{html}")
    wire = as_bytes(mail, Practice(name="Stillwater", email="hello@stillwater.example"))
    assert wire == as_bytes(mail, Practice(name="Stillwater", email="hello@stillwater.example")), "a copy is the same"
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert max(map(len, wire.split(b"\r\n"))) <= 998
    read = email.message_from_bytes(wire)
    assert not read.defects
    assert [key for key in read if key.lower() in {"bcc", "cc"}] == []
    assert "".join(str(make_header(decode_header(read["Subject"]))).split()) == "".join(subject.split())
    parts = read.get_payload()
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]  # type: ignore[union-attr] # messages
    for part, words in zip(parts, (text, f"<p>{html}"), strict=True):
        got = part.get_payload(decode=True).decode("utf-8")
        assert got.rstrip("\r\n") == with_crlf(words).rstrip("\r\n")


def test_a_plain_mail_has_one_part(practice: Practice) -> None:
    read = email.message_from_bytes(as_bytes(write(), practice), policy=email.policy.default)
    assert read.get_content_type() == "text/plain"


def test_an_international_domain_is_spelled_as_the_dns_does() -> None:
    assert envelope_address("ana@bücher.example") == "ana@xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("url", "security", "port"),
    [
        ("smtp://mail.example.org", Security.PLAIN, 25),
        ("smtp+tls://mail.example.org", Security.STARTTLS, 587),
        ("smtp+ssl://mail.example.org", Security.TLS, 465),
        ("smtps://mail.example.org:2465/", Security.TLS, 2465),
    ],
)
def test_an_address_of_a_mail_server_is_read(url: str, security: Security, port: int) -> None:
    server = mail_server(url)
    assert (server.host, server.security, server.port) == ("mail.example.org", security, port)


def test_user_and_password_may_hold_any_character() -> None:
    server = mail_server("smtp+tls://post%40practice.org:p%40ss%2Fword@mail.example.org:587")
    assert (server.user, server.password) == ("post@practice.org", "p@ss/word")
    assert "p@ss" not in repr(server)


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://h:port", "smtp://h/x", "smtp://h?tls=no"]
)
def test_an_address_that_cannot_be_read_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        mail_server(url)
    assert "EMAIL_URL" in str(refused.value)


def test_a_kind_that_nobody_registered_is_refused() -> None:
    with pytest.raises(ValueError, match="riddle"):
        ledger.mail_row(kind="riddle", to="ana@example.org", subject="s", text="t")
