"""Kept questions answer as their querysets do; rows written by kept statements are as `save` writes them."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Func, IntegerField, Model, QuerySet
from django.db.models.functions import Lower
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, AppointmentChange, Reminder, Room, Therapist
from clients.models import Client, IntakeRequest, Screening
from clinic.kept import KeptQuery, QueryParameter
from clinic.models import Practice
from clinic.rows import insert, insert_each, insert_together
from tests.fixtures.cast import Cast


def as_dict(row: Model) -> dict[str, Any]:
    """Every column of an instance."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_instances_are_what_the_queryset_gives(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    asked = KeptQuery(lambda: Appointment.objects.with_people().filter(pk=QueryParameter("pk")))
    found, wanted = asked(pk=appointment.pk), Appointment.objects.with_people().get(pk=appointment.pk)
    assert [as_dict(each) for each in found] == [as_dict(wanted)]
    with CaptureQueriesContext(connection) as queries:
        assert (found[0].client, found[0].service.technique) == (wanted.client, wanted.service.technique)
    assert len(queries) == 0, "what was joined came along"
    found[0].reason = "changed"
    found[0].save(update_fields=["reason"])
    appointment.refresh_from_db()
    assert appointment.reason == "changed", "and they can be saved"


def test_types_that_need_converting_come_converted(cast: Cast) -> None:
    asked = IntakeRequest.objects.create(client=cast.ana, technique="hot-stone", answers={"pain": {"now": 4}})
    kept = KeptQuery(lambda: IntakeRequest.objects.filter(public_id=QueryParameter("key")))
    assert kept(key=asked.public_id)[0].answers == {"pain": {"now": 4}}
    values = KeptQuery(
        lambda: IntakeRequest.objects.filter(pk=QueryParameter("pk")).values_list("answers", "public_id")
    )
    assert values(pk=asked.pk) == [({"pain": {"now": 4}}, asked.public_id)]


def test_single_values_and_tuples(cast: Cast) -> None:
    names: QuerySet[Any, Any] = Therapist.objects.order_by("name").filter(name__gt=QueryParameter("after"))
    assert KeptQuery(lambda: names.values_list("name", flat=True))(after="K") == ["Mira Feld", "Tess Okafor"]
    assert KeptQuery(lambda: names.values_list("name", "position"))(after="N") == [("Tess Okafor", 3)]
    lower = KeptQuery(lambda: names.annotate(small=Lower("name")).values_list("small", flat=True))
    assert lower(after="N") == ["tess okafor"]


def test_the_sql_is_put_together_once_and_holes_are_filled_each_time(cast: Cast) -> None:
    made: list[int] = []

    def make() -> QuerySet[Therapist]:
        made.append(1)
        return Therapist.objects.filter(pk=QueryParameter("key")).order_by()

    asked = KeptQuery(make)
    assert [asked.first(key=each.pk) for each in (cast.mira, cast.tess)] == [cast.mira, cast.tess]
    assert asked.first(key=0) is None
    assert len(made) == 1


def test_one_hole_may_stand_in_several_places_and_an_empty_one_is_an_error(cast: Cast) -> None:
    same = KeptQuery(
        lambda: (
            Client.objects.filter(first_name__iexact=QueryParameter("name"))
            | Client.objects.filter(email=QueryParameter("name"))
        )
    )
    assert same(name="ANA") == [cast.ana]
    assert same(name=cast.ana.email) == [cast.ana]
    with pytest.raises(KeyError):
        same()


@pytest.mark.django_db(transaction=True)
def test_a_question_that_locks_holds_the_row(cast: Cast) -> None:
    locked = KeptQuery(
        lambda: Therapist.objects.select_for_update(no_key=True).filter(pk=QueryParameter("key")).order_by()
    )
    other = connection.copy()
    try:
        with transaction.atomic():
            assert locked(key=cast.mira.pk) == [cast.mira]
            with other.cursor() as cursor:
                cursor.execute("SELECT id FROM booking_therapist WHERE id = %s FOR UPDATE SKIP LOCKED", [cast.mira.pk])
                assert cursor.fetchall() == []
    finally:
        other.close()


def test_the_practice_is_read_anew_each_time(practice: Practice) -> None:
    Practice.objects.update(name="Elsewhere")
    assert Practice.current().name == "Elsewhere"


def test_an_inserted_row_is_as_saved(cast: Cast) -> None:
    written = insert(Screening(client=cast.ana, technique="regular-massage", triage="clear", conditions=["x"]))
    saved = Screening.objects.create(client=cast.ana, technique="hot-stone", triage="clear", conditions=["x"])
    assert written is not None
    assert not written._state.adding
    again, like = as_dict(Screening.objects.get(pk=written.pk)), as_dict(Screening.objects.get(pk=saved.pk))
    assert again == as_dict(written)
    own = ("id", "public_id", "technique", "given_at")
    assert {key: again[key] for key in again if key not in own} == {key: like[key] for key in like if key not in own}


def test_what_a_constraint_refuses_is_an_error_or_left_out_as_asked(cast: Cast) -> None:
    twin = Room(name=cast.green_room.name)
    assert insert(twin, unless_there=True) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(twin)


def test_a_client_written_past_the_keys_is_refused(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="client_has_a_name"), transaction.atomic():
        insert(Client(first_name="Ida", last_name="Holm"))


@pytest.mark.invariant("I1")
def test_an_overlap_is_refused_on_this_path_too(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    twin = Appointment(**{**{k: v for k, v in as_dict(appointment).items() if k != "id"}, "public_id": uuid.uuid4()})
    twin.client, twin.room = cast.ben, cast.blue_room
    with pytest.raises(IntegrityError, match="never_two_for_one_therapist"), transaction.atomic():
        insert(twin)


def test_rows_of_several_tables_go_in_one_statement(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    before = Reminder.objects.filter(appointment=appointment).count()
    kinds = ("rebook", "pain-check")
    owed = [
        Reminder(
            appointment=appointment, kind=kind, revision=9, due_at=appointment.starts_at, not_after=appointment.ends_at
        )
        for kind in kinds
    ]
    change = AppointmentChange(appointment=appointment, what="moved", via="desk", why="because")
    with CaptureQueriesContext(connection) as queries:
        insert_each(change, *owed)
    assert len(queries) == 1
    assert Reminder.objects.filter(appointment=appointment).count() == before + 2
    assert appointment.changes.filter(why="because").count() == 1
    insert_each(*owed)
    assert Reminder.objects.filter(appointment=appointment).count() == before + 2, (
        "those that are there stay as they are"
    )
    insert_each()


def test_rows_that_refer_to_each_other_go_in_one_statement_and_get_their_keys(cast: Cast) -> None:
    like = as_dict(cast.appointment(cast.at(10)))
    judged = {"technique": "hot-stone", "conditions": ["a"], "red_flags": [], "triage": "ok", "level": "ok"}
    screening = Screening(client=cast.ben, **judged)
    own = {"id": None, "public_id": uuid.uuid4(), "client_id": cast.ben.pk, "therapist_id": cast.tess.pk}
    appointment = Appointment(**{**like, **own, "room_id": cast.blue_room.pk}, screening=screening)
    change = AppointmentChange(appointment=appointment, what="booked", via="desk", why="because")
    owed = [
        Reminder(
            appointment=appointment, kind=kind, revision=0, due_at=appointment.starts_at, not_after=appointment.ends_at
        )
        for kind in ("reminder-48h", "reminder-24h")
    ]
    with CaptureQueriesContext(connection) as queries:
        insert_together(screening, appointment, change, *owed)
    assert len(queries) == 1
    kept = Appointment.objects.select_related("screening").get(client=cast.ben)
    assert as_dict(kept) == as_dict(appointment)
    assert as_dict(Screening.objects.get(pk=screening.pk)) == as_dict(screening)
    assert kept.screening == screening
    assert appointment.changes.get() == change
    assert [(each.pk, each.kind) for each in appointment.reminders.order_by("pk")] == [
        (each.pk, each.kind) for each in owed
    ]
    appointment.reason = "changed"
    appointment.save(update_fields=["reason"])
    assert Appointment.objects.get(pk=appointment.pk).reason == "changed"


def test_more_rows_than_one_statement_holds_well_go_in_several_and_still_find_each_other(cast: Cast) -> None:
    like = as_dict(cast.appointment(cast.at(10)))
    own = {"id": None, "public_id": uuid.uuid4(), "client_id": cast.ben.pk, "therapist_id": cast.tess.pk}
    appointment = Appointment(**{**like, **own, "room_id": cast.blue_room.pk})
    changes = [AppointmentChange(appointment=appointment, what="moved", via="desk", why=f"{n}") for n in range(20)]
    due = {"due_at": appointment.starts_at, "not_after": appointment.ends_at}
    owed = [Reminder(appointment=appointment, kind="rebook", revision=number, **due) for number in range(20)]
    with CaptureQueriesContext(connection) as queries:
        insert_together(appointment, *changes, *owed)
    assert len(queries) == 3
    assert [each.why for each in appointment.changes.order_by("pk")] == [f"{number}" for number in range(20)]
    assert {each.appointment_id for each in owed} == {appointment.pk}
    assert appointment.reminders.count() == 20


@pytest.mark.invariant("I1")
def test_where_one_row_is_refused_none_of_them_is_written(cast: Cast) -> None:
    first = cast.appointment(cast.at(10))
    own = {"id": None, "public_id": uuid.uuid4(), "client_id": cast.ben.pk, "room_id": cast.blue_room.pk}
    screening = Screening(client=cast.ben, technique="hot-stone", conditions=[], triage="ok", level="ok")
    twin = Appointment(**{**as_dict(first), **own}, screening=screening)
    with pytest.raises(IntegrityError, match="never_two_for_one_therapist"), transaction.atomic():
        insert_together(screening, twin, AppointmentChange(appointment=twin, what="booked", via="desk"))
    assert not Screening.objects.exists()
    assert Appointment.objects.get() == first


def test_a_constant_stands_in_the_statement_and_may_hold_any_character(cast: Cast) -> None:
    odd = "100 % o'clock \\ %s"
    Client.objects.filter(pk=cast.ana.pk).update(desk_note=odd)
    kept = KeptQuery(lambda: Client.objects.filter(desk_note=odd, pk__gte=QueryParameter("least")))
    assert kept(least=0) == [cast.ana]
    assert kept.question is not None
    assert list(kept.question.holes) == ["least"]


def test_a_percent_sign_of_the_statement_itself_stays_one(cast: Cast) -> None:
    remainder = Func(
        F("pk"), QueryParameter("by"), template="%(expressions)s", arg_joiner=" %% ", output_field=IntegerField()
    )
    kept = KeptQuery(
        lambda: Client.objects.filter(pk=cast.ana.pk).annotate(rest=remainder).values_list("rest", flat=True)
    )
    assert kept(by=7) == [cast.ana.pk % 7]


def test_a_row_of_arrays_and_empty_relations(cast: Cast) -> None:
    row = Screening(
        client=cast.ana, technique="hot-stone", conditions=["a", "b"], red_flags=[], triage="ok", level="ok"
    )
    assert insert(row) is not None
    kept = Screening.objects.get(pk=row.pk)
    assert (kept.conditions, kept.red_flags) == (["a", "b"], [])
