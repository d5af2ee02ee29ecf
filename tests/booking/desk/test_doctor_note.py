"""The doctor's note as a file: from the client or the desk, encrypted, opened by the team alone, gone with them."""

import datetime as dt
import hashlib
import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from pytest_django.fixtures import Settings

from booking.models import Appointment
from booking.records.client_export import record_zip
from booking.records.erasure import erase_client
from booking.records.practice_export import write_practice
from clients.models import Attachment, Client
from clients.record.attachments import MOST_FILES, keep_attachment, media_type_of, open_attachment
from clinic.errors import Refusal
from clinic.models import AccessEvent, LinkPurpose, OutgoingMail, User
from clinic.records.sealed import SealedUnreadable
from clinic.web.links import mint_link
from clinic.web.uploads import LARGEST_FILE
from tests.clients.plans.given import told
from tests.fixtures.actions import practice_day, see_clearance
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\nfit for massage, says Dr Zanzibar\n%%EOF"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(40)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def upload(
    content: bytes = PDF, name: str = "note.pdf", kind: str = "application/pdf"
) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, content, kind)}


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    return cast.appointment(cast.at(10))


def client_of(appointment: Appointment, *, by_mail: bool = False) -> Browser:
    """A browser that opened the link to the appointment: one shown on a page, or one that came by mail."""
    browser = Browser()
    token = mint_link(
        purpose=LinkPurpose.APPOINTMENT, subject=appointment.public_id, lasts=dt.timedelta(days=1), by_mail=by_mail
    )
    assert browser.get(f"/appointment/{token}/note/").status_code == 302
    return browser


def note_url(appointment: Appointment) -> str:
    return f"/appointment/{appointment.public_id}/note/"


def desk_url(appointment: Appointment) -> str:
    return f"/desk/appointments/{appointment.public_id}/doctor-note/"


def test_a_client_sends_a_photo_and_the_desk_opens_it(cast: Cast, desk: Browser, appointment: Appointment) -> None:
    browser = client_of(appointment)
    assert browser.post(note_url(appointment), upload(JPEG, "IMG_1.heic", "text/html")).status_code == 302
    note = Attachment.objects.get()
    assert (note.client, note.appointment, note.media_type, note.sent_by) == (
        cast.ana,
        appointment.public_id,
        "image/jpeg",
        None,
    )
    assert f"/desk/files/{note.public_id}/" in desk.get(desk_url(appointment)).content.decode()
    answer = desk.get(f"/desk/files/{note.public_id}/")
    assert answer.content == JPEG
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"


def test_what_was_sent_is_not_readable_in_the_database(appointment: Appointment) -> None:
    client_of(appointment).post(note_url(appointment), upload())
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed, digest, to_jsonb(clients_attachment)::text FROM clients_attachment")
        sealed, digest, everything = cursor.fetchone()
    assert b"Zanzibar" not in bytes(sealed)
    assert "note.pdf" not in everything
    assert digest != hashlib.sha256(PDF).hexdigest()


def test_a_file_moved_to_another_row_opens_no_more(cast: Cast, appointment: Appointment) -> None:
    mine, _new = keep_attachment(cast.ana, PDF, appointment=None)
    other, _new = keep_attachment(cast.ben, PNG, appointment=None)
    Attachment.objects.filter(pk=other.pk).update(sealed=mine.sealed)
    other.refresh_from_db()
    with pytest.raises(SealedUnreadable):
        open_attachment(other, by=cast.owner)


def test_after_a_change_of_the_key_what_was_sent_is_sealed_anew(cast: Cast, settings: Settings) -> None:
    note, _new = keep_attachment(cast.ana, PDF, appointment=None)
    settings.SECRETS_KEY, settings.SECRETS_KEY_FALLBACKS = "a new key of some length", [settings.SECRETS_KEY]
    call_command("reseal", stdout=io.StringIO())
    settings.SECRETS_KEY_FALLBACKS = []
    settings.SECRET_KEY = "another secret key, so that the old one is really gone"
    note.refresh_from_db()
    assert note.unsealed() == PDF


def test_a_file_whose_key_is_gone_says_so(cast: Cast, desk: Browser) -> None:
    note, _new = keep_attachment(cast.ana, PDF, appointment=None)
    Attachment.objects.filter(pk=note.pk).update(sealed=b"x" * 60)
    page = desk.get(f"/desk/files/{note.public_id}/")
    assert page.status_code == 410
    assert "does not open any more" in page.content.decode()


@pytest.mark.parametrize(("content", "kind"), [(PDF, "application/pdf"), (JPEG, "image/jpeg"), (PNG, "image/png")])
def test_three_kinds_of_file_are_known_by_their_content(content: bytes, kind: str) -> None:
    assert media_type_of(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<script>alert(1)</script>",
        b"GIF89a" + bytes(30),
        b"PK\x03\x04",
        b" %PDF-1.7",
        b"<svg xmlns=",
        b"MZ" + PDF,
    ],
)
def test_whatever_its_name_says_nothing_else_is_taken(appointment: Appointment, content: bytes) -> None:
    refused = client_of(appointment).post(note_url(appointment), upload(content))
    assert refused.status_code == 422
    assert "error-summary" in refused.content.decode()
    assert not Attachment.objects.exists()


def test_a_file_above_ten_megabytes_is_refused_beside_its_field(appointment: Appointment) -> None:
    browser = client_of(appointment)
    for size in (LARGEST_FILE + 1, LARGEST_FILE + 4 * 1024 * 1024):
        refused = browser.post(note_url(appointment), upload(PDF + bytes(size - len(PDF))))
        assert refused.status_code == 422
        assert "10 MB" in refused.content.decode()
    assert not Attachment.objects.exists()
    assert browser.post(note_url(appointment), upload(PDF + bytes(LARGEST_FILE - len(PDF)))).status_code == 302


def test_no_file_at_all_is_said(appointment: Appointment) -> None:
    refused = client_of(appointment).post(note_url(appointment), {})
    assert refused.status_code == 422
    assert "Please choose a file" in refused.content.decode()


def test_the_same_file_twice_is_one_and_no_link_fills_the_disk(cast: Cast, appointment: Appointment) -> None:
    browser = client_of(appointment)
    for _time in range(2):
        assert browser.post(note_url(appointment), upload()).status_code == 302
    assert Attachment.objects.count() == 1
    for number in range(MOST_FILES):
        browser.post(note_url(appointment), upload(PDF + bytes([number])))
    assert Attachment.objects.count() == MOST_FILES
    with pytest.raises(Refusal) as refused:
        keep_attachment(cast.ana, PNG, appointment=appointment.public_id)
    assert refused.value.code == "too_many"


def test_the_therapist_is_told_in_neutral_words_and_of_what_the_desk_adds_nobody(
    cast: Cast, desk: Browser, appointment: Appointment
) -> None:
    assert desk.post(desk_url(appointment), upload(PNG)).status_code == 302
    assert not OutgoingMail.objects.exists()
    client_of(appointment).post(note_url(appointment), upload())
    mail = OutgoingMail.objects.get(kind="staff")
    assert desk_url(appointment) in mail.text
    for word in ("Ana", "doctor’s", "doctor's", "health"):
        assert word not in mail.subject + mail.text.replace("doctor-note", "")


@pytest.mark.invariant("I8")
def test_a_stranger_and_the_front_desk_open_nothing(cast: Cast, appointment: Appointment) -> None:
    note, _new = keep_attachment(cast.ana, PDF, appointment=appointment.public_id)
    front = Browser()
    front.force_login(User.objects.create_user("frida@stillwater.example", PASSWORD, name="Frida", is_staff=True))
    for browser in (Browser(), client_of(appointment), front):
        for address in (f"/desk/files/{note.public_id}/", desk_url(appointment)):
            answer = browser.get(address)
            assert answer.status_code in (302, 404), address
            assert b"Zanzibar" not in answer.content
        assert browser.post(f"/desk/files/{note.public_id}/delete/").status_code in (302, 404)
    assert Browser().get(note_url(appointment)).status_code == 404
    assert Attachment.objects.exists()


@pytest.mark.invariant("I10")
def test_the_page_of_the_client_never_shows_what_was_sent(appointment: Appointment) -> None:
    browser = client_of(appointment)
    browser.post(note_url(appointment), upload())
    page = browser.get(note_url(appointment)).content.decode()
    assert "We have one file from you" in page
    assert "/desk/files/" not in page


def test_every_look_is_in_the_access_log(cast: Cast, desk: Browser, appointment: Appointment) -> None:
    client_of(appointment).post(note_url(appointment), upload())
    desk.get(f"/desk/files/{Attachment.objects.get().public_id}/")
    events = AccessEvent.objects.filter(noun="doctor's note", client=cast.ana.public_id).order_by("pk")
    assert [(event.action, event.user) for event in events] == [("change", None), ("export", cast.owner)]


def test_a_wrong_file_is_taken_out(cast: Cast, desk: Browser, appointment: Appointment) -> None:
    note, _new = keep_attachment(cast.ana, PDF, appointment=appointment.public_id)
    assert desk.post(f"/desk/files/{note.public_id}/delete/").status_code == 302
    assert not Attachment.objects.exists()
    assert AccessEvent.objects.filter(noun="doctor's note", action="erase", user=cast.owner).exists()


def test_the_copy_of_a_record_and_the_export_of_the_practice_hold_the_file(cast: Cast) -> None:
    note, _new = keep_attachment(cast.ana, PDF, appointment=None)
    with zipfile.ZipFile(io.BytesIO(record_zip(cast.ana, practice=cast.practice))) as copy:
        named = [name for name in copy.namelist() if name.startswith("files/")]
        assert [copy.read(name) for name in named] == [PDF]
        assert "sealed" not in copy.read("record.json").decode()
    target = io.BytesIO()
    write_practice(target, by=cast.owner)
    with zipfile.ZipFile(target) as whole:
        assert whole.read(f"files/{note.public_id}.pdf") == PDF
        assert "sealed" not in whole.read("json/clients_attachment.json").decode()


def test_it_is_erased_with_the_client(cast: Cast) -> None:
    keep_attachment(cast.ana, PDF, appointment=None)
    cast.practice.retention_years = 0
    cast.practice.save()
    erase_client(cast.ana, by=cast.owner, practice=cast.practice)
    assert not Attachment.objects.exists()
    assert Client.objects.get(pk=cast.ana.pk).anonymised_at is not None


def test_an_appointment_that_is_over_takes_no_file(cast: Cast) -> None:
    over = cast.appointment(cast.at(10, ahead=-14))
    browser = client_of(over)
    assert "nothing to send" in browser.get(note_url(over)).content.decode()
    assert browser.post(note_url(over), upload()).status_code == 422
    assert not Attachment.objects.exists()


def test_the_page_works_at_the_desk_with_the_reasons_and_the_day_it_was_seen(
    cast: Cast, desk: Browser, appointment: Appointment
) -> None:
    told(cast.ana, "pregnancy-first-trimester", symptoms=["dull-ache"], onset=["chronic"])
    page = desk.get(desk_url(appointment)).content.decode()
    assert "Why it is asked for" in page
    assert re.search(r'name="on" value="\d{4}-\d\d-\d\d"', page)
    assert desk.post(f"/desk/appointments/{appointment.public_id}/clearance/", {"on": ""}).status_code == 302
    appointment.refresh_from_db()
    assert appointment.clearance_seen_by == cast.owner


def test_the_appointments_page_asks_the_client_for_it_and_nobody_else(cast: Cast, appointment: Appointment) -> None:
    told(cast.ana, "pregnancy-first-trimester", symptoms=["dull-ache"], onset=["chronic"])
    address = f"/appointment/{appointment.public_id}/"
    shown, mailed = client_of(appointment), client_of(appointment, by_mail=True)
    assert note_url(appointment) not in shown.get(address).content.decode()
    assert note_url(appointment) in mailed.get(address).content.decode()
    mailed.post(note_url(appointment), upload())
    assert "Thank you, your note is here" in mailed.get(address).content.decode()
    see_clearance(appointment, on=practice_day(), by=cast.owner)
    assert note_url(appointment) not in mailed.get(address).content.decode()
