"""A line as a person: names, addresses, numbers and notes in the one form that files have."""

import datetime as dt

import pytest

from clients.imports.dates import DateOrder
from clients.imports.people import ImportedPerson, UnusableLine, person_of, split_name

TODAY = dt.date(2026, 11, 30)


def person(**cells: str) -> ImportedPerson:
    return person_of({"first_name": "Rosa", **cells}, region="DE", born=DateOrder.DAY_FIRST, today=TODAY)


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("Ana Lind", ("Ana", "Lind")),
        ("Lind, Ana", ("Ana", "Lind")),
        ("Anna Maria van der Berg", ("Anna Maria", "van der Berg")),
        ("Madonna", ("Madonna", "")),
        ("de Vries", ("de", "Vries")),
    ],
)
def test_a_whole_name_is_taken_apart(whole: str, parts: tuple[str, str]) -> None:
    assert split_name(whole) == parts


def test_values_take_their_one_form() -> None:
    read = person(last_name=" Keller ", email="Rosa@Example.ORG", phone="030 5550 120", born_on="15/03/1984")
    assert (read.last_name, read.email, read.phone, read.born_on) == (
        "Keller",
        "rosa@example.org",
        "+49305550120",
        dt.date(1984, 3, 15),
    )


@pytest.mark.parametrize(
    "cells",
    [
        {"first_name": "\u200b\u2060"},
        {"first_name": "x" * 81},
        {"email": "a@example.org; b@example.org"},
        {"email": "nobody"},
        {"born_on": "31/02/1980"},
        {"born_on": "01/01/2027"},
        {"alert": "x" * 1001},
        {"client_id": "7"},
    ],
    ids=str,
)
def test_what_cannot_be_kept_is_refused_without_repeating_it(cells: dict[str, str]) -> None:
    with pytest.raises(UnusableLine) as refused:
        person(**cells)
    assert str(refused.value)
    assert not any(len(value) > 3 and value in str(refused.value) for value in cells.values())


def test_notes_stand_where_they_have_room_and_tick_nothing() -> None:
    short, long = person(desk_note="side door\nring twice"), person(desk_note="x" * 301, alert="nuts")
    assert (short.desk_note, short.alert) == ("side door / ring twice", "")
    assert (long.desk_note, long.alert) == ("", "nuts\n" + "x" * 301)


def test_a_phone_that_nobody_can_dial_is_kept_in_the_note() -> None:
    read = person(phone="call me 12", desk_note="side door")
    assert read.phone == ""
    assert read.remark
    assert "side door" in read.desk_note
    assert "call me 12" in read.desk_note
    assert person(phone="n/a") == person()


def test_a_no_is_a_no_and_an_unknown_word_is_nothing() -> None:
    assert person(tips_wanted="Unsubscribed").tips_wanted is False
    assert person(tips_wanted="Unknown").tips_wanted is None
    assert person(blocked="Yes").may_book_online is False
