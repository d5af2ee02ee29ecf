"""A client's file: what stands at its head, its pages, who reads them, and that a long one costs no more."""

import datetime as dt
import itertools
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.desk.clients.head import age_in_years
from booking.models import Appointment, Reminder, SessionNote, SessionNoteAddendum, Status
from booking.payments.actions import record_payment
from clients.models import Attachment, CarePlan, CarePlanItem, Client, Consent, Intake, PainScore, TipAnswer
from clients.record.attachments import keep_attachment
from clients.record.data_requests import DataRequest, request_data, settle_request
from clinic.models import AccessEvent, OutgoingMail, User
from clinic.models.practice import ColleagueNotes
from clinic.web.uploads import LARGEST_FILE
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import PASSWORD, Cast

PDF = b"%PDF-1.4 a referral"
# What a file's overview may ask of the database, besides who is signed in.
MOST_QUERIES = 8
SIGNED_IN = re.compile(
    r'FROM "(django_session|clinic_user|clinic_practice|clinic_configurationversion|auth_\w+)"'
    r'|FROM "booking_therapist" WHERE "booking_therapist"."user_id" ='
)
PAGES = ("", "health/", "notes/", "plans/", "documents/", "payments/", "messages/", "log/")


@pytest.fixture
def front(cast: Cast) -> Browser:
    """Frida of the front desk, who reads no health records."""
    browser = Browser()
    browser.force_login(User.objects.create_user("frida@stillwater.example", PASSWORD, name="Frida Ott", is_staff=True))
    return browser


def address(client: Client, page: str = "") -> str:
    """A page of a file."""
    return f"/desk/clients/{client.public_id}/{page}"


def intake(client: Client, days: int = 0, **more: Any) -> Intake:
    """An intake of so many days ago."""
    given = timezone.now() - dt.timedelta(days=days)
    return Intake.objects.create(client=client, catalogue_version="1", triage="ok", given_at=given, **more)


def years_of_appointments(cast: Cast, number: int) -> None:
    """One completed appointment a week, with the numbers of each."""
    rows = [
        cast.appointment(cast.at(10) - dt.timedelta(weeks=week + 2), status=Status.COMPLETED) for week in range(number)
    ]
    PainScore.objects.bulk_create(
        PainScore(client=cast.ana, appointment=row.public_id, moment=moment, value=value, given_at=row.starts_at)
        for row, (moment, value) in itertools.product(rows, (("before", 6), ("after", 3), ("later", 4)))
    )


def queries_of(browser: Browser, path: str) -> list[str]:
    """What a page asks of the database, besides who is signed in, for which practice and with which rights."""
    browser.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return [each["sql"] for each in asked.captured_queries if not SIGNED_IN.search(each["sql"])]


def test_the_overview_of_200_appointments_is_eight_queries(cast: Cast, desk: Browser) -> None:
    years_of_appointments(cast, 200)
    cast.appointment(cast.at(10))
    intake(cast.ana)
    Consent.objects.create(client=cast.ana, version=1, text="Yes", treatment=True, signature="Ana")
    asked = queries_of(desk, address(cast.ana))
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)


def test_no_page_of_a_file_asks_more_where_there_is_more(cast: Cast, desk: Browser) -> None:
    def some_more(first: int, number: int) -> None:
        for week in range(first, first + number):
            row = cast.appointment(cast.at(10) - dt.timedelta(weeks=week), status=Status.COMPLETED)
            intake(cast.ana, days=7 * week).marks.create(area="neck", side="left")
            note = SessionNote.objects.create(
                appointment=row, subjective="stiff", signed_at=timezone.now(), signed_by=cast.owner
            )
            SessionNoteAddendum.objects.create(note=note, text="more", by=cast.owner)
            plan = CarePlan.objects.create(
                client=cast.ana, intake=intake(cast.ana), catalogue_version="1", triage="ok", appointment=row.public_id
            )
            tip(plan, f"tip-{week}")
            PainScore.objects.create(client=cast.ana, appointment=row.public_id, moment="before", value=5)
            mail_of(row)
            keep_attachment(cast.ana, PDF + bytes(str(week), "ascii"), appointment=None, by=cast.owner, label="Letter")
            Consent.objects.create(client=cast.ana, version=1, text="Yes", treatment=True, signature="Ana")
            payment = record_payment(row, amount=Decimal(20), method="cash", by=cast.owner)
            assert payment.pk

    def asked() -> dict[str, int]:
        return {page: len(queries_of(desk, address(cast.ana, page))) for page in PAGES}

    some_more(2, 3)
    few = asked()
    some_more(6, 8)
    assert {page: number for page, number in asked().items() if number > few[page]} == {}


def tip(plan: CarePlan, slug: str) -> CarePlanItem:
    """A tip of a plan, done and found helpful."""
    item = CarePlanItem.objects.create(
        plan=plan,
        kind="home-care",
        slug=slug,
        position=1,
        state="released",
        name=slug,
        text="Do it.",
        evidence_grade="low",
    )
    TipAnswer.objects.create(
        item=item, client=plan.client, did=True, helped=True, note="Good.", on=timezone.localdate()
    )
    return item


def mail_of(appointment: Appointment) -> OutgoingMail:
    """A confirmation of an appointment that went out."""
    mail = OutgoingMail.objects.create(
        kind="confirmation",
        to_email="old@example.org",
        to_name="Ana Lind",
        subject="Your appointment",
        text="Hello",
        message_id=f"<{appointment.pk}@x>",
        state="sent",
        sent_at=timezone.now(),
    )
    Reminder.objects.create(
        appointment=appointment,
        kind="confirmation",
        revision=9,
        due_at=timezone.now(),
        not_after=timezone.now(),
        state="done",
        mail=mail,
    )
    return mail


def test_earlier_appointments_are_a_page_further(cast: Cast, desk: Browser) -> None:
    years_of_appointments(cast, 45)
    first = desk.get(address(cast.ana)).context["appointments"]
    second = desk.get(address(cast.ana), {"page": "2"}).context["appointments"]
    assert (len(first.past), first.has_older) == (40, True)
    assert (len(second.past), second.has_older) == (5, False)
    for odd in ("0", "-1", "x", "²", "9" * 30):
        assert desk.get(address(cast.ana), {"page": odd}).status_code == 200


def test_next_and_last_lead_on(cast: Cast, desk: Browser) -> None:
    years_of_appointments(cast, 2)
    later, sooner = cast.appointment(cast.at(10, ahead=21)), cast.appointment(cast.at(10))
    cast.appointment(cast.at(14), status=Status.CANCELLED)
    page = desk.get(address(cast.ana))
    found = page.context["appointments"]
    assert (found.next, found.coming) == (sooner, [sooner, later])
    assert f"?client={cast.ana.public_id}&amp;service=regular-60&amp;therapist={cast.mira.public_id}" in flat(page)


# -- The alert, and whom to call ------------------------------------------------------------------------------------


def test_the_alert_is_written_in_the_file_and_stands_on_the_appointment(
    cast: Cast, desk: Browser, front: Browser
) -> None:
    appointment = cast.appointment(cast.at(10))
    assert desk.post(address(cast.ana, "alert/"), {"alert": "Latex allergy"}).status_code == 302
    for page in (address(cast.ana), address(cast.ana, "messages/"), f"/desk/appointments/{appointment.public_id}/"):
        assert "Latex allergy" in flat(desk.get(page)), page
        assert "Latex allergy" not in flat(front.get(page)), page
    assert front.post(address(cast.ana, "alert/"), {"alert": ""}).status_code == 404
    cast.ana.refresh_from_db()
    assert cast.ana.alert == "Latex allergy"


def test_the_desk_reads_an_alert_that_was_ticked_for_it_and_nothing_else_of_health(
    cast: Cast, desk: Browser, front: Browser
) -> None:
    appointment = cast.appointment(cast.at(10))
    intake(cast.ana, allergies="hazelnut oil")
    desk.post(address(cast.ana, "alert/"), {"alert": "Latex allergy", "alert_for_desk": "on"})
    calendar = f"/desk/calendar/events/?day={cast.day()}&who=all"
    for page in (
        address(cast.ana),
        f"/desk/appointments/{appointment.public_id}/",
        f"/desk/?day={cast.day()}",
        calendar,
    ):
        said = flat(front.get(page))
        assert "Latex allergy" in said, page
        assert "hazelnut" not in said, page
    assert "Change the alert" not in flat(front.get(address(cast.ana)))
    # An empty alert keeps no tick for what is written later.
    desk.post(address(cast.ana, "alert/"), {"alert": "", "alert_for_desk": "on"})
    cast.ana.refresh_from_db()
    assert not cast.ana.alert_for_desk


def test_allergies_of_the_health_form_reach_the_desk_by_one_tap_of_who_reads_them(
    cast: Cast, desk: Browser, front: Browser
) -> None:
    desk.post(address(cast.ana, "alert/"), {"alert": "No deep pressure"})
    intake(cast.ana, allergies="hazelnut oil", conditions=["allergy-latex", "g6pd-deficiency", "high-blood-pressure"])
    for each in (front.get(address(cast.ana)), front.get(address(cast.ana, "messages/"))):
        assert "hazelnut" not in flat(each)
        assert "Latex" not in flat(each)
    proposed = desk.get(address(cast.ana)).context["alert_to_share"]
    assert f'name="alert" value="{proposed}"' in desk.get(address(cast.ana)).content.decode()
    desk.post(address(cast.ana, "alert/"), {"alert": proposed, "alert_for_desk": "on"})
    said = flat(front.get(address(cast.ana)))
    for word in ("No deep pressure", "Latex allergy", "hazelnut oil"):
        assert word in said
    for word in ("G6PD", "blood pressure"):
        assert word not in said
    assert not desk.get(address(cast.ana)).context["alert_to_share"]


@pytest.mark.parametrize("answers", [{"allergies": "none"}, {"conditions": ["high-blood-pressure"]}, {}])
def test_without_an_allergy_nothing_is_offered_to_be_shared(cast: Cast, desk: Browser, answers: dict[str, Any]) -> None:
    intake(cast.ana, **answers)
    assert not desk.get(address(cast.ana)).context["alert_to_share"]


def test_an_allergy_that_the_shared_alert_says_in_other_words_is_not_offered_again(cast: Cast, desk: Browser) -> None:
    desk.post(address(cast.ana, "alert/"), {"alert": "Almond reaction", "alert_for_desk": "on"})
    intake(cast.ana, conditions=["allergy-nut"])
    assert not desk.get(address(cast.ana)).context["alert_to_share"]


def test_what_a_client_asks_for_at_the_desk_is_noted_for_the_owner_and_answered(
    cast: Cast, desk: Browser, front: Browser
) -> None:
    assert "They want a copy" in flat(front.get(address(cast.ana)))
    for what in ("copy_requested_at", "erasure_requested_at"):
        said = flat(front.post(address(cast.ana, "asked/"), {"what": what}, follow=True))
        assert "answers within a month" in said
    assert front.post(address(cast.ana, "asked/"), {"what": "alert"}).status_code == 404
    assert "One client asked for their data" in flat(desk.get("/desk/"))
    assert "One client asked" not in flat(front.get("/desk/"))
    assert "Ana Lind" in flat(desk.get("/desk/data/"))
    # Answering is the owner's; the copy that is handed over answers by itself.
    assert front.post(address(cast.ana, "answered/"), {"what": "erasure_requested_at"}).status_code == 404
    desk.post(address(cast.ana, "answered/"), {"what": "erasure_requested_at"})
    request_data(cast.ben, DataRequest.COPY, by=cast.owner)
    assert set(Client.objects.awaiting_data()) == {cast.ana, cast.ben}
    settle_request(cast.ben, DataRequest.COPY, by=cast.owner)
    cast.ana.refresh_from_db()
    assert (cast.ana.erasure_requested_at, cast.ana.erased_at) == (None, None)
    changes = AccessEvent.objects.filter(client=cast.ana.public_id, action="change")
    assert list(changes.order_by("pk").values_list("noun", flat=True)) == [
        "wish for a copy",
        "wish to be erased",
        "wish to be erased",
    ]


def test_an_alert_that_is_too_long_is_refused_and_kept(cast: Cast, desk: Browser) -> None:
    page = desk.post(address(cast.ana, "alert/"), {"alert": "x" * 1001})
    assert page.status_code == 422
    assert page.context["alert_form"].errors.keys() == {"alert"}
    assert "x" * 1001 in page.content.decode()


def test_whom_to_call_comes_from_the_newest_form_until_the_desk_knows_better(
    cast: Cast, desk: Browser, front: Browser
) -> None:
    intake(cast.ana, days=9, emergency_contact="Old", physician="Dr. Old")
    intake(cast.ana, emergency_contact="Bo, 0151", physician="Dr. Ito")
    assert [line.text for line in desk.get(address(cast.ana)).context["contacts"]] == ["Bo, 0151", "Dr. Ito"]
    assert [line.text for line in front.get(address(cast.ana)).context["contacts"]] == ["Bo, 0151"]
    assert "Dr. Ito" not in flat(front.get(address(cast.ana)))
    sent = {
        "first_name": "Ana",
        "last_name": "Lind",
        "email": "ana@example.org",
        "phone": "",
        "emergency_contact": "Cleo, 0160",
    }
    assert desk.post(address(cast.ana, "contact/"), sent).status_code == 302
    first, second = desk.get(address(cast.ana)).context["contacts"]
    assert (first.text, first.from_form, second.text) == ("Cleo, 0160", "Bo, 0151", "Dr. Ito")


def test_a_front_desk_that_saves_the_contact_leaves_the_doctor(cast: Cast, front: Browser) -> None:
    Client.objects.filter(pk=cast.ana.pk).update(physician="Dr. Ito")
    sent = {"first_name": "Ana", "last_name": "Lind", "email": "ana@example.org", "phone": "", "physician": "x"}
    assert front.post(address(cast.ana, "contact/"), sent).status_code == 302
    cast.ana.refresh_from_db()
    assert cast.ana.physician == "Dr. Ito"


@pytest.mark.parametrize(("born", "today", "age"), [("2000-02-29", "2026-02-28", 25), ("2000-02-29", "2026-03-01", 26)])
def test_the_age_is_in_whole_years(born: str, today: str, age: int) -> None:
    assert age_in_years(Client(born_on=dt.date.fromisoformat(born)), dt.date.fromisoformat(today)) == age


# -- Health forms ---------------------------------------------------------------------------------------------------


def test_two_intakes_stand_side_by_side_with_what_changed(cast: Cast, desk: Browser) -> None:
    intake(cast.ana, days=60, medicines="Aspirin", goals="Sleep")
    middle = intake(cast.ana, days=30, medicines="Aspirin\nApixaban", goals="Sleep")
    newest = intake(cast.ana, medicines="Apixaban", goals="Sleep")
    page = desk.get(address(cast.ana, "health/"))
    assert (page.context["earlier"], page.context["later"], page.context["changes"]) == (middle, newest, 1)
    row = next(each for each in page.context["compared"] if each.changed)
    assert [(each.text, each.fate) for each in row.earlier] == [("Aspirin", "gone"), ("Apixaban", "")]
    assert [(each.text, each.fate) for each in row.later] == [("Apixaban", "")]


def test_any_two_are_chosen_and_stand_in_order_of_time(cast: Cast, desk: Browser) -> None:
    oldest, _middle, newest = (intake(cast.ana, days=days) for days in (60, 30, 0))
    asked = {"earlier": str(newest.public_id), "later": str(oldest.public_id)}
    page = desk.get(address(cast.ana, "health/"), asked)
    assert (page.context["earlier"], page.context["later"]) == (oldest, newest)
    alone = desk.get(address(cast.ana, "health/"), {"earlier": str(oldest.public_id), "later": str(oldest.public_id)})
    assert (alone.context["later"], "compared" in alone.context) == (oldest, False)
    foreign = intake(cast.ben, medicines="secret")
    page = desk.get(address(cast.ana, "health/"), {"earlier": str(foreign.public_id), "later": "nonsense"})
    assert "secret" not in flat(page)
    assert page.context["later"] == newest


def test_each_moment_of_pain_has_its_sign_and_appointments_are_marked(cast: Cast, desk: Browser) -> None:
    years_of_appointments(cast, 2)
    page = desk.get(address(cast.ana, "health/"))
    line = page.context["trend"][0]
    assert [sign for sign, _word in line.signs] == ["before", "after", "later"]
    assert len(line.marks) == 2
    text = page.content.decode()
    assert all(f'class="sign-{sign}"' in text for sign in ("before", "after", "later"))


# -- Notes, plans, documents ----------------------------------------------------------------------------------------


def test_notes_are_read_by_the_rule_of_the_practice(cast: Cast) -> None:
    note = SessionNote.objects.create(appointment=cast.appointment(cast.at(10)), subjective="Stiff neck")
    jonas = Browser()
    jonas.force_login(cast.jonas.user)  # type: ignore[arg-type] # the cast signs in
    assert note.subjective in flat(jonas.get(address(cast.ana, "notes/")))
    cast.practice.colleague_notes = ColleagueNotes.HIDDEN
    cast.practice.save()
    assert note.subjective not in flat(jonas.get(address(cast.ana, "notes/")))
    mira = Browser()
    mira.force_login(cast.mira.user)  # type: ignore[arg-type] # the cast signs in
    assert note.subjective in flat(mira.get(address(cast.ana, "notes/")))


def test_a_plan_stands_as_given_with_what_was_answered(cast: Cast, desk: Browser) -> None:
    plan = CarePlan.objects.create(
        client=cast.ana,
        intake=intake(cast.ana),
        catalogue_version="1",
        triage="ok",
        state="approved",
        approved_by=cast.owner,
        approved_at=timezone.now(),
        one_thing="walk",
    )
    tip(plan, "walk")
    CarePlanItem.objects.filter(plan=plan).update(added_by=cast.mira.user)
    page = flat(desk.get(address(cast.ana, "plans/")))
    assert "done on one day, helped" in page
    assert "added by Mira Feld" in page
    assert "Good." in page


def test_a_document_goes_into_the_record_under_its_label(cast: Cast, desk: Browser) -> None:
    sent = {"label": "Referral", "file": SimpleUploadedFile("x.exe", PDF, "text/html")}
    assert desk.post(address(cast.ana, "documents/add/"), sent).status_code == 302
    file = Attachment.objects.get()
    assert (file.label, file.media_type, file.sent_by, file.unsealed()) == (
        "Referral",
        "application/pdf",
        cast.owner,
        PDF,
    )
    assert "Referral" in flat(desk.get(address(cast.ana, "documents/")))
    answer = desk.get(f"/desk/files/{file.public_id}/")
    assert answer["Content-Disposition"].startswith('attachment; filename="document-')
    assert desk.post(f"/desk/files/{file.public_id}/delete/", {"from": "file"})["Location"] == address(
        cast.ana, "documents/"
    )
    assert set(AccessEvent.objects.filter(noun="document").values_list("action", flat=True)) == {
        "change",
        "export",
        "erase",
    }


@pytest.mark.parametrize(
    ("content", "label", "field"),
    [
        (b"MZ program", "Letter", "file"),
        (b"", "Letter", "file"),
        (b"%PDF-" + b"x" * LARGEST_FILE, "Letter", "file"),
        (PDF, " ", "label"),
    ],
)
def test_a_bad_document_is_refused_beside_its_field(
    cast: Cast, desk: Browser, content: bytes, label: str, field: str
) -> None:
    page = desk.post(
        address(cast.ana, "documents/add/"), {"label": label, "file": SimpleUploadedFile("a.pdf", content)}
    )
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert not Attachment.objects.exists()


def test_a_document_is_no_doctors_note(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    keep_attachment(cast.ana, PDF, appointment=None, by=cast.owner, label="Invoice of 2024")
    assert "Invoice of 2024" not in flat(desk.get(f"/desk/appointments/{appointment.public_id}/doctor-note/"))


def test_who_reads_no_health_records_sees_consents_and_no_document(cast: Cast, front: Browser) -> None:
    keep_attachment(cast.ana, PDF, appointment=None, by=cast.owner, label="Report of the clinic")
    Consent.objects.create(client=cast.ana, version=1, text="I agree", treatment=True, signature="Ana L.")
    page = flat(front.get(address(cast.ana, "documents/")))
    assert "Ana L." in page
    assert "Report of the clinic" not in page
    sent = {"label": "x", "file": SimpleUploadedFile("a.pdf", PDF)}
    assert front.post(address(cast.ana, "documents/add/"), sent).status_code == 404
    assert [front.get(address(cast.ana, page)).status_code for page in ("health/", "notes/", "plans/", "log/")] == [
        404
    ] * 4


# -- Money ----------------------------------------------------------------------------------------------------------


def test_payments_show_what_is_open_first_and_only_whose_money_one_sees(cast: Cast, desk: Browser) -> None:
    years_of_appointments(cast, 2)
    paid, still_open = cast.ana.appointments.order_by("starts_at")
    record_payment(paid, amount=paid.price, method="cash", by=cast.owner)
    context = desk.get(address(cast.ana, "payments/")).context
    assert [(row, balance.outstanding) for row, balance in context["due"]] == [(still_open, still_open.price)]
    assert [each.amount for each in context["page"]] == [paid.price]
    jonas = Browser()
    jonas.force_login(cast.jonas.user)  # type: ignore[arg-type] # the cast signs in
    context = jonas.get(address(cast.ana, "payments/")).context
    assert (list(context["due"]), list(context["page"])) == ([], [])


# -- Messages and the log -------------------------------------------------------------------------------------------


def test_messages_lead_to_the_mail_and_the_appointment_and_back(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    mail = mail_of(appointment)
    OutgoingMail.objects.create(
        kind="confirmation",
        to_email="ana@example.org",
        to_name="Somebody Else",
        subject="s",
        text="t",
        message_id="<other@x>",
    )
    page = flat(desk.get(address(cast.ana, "messages/")))
    assert f"/desk/messages/{mail.public_id}/" in page
    assert f"/desk/appointments/{appointment.public_id}/" in page
    assert page.count("/desk/messages/") == 2  # the mail, and the desk's own list
    one = flat(desk.get(f"/desk/messages/{mail.public_id}/"))
    assert f'href="/desk/clients/{cast.ana.public_id}/"' in one
    assert f'href="/desk/appointments/{appointment.public_id}/"' in one


def test_a_mail_without_an_appointment_leads_to_whom_it_was_for(cast: Cast, desk: Browser) -> None:
    mail = OutgoingMail.objects.create(
        kind="confirmation", to_email="ana@example.org", to_name="Ana Lind", subject="s", text="t", message_id="<a@x>"
    )
    assert f'href="/desk/clients/{cast.ana.public_id}/"' in flat(desk.get(f"/desk/messages/{mail.public_id}/"))


def test_the_log_names_who_looked(cast: Cast, desk: Browser) -> None:
    mira = Browser()
    mira.force_login(cast.mira.user)  # type: ignore[arg-type] # the cast signs in
    mira.get(address(cast.ana))
    AccessEvent.objects.create(client=cast.ana.public_id, actor="client by link", action="view", noun="care plan")
    lines = {(who, event.noun) for event, who in desk.get(address(cast.ana, "log/")).context["lines"]}
    assert {
        ("Mira Feld", "client"),
        ("Ana Lind, by a link in a mail", "care plan"),
        ("Olga Brandt", "access log"),
    } <= lines
    assert mira.get(address(cast.ana, "log/")).status_code == 404
