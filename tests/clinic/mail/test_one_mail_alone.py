"""What is wrong with one mail, whatever it is, is that mail's alone: the others go."""

import datetime as dt
from itertools import count

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django.fixtures import Settings

from clinic.identity import canonical_mailbox
from clinic.mail import claims, delivery_status, smtp
from clinic.mail.delivery import Delivery
from clinic.mail.sender import send_due
from clinic.models import DeliveryStatus, MailState, OutgoingMail
from tests.clinic.mail.scripted_smtp import Script
from tests.clinic.mail.waiting import queue, states

pytestmark = pytest.mark.django_db
SENT, FAILED, RETRYING = MailState.SENT, MailState.FAILED, MailState.RETRYING


@pytest.mark.parametrize("address", ["al\u0131@example.org", "\u017fam@example.org", "ana@" + "a" * 64 + ".example"])
def test_an_address_that_smtp_cannot_say_fails_alone_and_is_flagged(script: Script, address: str) -> None:
    queue(3)
    OutgoingMail.objects.filter(to_email__startswith="person1").update(to_email=address)
    assert send_due() == 2
    assert states() == [SENT, FAILED, SENT]
    assert OutgoingMail.objects.get(state=FAILED).address_refused
    with pytest.raises(ValidationError):
        canonical_mailbox(address)


def test_an_international_domain_can_be_mailed(script: Script) -> None:
    canonical_mailbox("ana@b\u00fccher.example")
    queue()
    OutgoingMail.objects.update(to_email="ana@b\u00fccher.example")
    assert send_due() == 1
    assert script.recipients == ["RCPT TO:<ana@xn--bcher-kva.example>"]


@pytest.mark.parametrize(("step", "state"), [("mail", FAILED), ("rcpt", FAILED), ("data", RETRYING)])
def test_what_nobody_foresaw_is_that_mails_alone(
    script: Script, monkeypatch: pytest.MonkeyPatch, step: str, state: str
) -> None:
    """Before the body it failed; after it nobody knows, so that it goes once more, flagged."""
    queue(3)
    do, calls = getattr(smtp.CommittingSMTP, step), count()

    def odd(client: smtp.CommittingSMTP, *arguments: object) -> object:
        answer = do(client, *arguments)
        if next(calls) == 1:
            raise RuntimeError("never thought of")
        return answer

    monkeypatch.setattr(smtp.CommittingSMTP, step, odd)
    assert send_due() == 2
    assert states() == [SENT, state, SENT]
    assert OutgoingMail.objects.filter(maybe_duplicate=True).count() == (state == RETRYING)
    assert script.connections == 2, "how far the first had got, nobody knows"


def test_a_server_that_hangs_up_on_one_mail_gets_the_others_over_a_new_connection(script: Script) -> None:
    queue(4)
    script.answers["RCPT"].extend(["250 OK", "DROP"])
    assert send_due() == 3
    assert states() == [SENT, RETRYING, SENT, SENT]
    assert script.connections == 2


@pytest.mark.parametrize("stage", ["RCPT", "BODY"])
def test_a_server_that_hangs_up_twice_in_a_row_is_left_alone(script: Script, stage: str) -> None:
    queue(5)
    script.answers[stage].extend(["250 OK", "DROP", "DROP"])
    assert send_due() == 1
    assert states() == [SENT, RETRYING, RETRYING, RETRYING, RETRYING]
    assert script.connections == 2
    assert OutgoingMail.objects.filter(maybe_duplicate=True).count() == (2 if stage == "BODY" else 0)


def test_hanging_up_now_and_then_stops_nobody(script: Script) -> None:
    queue(6)
    script.answers["RCPT"].extend(["DROP", "250 OK", "DROP", "250 OK", "DROP"])
    assert send_due() == 3
    assert states() == [RETRYING, SENT, RETRYING, SENT, RETRYING, SENT]


def test_words_with_a_letter_that_the_database_cannot_keep_are_kept_without_it(script: Script) -> None:
    queue(2)
    script.answers["RCPT"].append("550 No\0pe")
    assert send_due() == 1
    assert states() == [FAILED, SENT]
    assert OutgoingMail.objects.get(state=FAILED).reply == "550 Nope"


def test_a_refusal_as_a_matter_of_policy_does_not_blame_the_address(script: Script) -> None:
    queue(2)
    script.answers["RCPT"].extend(["550 5.7.1 You are on a blocklist", "550 5.1.1 No such mailbox"])
    assert send_due() == 0
    blamed = OutgoingMail.objects.order_by("pk").values_list("state", "address_refused")
    assert list(blamed) == [(FAILED, False), (FAILED, True)]


def test_a_server_without_a_way_of_signing_in_that_we_know_pauses_delivery(script: Script, settings: Settings) -> None:
    settings.EMAIL_URL = f"smtp://post:s3cret@127.0.0.1:{script.port}"
    script.offers = ["AUTH XOAUTH2"]
    queue()
    assert send_due() == 0
    assert delivery_status.is_paused()
    assert "No suitable authentication" in DeliveryStatus.objects.get().reason
    assert states() == [MailState.QUEUED]


@pytest.mark.invariant("I5")
def test_a_mail_whose_moment_passes_while_it_is_asked_for_does_not_go(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(2, not_after=timezone.now() + dt.timedelta(hours=1))
    begin_body = Delivery.begin_body

    def slow(delivery: Delivery) -> None:
        if delivery.recipient.startswith("person0"):
            OutgoingMail.objects.filter(pk=delivery.mail.pk).update(not_after=timezone.now())
        begin_body(delivery)

    monkeypatch.setattr(Delivery, "begin_body", slow)
    assert send_due() == 1
    assert states() == [FAILED, SENT]
    assert "in time" in OutgoingMail.objects.get(state=FAILED).reply


def test_a_mail_that_is_useless_by_now_begins_no_body() -> None:
    """The gate itself, for the test above."""
    queue(1, not_after=timezone.now() + dt.timedelta(hours=1))
    claim = claims.claim_mails(1)
    OutgoingMail.objects.update(not_after=timezone.now())
    assert not claims.begin_body(claim.mails[0], claim.token)
