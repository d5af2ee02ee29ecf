"""A merge of two files forgets no table: whatever names a client by a column moves, or stays for a reason."""

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from clients.models import Attachment, Client
from clients.record import merge
from clients.record.attachments import keep_attachment
from clients.record.merge import client_relations, doubled_rows, join_files, undo_join
from tests.fixtures.cast import Cast
from tests.sweeps.test_client_columns import our_models

# Columns that hold the public id of a client and no key: how a merge finds them, or why they stay.
NAMED_BY_ID = {
    "clinic.ClientLink.client": "moved: LINKED_COLUMNS",
    "clinic.AccessEvent.client": "stays: the log is never changed; it is read with that of former files",
}
# Keys to a client that a merge leaves alone.
OF_MERGING = {
    "clients.ClientMerge.kept",
    "clients.ClientMerge.former",
    "clients.Client.merged_into",
    "clients.Client_not_duplicates.from_client",
    "clients.Client_not_duplicates.to_client",
}


def keys_to_clients(found: list[type[models.Model]]) -> set[str]:
    """Every column that is a key to a client."""
    return {
        f"{model._meta.label}.{column.name}"
        for model in found
        for column in model._meta.concrete_fields
        if column.related_model is Client
    }


def ids_of_clients(found: list[type[models.Model]]) -> set[str]:
    """Every column that is called after a client and is no key."""
    return {
        f"{model._meta.label}.{column.name}"
        for model in found
        for column in model._meta.concrete_fields
        if column.name == "client" and column.related_model is not Client
    }


def moved() -> set[str]:
    """The columns that a merge moves."""
    return {f"{model._meta.label}.{name}" for model, name in client_relations()}


def every_model() -> list[type[models.Model]]:
    """The tables about clients, and those that are called the practice's own."""
    return [*our_models(), *apps.get_models()]


def test_every_key_to_a_client_is_moved() -> None:
    assert keys_to_clients(every_model()) - OF_MERGING == moved()
    assert len(moved()) >= 10


def test_what_names_a_client_otherwise_has_its_place() -> None:
    assert ids_of_clients(every_model()) == NAMED_BY_ID.keys()
    assert "client" in merge.LINKED_COLUMNS


@isolate_apps("booking")
def test_a_new_table_that_is_not_moved_is_caught() -> None:
    class Voucher(models.Model):  # noqa: DJ008
        owner = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "booking"

    class Coupon(models.Model):  # noqa: DJ008
        client = models.UUIDField()

        class Meta:
            app_label = "booking"

    assert keys_to_clients([Voucher]) - OF_MERGING - moved() == {"booking.Voucher.owner"}
    assert ids_of_clients([Coupon]) - NAMED_BY_ID.keys() == {"booking.Coupon.client"}


def test_the_same_document_in_both_files_is_in_nobodys_way(cast: Cast) -> None:
    for client, label in ((cast.ana, "Letter"), (cast.ben, "Letter")):
        keep_attachment(client, b"%PDF-1.4 the same", appointment=None, by=cast.owner, label=label)
    other, _new = keep_attachment(cast.ben, b"%PDF-1.4 another", appointment=None, by=cast.owner, label="Other")
    doubled = Attachment.objects.get(client=cast.ben, label="Letter")
    assert doubled_rows(Attachment, "client", cast.ben, cast.ana) == {doubled.pk}
    contact = {each: getattr(cast.ana, each) for each in merge.CONTACT_COLUMNS}
    joined = join_files(cast.ana, cast.ben, contact=contact, by=cast.owner)
    assert set(Attachment.objects.filter(client=cast.ana).values_list("label", flat=True)) == {"Letter", "Other"}
    undo_join(joined, by=cast.owner)
    assert set(Attachment.objects.filter(client=cast.ben)) == {doubled, other}


def test_the_alerts_of_both_files_count_and_come_apart_again(cast: Cast) -> None:
    Client.objects.filter(pk=cast.ana.pk).update(alert="Latex")
    Client.objects.filter(pk=cast.ben.pk).update(alert="No deep pressure")
    kept, former = (Client.objects.get(pk=each.pk) for each in (cast.ana, cast.ben))
    contact = {each: getattr(kept, each) for each in merge.CONTACT_COLUMNS}
    joined = join_files(kept, former, contact=contact, by=cast.owner)
    assert (kept.alert, former.alert) == ("Latex / No deep pressure", "")
    undo_join(joined, by=cast.owner)
    assert (kept.alert, former.alert) == ("Latex", "No deep pressure")


@pytest.mark.parametrize(("ours", "theirs", "joined"), [(True, True, True), (True, False, False), (False, True, False)])
def test_the_desk_reads_joined_alerts_only_where_both_were_meant_for_it(
    cast: Cast, ours: bool, theirs: bool, joined: bool
) -> None:
    Client.objects.filter(pk=cast.ana.pk).update(alert="Latex", alert_for_desk=ours)
    Client.objects.filter(pk=cast.ben.pk).update(alert="No deep pressure", alert_for_desk=theirs)
    kept, former = (Client.objects.get(pk=each.pk) for each in (cast.ana, cast.ben))
    merged = join_files(
        kept, former, contact={each: getattr(kept, each) for each in merge.CONTACT_COLUMNS}, by=cast.owner
    )
    assert (kept.alert_for_desk, former.alert_for_desk) == (joined, False)
    undo_join(merged, by=cast.owner)
    assert (kept.alert_for_desk, former.alert_for_desk) == (ours, theirs)
