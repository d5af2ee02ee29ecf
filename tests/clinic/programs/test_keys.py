"""API keys: kept as a hash, recognised in constant time, revoked at once, and told to whom they were made for."""

import datetime as dt
import logging

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.models import ApiKey, OutgoingMail, Scope, SecurityEvent
from clinic.operations.logs import MaskTokens
from clinic.programs.keys import KeyRefused, make_api_key, must_be_live_key, revoke_api_key
from tests.fixtures.cast import Cast

HOME = "192.0.2.7"


def made(cast: Cast, **more: object) -> tuple[ApiKey, str]:
    """A key for the website."""
    given = {"name": "Website", "scopes": [Scope.CLIENTS_READ], "expires_at": None, "by": cast.owner, "request": None}
    return make_api_key(**{**given, **more})  # type: ignore[arg-type]


def code_of(key: str, address: str = HOME) -> str:
    """Why a key is refused."""
    with pytest.raises(KeyRefused) as refused:
        must_be_live_key(key, address=address)
    return refused.value.code


def test_only_a_hash_is_kept_and_the_key_is_recognised(cast: Cast) -> None:
    row, key = made(cast)
    assert key.startswith("wsk_")
    kept = " ".join(str(value) for value in ApiKey.objects.values().get().values())
    assert key not in kept
    assert key[12:] not in kept
    assert must_be_live_key(key, address=HOME) == row


@pytest.mark.parametrize("change", [lambda key: key[:-1] + ("a" if key[-1] != "a" else "b"), lambda key: key + "x"])
def test_another_key_of_the_same_begin_is_none(cast: Cast, change: object) -> None:
    _row, key = made(cast)
    assert callable(change)
    assert code_of(change(key)) == "key_unknown"
    assert code_of("") == "key_unknown"
    assert code_of("wsk_" + "\x00" * 43) == "key_unknown"


def test_a_revoked_key_opens_nothing_and_says_so(cast: Cast) -> None:
    row, key = made(cast)
    assert revoke_api_key(row, by=cast.owner, request=None)
    assert code_of(key) == "key_revoked"
    assert not revoke_api_key(row, by=cast.owner, request=None)
    assert SecurityEvent.objects.filter(kind="key-revoked").count() == 1


def test_a_key_ends_with_its_time(cast: Cast) -> None:
    _row, key = made(cast, expires_at=timezone.now() + dt.timedelta(days=90))
    with time_machine.travel(timezone.now() + dt.timedelta(days=89)):
        must_be_live_key(key, address=HOME)
    with time_machine.travel(timezone.now() + dt.timedelta(days=91)):
        assert code_of(key) == "key_expired"


def test_a_key_may_be_for_some_networks_only(cast: Cast) -> None:
    _row, key = made(cast, networks=["192.0.2.0/24", "2001:db8::/32"])
    must_be_live_key(key, address=HOME)
    must_be_live_key(key, address="2001:db8::1")
    assert code_of(key, "198.51.100.1") == "key_network"
    assert code_of(key, "") == "key_network"


def test_use_is_noted_to_the_hour(cast: Cast) -> None:
    row, key = made(cast)
    moment = dt.datetime(2027, 3, 1, 9, 41, tzinfo=dt.UTC)
    with time_machine.travel(moment, tick=False):
        must_be_live_key(key, address=HOME)
    row.refresh_from_db()
    assert row.last_used_at == moment.replace(minute=0)
    with time_machine.travel(moment + dt.timedelta(minutes=15), tick=False):
        must_be_live_key(key, address=HOME)
    row.refresh_from_db()
    assert row.last_used_at == moment.replace(minute=0)


def test_whoever_made_it_is_told_by_mail_and_the_log_keeps_it(cast: Cast) -> None:
    _row, key = made(cast)
    mail = OutgoingMail.objects.get(to_email=cast.owner.email)
    assert key not in mail.text + mail.html
    assert SecurityEvent.objects.filter(user=cast.owner, kind="key-made").exists()


def test_who_stands_in_histories_can_never_sign_in(cast: Cast) -> None:
    row, _key = made(cast)
    assert str(row.actor) == "Website"
    assert not row.actor.is_active
    assert not row.actor.has_usable_password()


@pytest.mark.sql
def test_the_database_refuses_a_scope_that_is_none(cast: Cast) -> None:
    row, _key = made(cast)
    for scopes in (["health:read"], []):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiKey.objects.filter(pk=row.pk).update(scopes=scopes)


def test_a_key_is_masked_in_every_log(cast: Cast) -> None:
    _row, key = made(cast)
    record = logging.LogRecord("x", logging.INFO, "x", 1, f"got {key} and %s", (f"Bearer {key}",), None)
    MaskTokens().filter(record)
    assert key not in record.getMessage()
