"""No column that holds something about a client is forgotten: it is erased or kept for a reason, and copied or not."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from booking.models import Appointment, AppointmentChange
from booking.records.client_export import LEFT_OUT_OF_COPY
from booking.records.erasure import erase_client
from clients.models import Client
from clients.record.client_columns import EMPTIED
from clients.record.erasure import changing_records
from clinic.models import AccessEvent, OutgoingMail
from clinic.records.record_export import INTERNAL_COLUMNS, TEAM_COLUMNS, owning_columns
from tests.booking.records.people import ana_comes_again, ana_was_here
from tests.fixtures.cast import Cast
from tests.sweeps.client_columns import DELETED, KEPT, NOT_ABOUT_CLIENTS, NOT_COPIED

OURS = ("booking", "clients", "clinic")
COLUMNS_AT_LEAST = 250


def our_models() -> list[type[models.Model]]:
    """Every table of the three apps but those that only join two of the practice's own."""
    found = [model for app in OURS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    return [model for model in found if not {model._meta.label, owner_of(model)._meta.label} & NOT_ABOUT_CLIENTS]


def owner_of(model: type[models.Model]) -> type[models.Model]:
    """The table that a joining table belongs to; any other is its own."""
    owner: Any = model._meta.auto_created
    return owner or model


def leads_to_client(model: type[models.Model], seen: frozenset[type[models.Model]] = frozenset()) -> bool:
    """Whether rows of this table belong to a client, directly or by way of others."""
    targets = {column.related_model for column in model._meta.concrete_fields if column.is_relation}
    nearer = {target for target in targets if isinstance(target, type) and target not in seen}
    return Client in nearer or any(leads_to_client(target, seen | nearer) for target in nearer)


def kept_columns(label: str) -> set[str]:
    """The columns of a table that stay, by the declaration."""
    return {name for _reason, tables in KEPT for name in tables.get(label, "").split()}


def column_names(model: type[models.Model]) -> set[str]:
    """The columns of a table."""
    return {column.name for column in model._meta.concrete_fields}


def without_fate(found: Iterable[type[models.Model]]) -> set[str]:
    """The columns about clients that erasing neither deletes, empties nor keeps for a reason."""
    return {
        f"{model._meta.label}.{name}"
        for model in found
        if model._meta.label not in DELETED
        for name in column_names(model) - kept_columns(model._meta.label) - EMPTIED.get(model._meta.label, {}).keys()
    }


def copied_models() -> set[type[models.Model]]:
    """The tables in the copy of a client's record: what refers to a file, what refers to that, and the mails."""
    found: set[type[models.Model]] = {Client, OutgoingMail, AccessEvent}
    waiting: list[type[models.Model]] = [Client]
    while waiting:
        new = {link.related_model for link in owning_columns(waiting.pop())} - found
        found |= new
        waiting += new
    return found


def not_copied(found: Iterable[type[models.Model]]) -> set[str]:
    """The tables about clients that are neither in the copy nor left out for a reason."""
    return {model._meta.label for model in found if model not in copied_models()} - NOT_COPIED.keys()


def test_every_column_about_a_client_is_erased_or_kept_for_a_reason() -> None:
    found = our_models()
    assert sum(len(column_names(model)) for model in found) >= COLUMNS_AT_LEAST
    assert without_fate(found) == set()


def test_every_table_about_a_client_is_in_their_copy_or_left_out_for_a_reason() -> None:
    assert not_copied(our_models()) == set()


def test_what_is_called_the_practices_own_belongs_to_no_client() -> None:
    wrong = [label for label in NOT_ABOUT_CLIENTS if leads_to_client(apps.get_model(label))]
    assert wrong == []


def test_the_declaration_names_what_there_is() -> None:
    """A column that went, or was renamed, leaves no line behind."""
    tables = {label: column_names(apps.get_model(label)) for label in {*EMPTIED, *(t for _r, ts in KEPT for t in ts)}}
    for label, names in tables.items():
        emptied, kept = set(EMPTIED.get(label, {})), kept_columns(label)
        assert emptied | kept <= names, label
        assert not emptied & kept, label
    for label in (*DELETED, *NOT_ABOUT_CLIENTS, *NOT_COPIED, *(name.rpartition(".")[0] for name in TEAM_COLUMNS)):
        apps.get_model(label)
    every = {name for model in our_models() for name in column_names(model)}
    assert every >= INTERNAL_COLUMNS - {"row_version"}
    assert column_names(OutgoingMail) >= set(LEFT_OUT_OF_COPY)


@isolate_apps("booking")
def test_a_new_table_and_a_new_column_are_caught() -> None:
    """The sweep bites: a table that refers to a client, one that only copies an address, a column of a known table."""

    class Nickname(models.Model):  # noqa: DJ008
        client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
        word = models.TextField()

        class Meta:
            app_label = "booking"

    class GuestBook(models.Model):  # noqa: DJ008
        email = models.EmailField()

        class Meta:
            app_label = "booking"

    class Appointment(models.Model):  # noqa: DJ008
        client_note = models.TextField()
        parking_wish = models.TextField()

        class Meta:
            app_label = "booking"

    planted: list[type[models.Model]] = [Nickname, GuestBook, Appointment]
    caught = {"booking.Nickname.word", "booking.Nickname.client", "booking.GuestBook.email"}
    assert caught | {"booking.Appointment.parking_wish"} <= without_fate(planted)
    assert "booking.Appointment.client_note" not in without_fate(planted)
    assert {"booking.Nickname", "booking.GuestBook"} <= not_copied(planted)
    assert leads_to_client(Nickname)
    assert not leads_to_client(GuestBook)


def test_erasing_empties_what_is_declared(cast: Cast) -> None:
    ana_was_here(cast)
    ana_comes_again(cast)
    cast.practice.retention_years = 0
    cast.practice.save()
    hers: tuple[tuple[type[models.Model], str], ...] = (
        (Client, "pk"),
        (Appointment, "client"),
        (AppointmentChange, "appointment__client"),
        (OutgoingMail, "reminder__appointment__client"),
    )
    kept = {}
    for model, path in hers:
        declared = EMPTIED[model._meta.label]
        words = [name for name, value in declared.items() if value == "" and name not in {"email", "phone"}]
        keys = list(model._default_manager.filter(**{path: cast.ana.pk}).values_list("pk", flat=True))
        kept[model] = model._default_manager.filter(pk__in=keys)
        with changing_records():
            assert kept[model].update(**dict.fromkeys(words, "zephyr"))
    erase_client(cast.ana, by=cast.owner, practice=cast.practice)
    for model, rows in kept.items():
        for name, value in EMPTIED[model._meta.label].items():
            left = rows.exclude(**{f"{name}__isnull": True} if value is None else {name: value})
            assert list(left) == [], (model, name)
