"""Codes by mail, without their pages: one live code for an address and a purpose, and nothing to read in the table."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from clinic.accounts import codes
from clinic.models import MailCode

ANA = "ana@example.org"


@pytest.mark.django_db
def test_a_code_has_eight_digits_and_is_read_aloud_in_two_groups() -> None:
    code = codes.new_code(ANA, purpose="sign-in")
    assert len(code) == 8
    assert code.isdecimal()
    assert codes.code_in_groups("04821937") == "0482 1937"


@pytest.mark.django_db
def test_a_code_is_of_one_address_and_one_purpose() -> None:
    code = codes.new_code(ANA, purpose="sign-in")
    assert not codes.use_mail_code("ben@example.org", code, purpose="sign-in")
    assert not codes.use_mail_code(ANA, code, purpose="address-1")
    assert codes.use_mail_code(" ANA@example.org ", f" {codes.code_in_groups(code)} ", purpose="sign-in")


@pytest.mark.django_db
def test_a_code_of_another_purpose_stays_when_one_is_made() -> None:
    address = codes.new_code(ANA, purpose="address-1")
    codes.new_code(ANA, purpose="sign-in")
    assert codes.use_mail_code(ANA, address, purpose="address-1")


@pytest.mark.django_db
def test_the_table_holds_neither_address_nor_code_and_another_secret_reads_nothing(settings: object) -> None:
    code = codes.new_code(ANA, purpose="sign-in")
    row = MailCode.objects.get()
    assert ANA not in row.key
    assert code not in f"{row.key} {row.digest}"
    settings.SECRET_KEY = "another secret, as a stolen table would meet"  # type: ignore[attr-defined]
    assert not codes.use_mail_code(ANA, code, purpose="sign-in")


@pytest.mark.django_db
def test_a_right_code_leaves_nothing_behind_and_old_ones_are_cleared_away() -> None:
    assert codes.use_mail_code(ANA, codes.new_code(ANA, purpose="sign-in"), purpose="sign-in")
    assert not MailCode.objects.exists()
    codes.new_code(ANA, purpose="sign-in")
    MailCode.objects.update(until=timezone.now() - dt.timedelta(minutes=1))
    codes.new_code("ben@example.org", purpose="sign-in")
    assert MailCode.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_use_a_code_once() -> None:
    code = codes.new_code(ANA, purpose="sign-in")

    def use(_one: int) -> bool:
        try:
            return codes.use_mail_code(ANA, code, purpose="sign-in")
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(use, range(10))) == 1


@pytest.mark.django_db(transaction=True)
def test_wrong_tries_at_once_are_all_counted() -> None:
    code = codes.new_code(ANA, purpose="sign-in")

    def guess(number: int) -> bool:
        try:
            return codes.use_mail_code(ANA, f"{number:08}", purpose="sign-in")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(guess, range(8)))
    assert MailCode.objects.get().tries == codes.MOST_WRONG_CODES
    assert not codes.use_mail_code(ANA, code, purpose="sign-in")
