"""The number to call in an emergency: right for the country, the owner's own, or none rather than a wrong one."""

import re

import pytest
from django.core.exceptions import ValidationError
from phonenumbers.phonemetadata import PhoneMetadata

from clinic.country.codes import countries
from clinic.country.emergency_numbers import (
    CONFIRMED_ELSEWHERE,
    EMERGENCY_COUNTRIES,
    EMERGENCY_NUMBERS,
    NUMBERS_OF_ONE_COUNTRY,
)
from clinic.models import Practice


def emergency_pattern(country: str) -> str:
    """What libphonenumber takes for an emergency number there."""
    known = PhoneMetadata.short_metadata_for_region(country)
    return known.emergency.national_number_pattern or "" if known and known.emergency else ""


def test_every_number_is_one_of_its_countrys_emergency_numbers() -> None:
    assert EMERGENCY_NUMBERS.keys() <= countries()
    named = [code for codes in EMERGENCY_COUNTRIES.values() for code in codes.split()]
    named += [pair.split()[0] for pair in NUMBERS_OF_ONE_COUNTRY.split(", ")]
    assert len(EMERGENCY_NUMBERS) == len(named) >= 200, "none named twice"
    unknown = {
        country for country, number in EMERGENCY_NUMBERS.items() if not re.fullmatch(emergency_pattern(country), number)
    }
    assert unknown == CONFIRMED_ELSEWHERE


@pytest.mark.parametrize(
    ("country", "number"),
    [
        *(("DE", "112"), ("US", "911"), ("GB", "999"), ("KR", "119"), ("JP", "119"), ("CN", "120"), ("BR", "192")),
        *(("RU", "103"), ("IL", "101"), ("ZA", "10177"), ("TH", "1669"), ("NG", ""), ("AQ", "")),
    ],
)
def test_a_practice_tells_the_ambulance_of_its_country_or_nothing(country: str, number: str) -> None:
    practice = Practice(country=country)
    assert practice.emergency_number == number
    assert practice.emergency_call == (f"Call {number}" if number else "Call your local emergency number")


def test_the_owners_number_stands_before_the_tables() -> None:
    assert Practice(country="KR", own_emergency_number="1339").emergency_number == "1339"
    assert Practice(country="AQ", own_emergency_number="911").emergency_call == "Call 911"


@pytest.mark.parametrize("typed", ["help", "112;911", "+49 112", "112\n", "１１２"])
@pytest.mark.django_db
def test_an_emergency_number_is_digits(typed: str) -> None:
    practice = Practice.current()
    practice.own_emergency_number = typed
    with pytest.raises(ValidationError) as refused:
        practice.full_clean()
    assert set(refused.value.message_dict) == {"own_emergency_number"}
