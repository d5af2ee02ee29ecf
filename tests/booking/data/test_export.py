"""A client's copy of their record: whole, theirs alone, readable by people and programs, and noted."""

import io
import json
import re
import zipfile
from typing import Any

from django.apps import apps

from booking.exporting import FILE_NAME, zip_of
from booking.models import Appointment
from clients.models import Client
from clinic.dossier import links_to
from clinic.mail import ledger
from clinic.models import AccessEvent
from tests.booking.data.people import ADDENDUM, DRAFT, MEDICINE, NOTE, WHY, WISH, ana_was_here
from tests.fixtures.cast import House


def opened(packed: bytes) -> tuple[str, dict[str, Any]]:
    """The page and the file for programs."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert sorted(archive.namelist()) == ["record.html", "record.json"]
        assert archive.testzip() is None
        return archive.read("record.html").decode(), json.loads(archive.read("record.json"))


def test_the_copy_holds_every_kind_of_record_for_people_and_for_programs(house: House) -> None:
    visit = ana_was_here(house)
    page, record = opened(zip_of(house.ana))
    (appointment,) = record["appointments"]
    assert appointment["public_id"] == str(visit.public_id)
    assert appointment["price"] == "72.00"
    (note,) = appointment["note"]
    assert (note["subjective"], note["addenda"][0]["text"]) == (NOTE, ADDENDUM)
    assert appointment["note_drafts"][0]["parts"] == {"plan": DRAFT}
    assert "why" not in appointment["changes"][0], "the team's own word"
    assert "reason" not in appointment
    (intake,) = record["intakes"]
    assert intake["medicines"] == MEDICINE
    assert {mark["area"] for mark in intake["marks"]} == {"neck", "lower-back"}
    assert record["consents"][0]["signature"] == "Ana Berg"
    assert record["plans"][0]["items"]
    assert {score["moment"] for score in record["pain_scores"]} >= {"before", "worst"}
    assert record["mails"]
    assert record["client"]["email"] == "ana@example.org"
    assert (record["format"], record["practice"]) == (1, "Stillwater Massage")
    for words in (NOTE, ADDENDUM, DRAFT, WISH, MEDICINE, "Ana Berg", "Dull or aching pain", "Neck"):
        assert words.lower() in page.lower(), words
    assert WHY.lower() not in page.lower()


def test_every_table_that_refers_to_a_client_is_in_the_copy(house: House) -> None:
    ana_was_here(house)
    _page, record = opened(zip_of(house.ana))
    named = {link.get_accessor_name() for link in links_to(Client) if link.related_model.objects.exists()}
    assert len(named) >= 6
    assert named <= record.keys()


def test_nothing_of_another_client_is_in_the_copy(house: House) -> None:
    ana_was_here(house)
    before = json.dumps(opened(zip_of(house.ben))[1])
    # Ben lives with Ana now: one address, two people.
    Client.objects.filter(pk=house.ben.pk).update(email=house.ana.email)
    house.ben.refresh_from_db()
    page, record = opened(zip_of(house.ben))
    assert record["mails"] == []
    assert "zephyr" not in (before + page + json.dumps(record)).lower()


def test_the_copy_tells_who_saw_the_record_itself_included(house: House) -> None:
    _page, record = opened(zip_of(house.ana, by=house.owner))
    assert [(line["user"], line["action"], line["noun"]) for line in record["access_log"]] == [
        ("Olga Brandt", "export", "whole record")
    ]
    zip_of(house.ana)
    newest = AccessEvent.objects.order_by("-pk")[0]
    assert (newest.user, newest.actor, newest.client) == (None, "client", house.ana.public_id)


def test_no_key_is_in_the_copy(house: House) -> None:
    ana_was_here(house)
    ledger.write(kind="sign-in", to=house.ana.email, name=str(house.ana), subject="Code", text="code 123456")
    appointment = Appointment.objects.get()
    Appointment.objects.filter(pk=appointment.pk).update(idempotency_key="a-key-of-a-form")
    page, record = opened(zip_of(house.ana))
    said = page + json.dumps(record)
    assert "123456" not in said
    assert "a-key-of-a-form" not in said


def test_the_page_loads_nothing_and_runs_nothing(house: House) -> None:
    Client.objects.filter(pk=house.ana.pk).update(desk_note="<script>alert(1)</script>")
    house.ana.refresh_from_db()
    page, _record = opened(zip_of(house.ana))
    assert "&lt;script&gt;" in page
    assert not re.search(r"<script|<link|<img|src=|url\(|@import", page)


def test_the_file_is_named_after_nobody() -> None:
    assert FILE_NAME == "your-record.zip"


def test_a_copy_costs_as_many_queries_as_there_are_tables(house: House, django_assert_max_num_queries: Any) -> None:
    ana_was_here(house)
    tables = len([model for model in apps.get_models() if model._meta.app_label in {"booking", "clients", "clinic"}])
    with django_assert_max_num_queries(tables):
        zip_of(house.ana)
