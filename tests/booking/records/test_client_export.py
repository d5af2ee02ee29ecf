"""A client's copy of their record: whole, theirs alone, readable by people and programs, and noted."""

import io
import json
import re
import zipfile
from typing import Any

from booking.models import Appointment
from booking.records.client_export import FILE_NAME, record_zip
from clients.models import CarePlanItem, Client
from clinic.mail import ledger
from clinic.models import AccessEvent
from clinic.records.record_export import owning_columns
from tests.booking.records.people import ADDENDUM, ADDRESS, DRAFT, MEDICINE, NOTE, VOUCHER, WHY, WISH, ana_was_here
from tests.fixtures.cast import Cast


def opened(packed: bytes) -> tuple[str, dict[str, Any]]:
    """The page and the file for programs."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert sorted(archive.namelist()) == ["record.html", "record.json"]
        assert archive.testzip() is None
        return archive.read("record.html").decode(), json.loads(archive.read("record.json"))


def test_the_copy_holds_every_kind_of_record_for_people_and_for_programs(cast: Cast) -> None:
    appointment = ana_was_here(cast)
    page, record = opened(record_zip(cast.ana, practice=cast.practice))
    (exported,) = record["appointments"]
    assert exported["public_id"] == str(appointment.public_id)
    assert exported["price"] == "72.00"
    (note,) = exported["note"]
    assert (note["subjective"], note["addenda"][0]["text"]) == (NOTE, ADDENDUM)
    assert exported["note_drafts"][0]["parts"] == {"plan": DRAFT}
    assert "reason" not in exported["changes"][0], "the team's own word"
    assert "reason" not in exported
    assert exported["payments"][0]["reference"] == VOUCHER
    assert exported["price_adjustments"][0]["amount"] == "-2.00"
    assert [receipt["number"] for receipt in exported["receipts"]] == [1, 2, 3]
    assert exported["receipts"][2]["content"]["service"]
    (intake,) = record["intakes"]
    assert intake["medicines"] == MEDICINE
    assert {mark["area"] for mark in intake["marks"]} == {"neck", "lower-back"}
    assert record["consents"][0]["signature"] == "Ana Berg"
    assert record["plans"][0]["items"]
    assert {score["moment"] for score in record["pain_scores"]} >= {"before", "now"}
    assert record["mails"]
    assert record["client"]["email"] == "ana@example.org"
    assert (record["format"], record["practice"]) == (1, "Stillwater Massage")
    for words in (NOTE, ADDENDUM, DRAFT, WISH, MEDICINE, VOUCHER, ADDRESS, "Ana Berg", "Dull or aching pain", "Neck"):
        assert words.lower() in page.lower(), words
    assert WHY.lower() not in page.lower()


def test_what_the_catalogue_says_to_the_therapist_alone_is_not_in_the_copy(cast: Cast) -> None:
    ana_was_here(cast)
    reasons = [
        {"condition": "", "name": "Sore skin", "reason": "Wait until it has healed.", "to": "both"},
        {"condition": "", "name": "Sore skin", "reason": "Test a small place first.", "to": "therapist"},
    ]
    CarePlanItem.objects.update(withheld_because=reasons)
    page, record = opened(record_zip(cast.ana, practice=cast.practice))
    for said in (page, json.dumps(record)):
        assert "Wait until it has healed." in said
        assert "Test a small place first." not in said


def test_every_table_that_refers_to_a_client_is_in_the_copy(cast: Cast) -> None:
    ana_was_here(cast)
    _page, record = opened(record_zip(cast.ana, practice=cast.practice))
    named = {link.get_accessor_name() for link in owning_columns(Client) if link.related_model.objects.exists()}
    assert len(named) >= 6
    assert named <= record.keys()


def test_nothing_of_another_client_is_in_the_copy(cast: Cast) -> None:
    ana_was_here(cast)
    before = json.dumps(opened(record_zip(cast.ben, practice=cast.practice))[1])
    # Ben lives with Ana now: one address, two people.
    Client.objects.filter(pk=cast.ben.pk).update(email=cast.ana.email)
    cast.ben.refresh_from_db()
    page, record = opened(record_zip(cast.ben, practice=cast.practice))
    assert record["mails"] == []
    assert "zephyr" not in (before + page + json.dumps(record)).lower()


def test_the_copy_tells_who_saw_the_record_itself_included(cast: Cast) -> None:
    _page, record = opened(record_zip(cast.ana, practice=cast.practice, by=cast.owner))
    assert [(line["user"], line["action"], line["noun"]) for line in record["access_log"]] == [
        ("Olga Brandt", "export", "whole record")
    ]
    record_zip(cast.ana, practice=cast.practice)
    newest = AccessEvent.objects.order_by("-pk")[0]
    assert (newest.user, newest.actor, newest.client) == (None, "client", cast.ana.public_id)


def test_no_key_is_in_the_copy(cast: Cast) -> None:
    ana_was_here(cast)
    ledger.queue_mail(kind="sign-in", to=cast.ana.email, name=str(cast.ana), subject="Code", text="code 123456")
    appointment = Appointment.objects.get()
    Appointment.objects.filter(pk=appointment.pk).update(idempotency_key="a-key-of-a-form")
    page, record = opened(record_zip(cast.ana, practice=cast.practice))
    said = page + json.dumps(record)
    assert "123456" not in said
    assert "a-key-of-a-form" not in said


def test_the_page_loads_nothing_and_runs_nothing(cast: Cast) -> None:
    Client.objects.filter(pk=cast.ana.pk).update(desk_note="<script>alert(1)</script>")
    cast.ana.refresh_from_db()
    page, _record = opened(record_zip(cast.ana, practice=cast.practice))
    assert "&lt;script&gt;" in page
    assert not re.search(r"<script|<link|<img|src=|url\(|@import", page)


def test_the_file_is_named_after_nobody() -> None:
    assert FILE_NAME == "your-record.zip"


def test_a_copy_costs_a_bounded_number_of_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    ana_was_here(cast)
    with django_assert_max_num_queries(65):
        record_zip(cast.ana, practice=cast.practice)
