"""Names, addresses and numbers in one form: every typing of the corpus, and what must hold for any."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from clinic.identity import (
    canonical_mailbox,
    envelope_address,
    likely_meant,
    loose_key,
    mailed_form,
    phone_digits,
    read_phone,
    search_terms,
    search_text,
    shown_mailbox,
    shown_phone,
    sort_key,
    strict_key,
    tel_uri,
    tidy_name,
)
from tests.corpus import ADDRESSES, NAMES, NO_NAMES, PHONES, Name, size


def read(reader: Callable[[str], str], typed: str) -> str | None:
    """What a reader makes of a text; None where it refuses it."""
    try:
        return reader(typed)
    except ValidationError:
        return None


def tidy(name: Name) -> Name:
    """Both names as they are kept."""
    first, last = name
    return tidy_name(first), tidy_name(last)


def test_the_corpus_is_whole() -> None:
    assert size() >= 300


def test_every_typing_is_the_same_person_a_likely_twin_or_somebody_else() -> None:
    for person in NAMES:
        strict, loose = strict_key(*tidy(person.name)), loose_key(*tidy(person.name))
        for typed in person.same:
            assert strict_key(*tidy(typed)) == strict, ascii(typed)
        for first, last in map(tidy, person.twins):
            assert strict_key(first, last) != strict, (first, last)
            assert loose in {loose_key(first, last), loose_key(last, first)}, (first, last)
        for first, last in map(tidy, person.others):
            assert loose not in {loose_key(first, last), loose_key(last, first)}, (first, last)


def test_a_name_that_nobody_sees_is_none() -> None:
    for typed in NO_NAMES:
        assert not any(filter(None, (read(tidy_name, part) for part in typed))) or None in (
            read(tidy_name, part) for part in typed
        ), ascii(typed)


def test_a_kept_name_is_kept_as_it_is() -> None:
    for person in NAMES:
        for typed in (person.name, *person.same, *person.twins, *person.others):
            first, last = tidy(typed)
            assert tidy((first, last)) == (first, last)


def test_everybody_is_found_by_what_staff_type() -> None:
    for person in NAMES:
        first, last = tidy(person.name)
        text = search_text(first=first, last=last, email="", phone="")
        for words in person.search:
            assert all(each in text for each in search_terms(words)), (words, text)


def test_every_address_is_its_own_mailbox_or_refused() -> None:
    for typed, meant in ADDRESSES:
        assert read(canonical_mailbox, typed) == meant, ascii(typed)
        if meant is None:
            with pytest.raises(ValueError, match="SMTP"):
                envelope_address(typed)
            continue
        shown = shown_mailbox(typed)
        assert (shown_mailbox(shown), canonical_mailbox(shown), canonical_mailbox(meant)) == (shown, meant, meant)
        assert envelope_address(typed) == mailed_form(typed) == meant


def test_every_number_is_read_as_it_is_dialled_or_refused() -> None:
    for typed, region, meant in PHONES:
        assert read(lambda text, region=region: read_phone(text, region=region), typed) == meant, ascii(typed)  # type: ignore[misc]
        if not meant:
            continue
        for elsewhere in ("DE", "US", "GB", "IT", "AR", "MX"):
            assert read_phone(shown_phone(meant, region=elsewhere), region=elsewhere) == meant
        assert tel_uri(typed, region=region) == f"tel:{meant}"


@pytest.mark.parametrize(
    "typed",
    ["+491512345678", "1512345678", "0151 2345678", "+49 (0)151 2345678", "0049151-2345678", "234567", "+49 151"],
)
def test_a_number_is_found_by_any_part_of_it(typed: str) -> None:
    (digits,) = search_terms(typed)
    assert digits in phone_digits("+491512345678")


@pytest.mark.parametrize(
    ("typed", "words"), [("12", ["12"]), ("ana 0123", ["ana", "0123"]), ("@", ["@"]), ("", []), ("007", ["007"])]
)
def test_what_is_no_number_is_not_searched_as_one(typed: str, words: list[str]) -> None:
    assert search_terms(typed) == words


@pytest.mark.parametrize("typed", ["O'Brien-Li@Example.org", "o'brien-li", "ana@faß.de", "ana@xn--fa-hia.de", "faß"])
def test_an_address_is_found_by_any_part_of_it(typed: str) -> None:
    texts = [
        search_text(first="Ana", last="Lind", email=email, phone="")
        for email in ("o'brien-li@example.org", "ana@faß.de")
    ]
    assert any(all(each in text for each in search_terms(typed)) for text in texts)


def test_a_list_is_in_the_order_of_the_language() -> None:
    people = [
        "Zorn",
        "Öztürk",
        "van Dijk",
        "Éluard",
        "Berg",
        "O’Neill",
        "ONeill",
        "Berg Anders",
        "ávila",
        "Łuk",
    ]
    ordered = sorted(people, key=lambda last: sort_key("Ana", last))
    assert ordered == [
        *("ávila", "Berg", "Berg Anders", "Éluard", "Łuk", "O’Neill", "ONeill", "Öztürk", "van Dijk", "Zorn"),
    ]
    assert sort_key("Suharto", "") < sort_key("Ana", "Tan")


@given(st.text(max_size=80), st.text(max_size=80))
def test_keys_are_short_and_stay_what_they_are(first: str, last: str) -> None:
    names = read(tidy_name, first), read(tidy_name, last)
    if None in names:
        return
    kept = (str(names[0]), str(names[1]))
    assert tidy(kept) == kept
    for key in (strict_key, loose_key, sort_key):
        assert len(key(*kept)) <= 320
    assert strict_key(*kept) == strict_key(kept[0].upper().lower(), kept[1]) or not kept[0].isascii()
    assert bool(strict_key(*kept)) == any(kept)


@given(st.text(max_size=60))
def test_a_text_is_no_address_or_one_that_smtp_can_say(text: str) -> None:
    found = read(canonical_mailbox, text)
    assert found is None or (found.isascii() and found.count("@") == 1 and canonical_mailbox(found) == found)


@given(st.text(alphabet=st.sampled_from("0123456789 +-()/x.\u200b\u00a0\uff11"), max_size=40))
def test_a_text_is_no_number_or_one_that_reads_back(text: str) -> None:
    found = read(lambda typed: read_phone(typed, region="DE"), text)
    assert not found or read_phone(shown_phone(found, region="DE"), region="DE") == found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dana@gmial.com", "dana@gmail.com"),
        ("dana@gmail.con", "dana@gmail.com"),
        ("dana@hotmal.com", "dana@hotmail.com"),
        ("dana@iclod.com", "dana@icloud.com"),
        ("dana@yahooo.de", "dana@yahoo.de"),
        ("dana@gmail.com", ""),
        ("dana@ymail.com", ""),
        ("dana@mail.com", ""),
        ("dana@gmx.at", ""),
        ("dana@hotmail.ca", ""),
        ("dana@stillwater.example", ""),
        ("", ""),
    ],
)
def test_a_slip_in_a_well_known_domain_is_seen(typed: str, meant: str) -> None:
    assert likely_meant(typed) == meant
