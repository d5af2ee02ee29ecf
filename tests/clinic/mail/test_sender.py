"""Sending: one connection to a batch, each reply sorted by what it asks of us, nothing lost and nothing twice."""

import datetime as dt
import subprocess
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from clinic.mail import claims, delivery_status, ledger, sender, smtp
from clinic.mail.delivery import Delivery
from clinic.mail.outcomes import BACK_OFF, wait_after
from clinic.mail.sender import send_due
from clinic.models import DeliveryStatus, Heartbeat, MailState, OutgoingMail
from tests.clinic.mail.scripted_smtp import Script
from tests.clinic.mail.waiting import due_now, queue, states

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def test_a_batch_goes_over_one_connection(script: Script) -> None:
    queue(5)
    assert send_due() == 5
    assert script.connections == 1
    assert set(states()) == {MailState.SENT}
    assert len(set(script.ids)) == 5
    assert script.mails[0].get_content().splitlines() == [".A line that begins with a dot."]


def test_a_long_queue_goes_over_the_same_connection_each_mail_once(script: Script) -> None:
    queue(sender.BATCH + 20)
    assert send_due() == sender.BATCH + 20
    assert script.connections == 1
    assert len(set(script.ids)) == len(script.ids) == sender.BATCH + 20


def test_what_goes_wrong_with_one_mail_is_its_own(script: Script) -> None:
    queue(6)
    script.answers["RCPT"].extend(["450 Busy", "250 OK", "550 No such mailbox"])
    script.answers["BODY"].extend(["554 Looks like spam"])
    assert send_due() == 3
    assert states() == [MailState.RETRYING, MailState.FAILED, MailState.FAILED] + [MailState.SENT] * 3
    assert OutgoingMail.objects.filter(address_refused=True).count() == 1
    assert script.connections == 1


def test_a_mail_withdrawn_while_it_is_asked_for_is_the_only_one_left_out(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = queue(4)
    begin_body = Delivery.begin_body

    def cancelled_meanwhile(delivery: Delivery) -> None:
        ledger.withdraw_mails(OutgoingMail.objects.filter(pk=mails[1].pk), why="cancelled")
        begin_body(delivery)

    monkeypatch.setattr(Delivery, "begin_body", cancelled_meanwhile)
    assert send_due() == 3
    assert mails[1].message_id not in script.ids
    assert states() == [MailState.SENT, MailState.WITHDRAWN, MailState.SENT, MailState.SENT]


def test_a_yes_is_written_down_before_the_next_mail_can_keep_it_waiting(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = queue(2)
    at_that_moment = []
    send = smtp.SmtpTransport.send

    def watched(transport: smtp.SmtpTransport, delivery: Delivery) -> str:
        if delivery.mail.pk == mails[1].pk:
            at_that_moment.append(states()[0])
        return send(transport, delivery)

    monkeypatch.setattr(smtp.SmtpTransport, "send", watched)
    assert send_due() == 2
    assert at_that_moment == [MailState.SENT]


@pytest.mark.parametrize("stage", ["begin_body", "record_sent"])
def test_a_database_that_is_away_lets_no_body_go_without_its_word(
    script: Script, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """And what the server took before that is written down, or, where that fails, goes once more at most, flagged."""
    queue(2)

    def away(*_args: object) -> bool:
        raise OperationalError("away")

    monkeypatch.setattr(claims, stage, away)
    with pytest.raises(OperationalError):
        send_due()
    monkeypatch.undo()
    taken = len(script.ids)
    assert taken == (0 if stage == "begin_body" else 1)
    due_now()
    send_due()
    assert set(states()) == {MailState.SENT}
    assert OutgoingMail.objects.filter(maybe_duplicate=True).count() == taken


def test_a_batch_is_found_without_reading_all_that_wait() -> None:
    """However long the ledger and the queue are, a claim reads the head of the index of pending mails, in its order."""
    (pattern,) = queue(1)
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            kind=pattern.kind,
            to_email=pattern.to_email,
            subject=pattern.subject,
            text="A text of some length. " * 20,
            message_id=f"<{number}@test>",
            state=MailState.QUEUED if number % 2 else MailState.SENT,
        )
        for number in range(4000)
    )
    with CaptureQueriesContext(connection) as asked:
        assert len(claims.claim_mails(10).mails) == 10
    question = next(each["sql"] for each in asked if "SKIP LOCKED" in each["sql"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE clinic_outgoingmail")
        cursor.execute("EXPLAIN " + question.replace("%", "%%"))
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using mail_due" in plan, plan


def test_nothing_due_opens_no_connection_but_the_heart_beats(script: Script) -> None:
    assert send_due() == 0
    assert script.connections == 0
    assert Heartbeat.objects.filter(name="mail").exists()


def test_the_limit_is_kept(script: Script) -> None:
    queue(5)
    assert send_due(limit=3) == 3
    assert states().count(MailState.QUEUED) == 2


@pytest.mark.invariant("I5")
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "BODY"])
@pytest.mark.parametrize("reply", ["421 Closing", "450 Busy", "451 Try later"])
def test_a_temporary_no_is_tried_again_with_growing_waits_until_one_copy_is_accepted(
    script: Script, stage: str, reply: str
) -> None:
    (mail,) = queue()
    script.answers[stage].extend([reply, reply])
    waits = []
    for _ in range(2):
        assert send_due() == 0
        mail.refresh_from_db()
        assert mail.state == MailState.RETRYING
        assert mail.reply == reply
        waits.append(mail.next_try_at - timezone.now())
        due_now()
    assert send_due() == 1
    assert script.ids == [mail.message_id]
    assert waits[1] > 3 * waits[0] > dt.timedelta()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.maybe_duplicate) == (MailState.SENT, 3, False)


def test_the_waits_grow_as_the_rules_say_and_stay_at_the_last() -> None:
    waits = [wait_after(tries).total_seconds() / 60 for tries in range(1, 8)]
    for wait, minutes in zip(waits, (*BACK_OFF, 180, 180), strict=True):
        assert minutes <= wait <= minutes * 1.2


def test_a_refused_address_fails_once_is_flagged_and_stops_nobody(script: Script) -> None:
    queue(3)
    script.refuse_address = "person1@"
    assert send_due() == 2
    failed = OutgoingMail.objects.get(state=MailState.FAILED)
    assert failed.to_email == "person1@example.org"
    assert failed.address_refused
    assert failed.reply.startswith("550")
    due_now()
    assert send_due() == 0
    assert len(script.mails) == 2
    assert script.connections == 1


def test_a_refused_text_fails_without_blaming_the_address(script: Script) -> None:
    (mail,) = queue()
    script.answers["BODY"].append("554 5.7.1 Looks like spam")
    assert send_due() == 0
    mail.refresh_from_db()
    assert (mail.state, mail.address_refused) == (MailState.FAILED, False)


def test_a_server_that_dies_after_three_of_ten_has_sent_three_once_and_delays_seven(script: Script) -> None:
    queue(10)
    script.answers["MAIL"].extend(["250 OK"] * 3 + ["DROP"])
    script.answers["HELLO"].extend(["220 scripted", "DROP"])
    assert send_due() == 3
    assert states() == [MailState.SENT] * 3 + [MailState.RETRYING] * 7
    assert OutgoingMail.objects.filter(state=MailState.RETRYING, next_try_at__gt=timezone.now()).count() == 7
    due_now()
    assert send_due() == 7
    assert len(set(script.ids)) == len(script.ids) == 10


def test_no_server_and_no_name_are_waited_out(settings: Settings) -> None:
    (mail,) = queue()
    for url, why in (("smtp://127.0.0.1:1", "Connection refused"), ("smtp://no-such-host.invalid:25", "")):
        settings.EMAIL_URL = url
        assert send_due() == 0
        mail.refresh_from_db()
        assert mail.state == MailState.RETRYING
        assert why in mail.reply
        assert "Error" not in mail.reply, "in words that a person can act on"
        due_now()
    assert mail.attempts == 2
    assert not delivery_status.is_paused()


def test_a_stalled_server_times_out_and_the_mail_is_tried_again(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp.SmtpTransport.__init__, "__kwdefaults__", {"timeout": 0.3, "host_name": "localhost"})
    (mail,) = queue()
    script.stall_at = "RCPT"
    assert send_due() == 0
    mail.refresh_from_db()
    assert (mail.state, mail.maybe_duplicate) == (MailState.RETRYING, False)


def test_no_answer_after_the_body_means_once_more_with_the_same_id_and_no_further(script: Script) -> None:
    (mail,) = queue()
    script.answers["BODY"].extend(["DROP AFTER KEEPING"] * 2)
    assert send_due() == 0
    mail.refresh_from_db()
    assert (mail.state, mail.maybe_duplicate) == (MailState.RETRYING, True)
    due_now()
    send_due()
    mail.refresh_from_db()
    assert mail.state == MailState.UNCERTAIN
    due_now()
    assert send_due() == 0
    assert script.ids == [mail.message_id, mail.message_id]


@pytest.mark.parametrize("reply", ["535 5.7.8 Wrong password", "534 Too weak"])
def test_a_refused_sign_in_pauses_delivery_and_spends_no_tries(script: Script, settings: Settings, reply: str) -> None:
    settings.EMAIL_URL = f"smtp://post:s3cret@127.0.0.1:{script.port}"
    script.offers = ["AUTH PLAIN"]
    script.answers["AUTH"].append(reply)
    queue(3)
    assert send_due() == 0
    assert delivery_status.is_paused()
    assert reply in DeliveryStatus.objects.get().reason
    assert states() == [MailState.QUEUED] * 3
    assert set(OutgoingMail.objects.values_list("attempts", flat=True)) == {0}
    assert send_due() == 0
    assert script.connections == 1, "a paused server is left alone"
    DeliveryStatus.objects.update(paused_until=timezone.now())
    assert send_due() == 3
    assert DeliveryStatus.objects.get().reason == ""
    assert not any("s3cret" in row.reply for row in OutgoingMail.objects.all())


def test_a_server_that_offers_no_tls_gets_no_mail_in_plain_text(script: Script, settings: Settings) -> None:
    settings.EMAIL_URL = f"smtp+tls://post:s3cret@127.0.0.1:{script.port}"
    queue()
    assert send_due() == 0
    assert delivery_status.is_paused()
    assert not script.mails
    assert not [command for command in script.commands if command.startswith(("AUTH", "MAIL"))]


def test_a_certificate_that_nobody_vouches_for_pauses_and_after_repair_all_go(
    script: Script, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = tmp_path / "own.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(pem)]
    made = subprocess.run([*command, "-out", str(tmp_path / "cert.pem"), *subject], capture_output=True, check=True)
    assert made.returncode == 0
    pem.write_text(pem.read_text() + (tmp_path / "cert.pem").read_text())
    script.certificate, script.offers = pem, ["STARTTLS"]
    settings.EMAIL_URL = f"smtp+tls://127.0.0.1:{script.port}"
    queue(2)
    assert send_due() == 0
    assert delivery_status.is_paused()
    assert not script.mails
    # Repair: the machine comes to trust the certificate.
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    delivery_status.resume_mail()
    assert send_due() == 2
    assert set(states()) == {MailState.SENT}


def test_a_mail_that_is_useless_by_now_fails_in_words_and_is_not_sent(script: Script) -> None:
    (mail,) = queue(not_after=timezone.now() - dt.timedelta(minutes=1))
    assert send_due() == 0
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED
    assert "in time" in mail.reply
    assert not script.mails


def test_a_mail_withdrawn_after_the_claim_is_not_sent(script: Script) -> None:
    (mail,) = queue()
    claim = claims.claim_mails(10)
    assert ledger.withdraw_mails(OutgoingMail.objects.filter(pk=mail.pk), why="cancelled") == 1
    assert not claims.begin_body(claim.mails[0], claim.token)
    claims.record_sent(claim.mails[0], claim.token, "250")
    mail.refresh_from_db()
    assert mail.state == MailState.WITHDRAWN


def test_a_mail_whose_body_is_under_way_cannot_be_withdrawn() -> None:
    (mail,) = queue()
    claim = claims.claim_mails(10)
    assert claims.begin_body(claim.mails[0], claim.token)
    assert ledger.withdraw_mails(OutgoingMail.objects.filter(pk=mail.pk), why="cancelled") == 0
    claims.record_sent(claim.mails[0], claim.token, "250")
    mail.refresh_from_db()
    assert (mail.state, mail.reply) == (MailState.SENT, "250"), "its answer is recorded as ever"


@pytest.mark.invariant("I5")
def test_one_taken_back_after_its_worker_died_in_the_data_phase_does_not_go_once_more(script: Script) -> None:
    (mail,) = queue()
    claim = claims.claim_mails(10)
    claims.begin_body(claim.mails[0], claim.token)
    ledger.withdraw_mails(OutgoingMail.objects.filter(pk=mail.pk), why="cancelled")
    due_now()
    assert send_due() == 0
    mail.refresh_from_db()
    assert (mail.state, mail.maybe_duplicate) == (MailState.UNCERTAIN, True)
    assert "nobody knows whether it arrived" in mail.reply
    assert not script.mails


@pytest.mark.invariant("I5")
def test_a_lost_lease_records_nothing_and_sends_nothing(script: Script) -> None:
    """Without the token in the gate the first worker would send what the second one has sent already."""
    (mail,) = queue()
    slow = claims.claim_mails(10)
    due_now()
    assert send_due() == 1
    assert not claims.begin_body(slow.mails[0], slow.token)
    claims.record_retry(slow.mails[0], slow.token, "450")
    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    assert script.ids == [mail.message_id]


def test_without_the_gate_the_same_mail_would_go_twice(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control for the test above: what it sees is the gate's doing."""
    queue()
    slow = claims.claim_mails(10)
    due_now()
    monkeypatch.setattr(claims, "begin_body", lambda _mail, _token: True)
    assert send_due() == 1
    transport = sender.mail_transport()
    assert sender.send_batch(slow, transport) == (1, True)
    transport.close()
    assert len(script.ids) == 2


def test_two_claims_never_share_a_mail() -> None:
    queue(6)
    first, second = claims.claim_mails(4), claims.claim_mails(4)
    assert [len(first.mails), len(second.mails)] == [4, 2]
    assert not {mail.pk for mail in first.mails} & {mail.pk for mail in second.mails}


def test_a_lease_over_in_claimed_is_no_doubt_and_one_over_in_data_is(script: Script) -> None:
    queue(2)
    claim = claims.claim_mails(10)
    claims.begin_body(claim.mails[1], claim.token)
    due_now()
    assert send_due() == 2
    assert list(OutgoingMail.objects.order_by("pk").values_list("maybe_duplicate", flat=True)) == [False, True]


def test_a_mail_that_was_doubtful_and_stops_again_in_data_stays_uncertain(script: Script) -> None:
    (mail,) = queue()
    for _ in range(2):
        claim = claims.claim_mails(1)
        claims.begin_body(claim.mails[0], claim.token)
        due_now()
    assert send_due() == 0
    mail.refresh_from_db()
    assert (mail.state, mail.maybe_duplicate) == (MailState.UNCERTAIN, True)
    assert OutgoingMail.objects.needing_attention().count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_server_is_asked(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    open_ones = []
    getreply = smtp.CommittingSMTP.getreply

    def watched(client: smtp.CommittingSMTP) -> tuple[int, bytes]:
        open_ones.append(connection.in_atomic_block)
        return getreply(client)

    monkeypatch.setattr(smtp.CommittingSMTP, "getreply", watched)
    queue(2)
    assert send_due() == 2
    assert len(open_ones) >= 2 * len(["MAIL", "RCPT", "DATA", "the body"])
    assert not any(open_ones)


def test_without_a_mail_server_each_mail_is_a_readable_file(settings: Settings, tmp_path: Path) -> None:
    settings.MAIL_DIR = tmp_path / "mail"
    first = ledger.queue_mail(kind="moved", to="ana@example.org", name="Ana", subject="Grüße", text="Schöne Grüße\n")
    ledger.queue_mail(kind="staff", to="ben@example.org", subject="Later", text="Hello\n")
    assert send_due() == 2
    names = sorted(path.name for path in settings.MAIL_DIR.iterdir())
    assert [name.split("-", 1)[1].rsplit("-", 1)[0] for name in names] == ["moved", "staff"]
    assert not any("ana" in name for name in names)
    words = (settings.MAIL_DIR / names[0]).read_text("utf-8")
    assert "Schöne Grüße" in words
    assert first.message_id in words


def test_a_full_disk_is_waited_out(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    settings.MAIL_DIR = tmp_path / "file" / "mail"
    (mail,) = queue()
    assert send_due() == 0
    mail.refresh_from_db()
    assert mail.state == MailState.RETRYING


def test_a_row_that_cannot_be_built_fails_alone(script: Script) -> None:
    queue(2)
    OutgoingMail.objects.filter(to_email__startswith="person0").update(to_email="nowhere")
    assert send_due() == 1
    assert states() == [MailState.FAILED, MailState.SENT]


def test_secret_words_are_forgotten_once_sent(script: Script) -> None:
    mail = ledger.queue_mail(kind="sign-in", to="ana@example.org", subject="Code", text="Your code is 4711")
    assert send_due() == 1
    assert "4711" in script.mails[0].get_content()
    mail.refresh_from_db()
    assert mail.text == mail.html == ""


def secret(**changed: object) -> OutgoingMail:
    """A mail with a code to sign in with, due now."""
    return ledger.queue_mail(
        kind="sign-in",
        to="ana@example.org",
        subject="Code",
        text="code 4711",
        html="<b>4711</b>",
        **changed,  # type: ignore[arg-type] # typed by the function itself
    )


def words_left(mail: OutgoingMail) -> tuple[str, str]:
    """State, and what of the words is still there."""
    mail.refresh_from_db()
    return mail.state, mail.text + mail.html


def test_secret_words_are_forgotten_once_refused(script: Script) -> None:
    mail = secret()
    script.answers["RCPT"].append("550 No")
    assert send_due() == 0
    assert words_left(mail) == (MailState.FAILED, "")


def test_secret_words_are_forgotten_when_their_time_is_over(script: Script) -> None:
    mail = secret(not_after=timezone.now() - dt.timedelta(seconds=1))
    assert send_due() == 0
    assert words_left(mail) == (MailState.FAILED, "")


def test_secret_words_are_forgotten_when_nobody_knows_and_when_withdrawn(script: Script) -> None:
    maybe_duplicate, withdrawn, plain = secret(), secret(), queue()[0]
    script.answers["BODY"].extend(["DROP AFTER", "250 Kept", "250 Kept", "DROP AFTER"])
    assert ledger.withdraw_mails(OutgoingMail.objects.filter(pk__in=[withdrawn.pk, plain.pk]), why="test") == 2
    send_due()
    assert words_left(maybe_duplicate) == (MailState.RETRYING, "code 4711<b>4711</b>")
    script.answers["BODY"].clear()
    script.answers["BODY"].append("DROP AFTER")
    due_now()
    send_due()
    assert words_left(maybe_duplicate) == (MailState.UNCERTAIN, "")
    assert words_left(withdrawn) == (MailState.WITHDRAWN, "")
    assert words_left(plain)[1], "only secrets are forgotten"


def test_a_mail_that_perhaps_arrived_twice_needs_a_person_until_sent_again(script: Script) -> None:
    (mail,) = queue()
    script.answers["BODY"].append("DROP AFTER")
    send_due()
    assert not OutgoingMail.objects.needing_attention().exists(), "it is tried once more by itself"
    due_now()
    assert send_due() == 1
    assert list(OutgoingMail.objects.needing_attention()) == [mail]
    ledger.resend(mail, to=mail.to_email, name=mail.to_name)
    assert not OutgoingMail.objects.needing_attention().exists()
