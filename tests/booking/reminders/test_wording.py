"""The practice's own words: filled from an allow-list, refused when broken, never in the way of a mail."""

import logging

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from booking.models import Appointment, MessageText, Reminder, Status
from booking.reminders.wording import VARIABLES, fill_words
from clinic.models import OutgoingMail
from clinic.wording import BrokenText, paragraphs, wording_problem
from tests.booking.reminders.test_messages import OWED, all_of_it, appointment_for, ill, words
from tests.fixtures.actions import schedule_reminders
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders

VALUES = dict.fromkeys(VARIABLES, "x")


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_is_filled(name: str) -> None:
    assert fill_words(VALUES, subject=f"a {{{name}}} b").subject == "a x b"


@pytest.mark.parametrize(
    "text",
    [
        "{name}",
        "{}",
        "{ first_name }",
        "{first_name",
        "first_name}",
        "{{first_name}}",
        "{first_name!r}",
        "{first_name:>9}",
        "{first_name.__class__}",
        "{client}",
        "{pain}",
        "{% load i18n %}",
        "{0}",
    ],
)
def test_anything_else_in_braces_is_refused(text: str) -> None:
    assert wording_problem(text, VARIABLES)
    with pytest.raises(BrokenText):
        fill_words(VALUES, opening=text)


@given(st.text(max_size=60))
def test_any_text_is_refused_or_filled_and_nothing_else_happens(text: str) -> None:
    if wording_problem(text, VARIABLES):
        with pytest.raises(BrokenText):
            fill_words(VALUES, closing=text)
    else:
        assert "{" not in "".join(fill_words(VALUES, closing=text).closing)


def test_a_value_is_never_read_for_variables() -> None:
    assert fill_words({**VALUES, "first_name": "{phone}"}, subject="{first_name}").subject == "{phone}"


def test_a_name_that_is_not_known_leaves_no_gap() -> None:
    assert fill_words({**VALUES, "first_name": ""}, subject="Dear {first_name}, come").subject == "Dear, come"


def test_empty_lines_part_paragraphs() -> None:
    assert paragraphs("one\r\nmore\r\n\r\n \r\n two \n") == ("one\nmore", "two")
    assert paragraphs(" \n \n") == ()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", OWED)
def test_each_kind_says_the_practices_subject_opening_and_closing(cast: Cast, kind: str) -> None:
    MessageText.objects.create(
        kind=kind, subject="Our {date}", opening="O1 {first_name}\nO2\n\nO3 <b>", closing="C {practice} & {phone}"
    )
    said = words(appointment_for(cast, kind), kind)
    assert said.subject.startswith("Our ")
    assert "{" not in said.subject
    assert "O1 Ana\nO2\n\nO3 <b>" in said.text
    assert "O1 Ana<br>O2</p>" in said.html
    assert "O3 &lt;b&gt;</p>" in said.html
    assert "C Stillwater Massage & +49 30 5550 101" in said.text
    assert said.text.index("O3") < said.text.index("C Still") < said.text.index("\n--")
    assert said.subject in said.html


@pytest.mark.django_db
@pytest.mark.parametrize("kind", OWED)
def test_the_own_words_take_the_place_of_the_shipped_and_of_nothing_else(cast: Cast, kind: str) -> None:
    appointment = appointment_for(cast, kind)
    shipped = words(appointment, kind)
    MessageText.objects.create(kind=kind, opening="OWN")
    own = words(appointment, kind)
    assert own.subject == shipped.subject
    lost = set(shipped.text.splitlines()) - set(own.text.splitlines())
    assert len([line for line in lost if line and "http" not in line]) == 1, "one sentence is replaced"


@pytest.mark.django_db
def test_a_text_that_is_not_in_use_or_empty_changes_nothing(cast: Cast) -> None:
    appointment = appointment_for(cast, "aftercare")
    shipped = words(appointment, "aftercare")
    text = MessageText.objects.create(kind="aftercare", opening="OWN", active=False)
    assert "OWN" not in all_of_it(words(appointment, "aftercare"))
    MessageText.objects.filter(pk=text.pk).update(active=True, opening="  \n ")
    own = words(appointment, "aftercare")
    assert own.subject == shipped.subject
    assert len(own.text) == len(shipped.text)


@pytest.mark.django_db
def test_a_request_is_never_confirmed_by_words_for_a_booking(cast: Cast) -> None:
    appointment = appointment_for(cast, "confirmation")
    MessageText.objects.create(kind="confirmation", opening="It is booked!")
    Appointment.objects.filter(pk=appointment.pk).update(status=Status.REQUESTED)
    assert "It is booked!" not in words(appointment, "confirmation").text


@pytest.mark.django_db
def test_a_broken_text_is_refused_beside_its_field() -> None:
    with pytest.raises(ValidationError) as refused:
        MessageText(kind="moved", subject="a\r\nBcc: x@example.org", opening="{surname}", closing="{").full_clean()
    said = refused.value.message_dict
    assert said["subject"] == ["A subject is one line."]
    assert "{surname} is not known here. You can use {first_name}," in said["opening"][0]
    assert "brace stands alone" in said["closing"][0]
    MessageText.objects.create(kind="moved")
    with pytest.raises(ValidationError, match="words already"):
        MessageText(kind="moved").full_clean()


@pytest.mark.django_db
def test_a_broken_row_written_past_the_admin_sends_the_shipped_words_and_logs_its_id(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    text = MessageText.objects.create(kind="confirmation", opening="Dear {surname}")
    appointment = cast.appointment(cast.at(12))
    schedule_reminders(appointment, now=appointment.created_at)
    Reminder.objects.filter(kind="confirmation").update(due_at=appointment.created_at)
    with caplog.at_level(logging.ERROR):
        assert sweep_reminders() == 1
    assert "Thank you for booking" in OutgoingMail.objects.get().text
    assert f"Wording {text.pk} cannot be filled" in caplog.text
    assert "surname" not in caplog.records[0].getMessage()


@pytest.mark.django_db
@pytest.mark.invariant("I10")
def test_no_variable_can_say_a_health_word(cast: Cast) -> None:
    ill(cast.ana, "pregnancy", personal=True)
    every = " ".join(f"{{{name}}}" for name in VARIABLES)
    for kind in ("confirmation", "moved"):
        appointment = appointment_for(cast, kind)
        Appointment.objects.filter(pk=appointment.pk).update(client_note="canary-xyzzy", reason="canary-xyzzy")
        MessageText.objects.create(kind=kind, subject=every, opening=every, closing=every)
        said = all_of_it(words(appointment, kind)).lower()
        assert "canary" not in said
        assert "pregnan" not in said
        Appointment.objects.all().delete()
