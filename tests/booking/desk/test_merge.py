"""Two files of one person become one, and two again: nothing is lost, nobody's time is taken, nothing stays behind."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from booking.appointments.screening import SafetyAnswers
from booking.models import Appointment, Status, WaitlistEntry
from booking.records.client_export import mails_to, record_zip
from booking.records.merge import merge_files, undo_merge
from booking.waitlist.matching import Preferences
from clients.intake.actions import request_intake, submit_intake
from clients.models import Client, ClientMerge, Consent, Intake, IntakeRequest, PainScore, Screening
from clients.record.access_log import access_events_of
from clients.record.merge import CONTACT_COLUMNS, client_relations
from clinic.backup import tables
from clinic.errors import Refusal
from clinic.models import ClientLink, LinkPurpose, OutgoingMail, Practice
from clinic.web.links import mint_link
from tests.booking.appointments.test_book import booked
from tests.booking.records.people import ana_was_here, waiting_mail
from tests.clients.answers import health
from tests.clients.steps import fill
from tests.fixtures.actions import erase, join_waitlist
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.forms import filled, form_to

# What a merge writes besides what it moves, and what looking at a file writes.
ABOUT_IT = {"clients_clientmerge", "clinic_accessevent", "booking_appointmentchange", "django_session"}


@pytest.fixture
def twin(cast: Cast) -> Client:
    """Ana's second file: she called once and left a phone number only."""
    return Client.objects.create(first_name="Ana", last_name="Bergh", phone="+49 151 2345678", desk_note="Rings twice.")


def snapshot() -> dict[str, list[Any]]:
    """Every row of every table but those that tell of the merge itself."""
    return {
        table: tables.fetch_rows(f"SELECT (to_jsonb(t) - 'row_version')::text FROM {table} AS t ORDER BY 1")
        for table in tables.saved_tables()
        if table not in ABOUT_IT
    }


def same_contact(client: Client, **changes: Any) -> dict[str, Any]:
    """The contact of a file, with some of it otherwise."""
    return {**{name: getattr(client, name) for name in CONTACT_COLUMNS}, **changes}


def a_bit_of_everything(cast: Cast, client: Client) -> Appointment:
    """One row of each kind that belongs to a client, but for a series."""
    appointment = booked(cast, client=client, start=cast.at(15, ahead=21))
    request_intake(client, technique_slug="regular-massage")
    submit_intake(fill(IntakeRequest.objects.filter(client=client, intake=None).latest("pk")))
    PainScore.objects.create(client=client, moment=PainScore.Moment.BEFORE, value=6)
    Consent.objects.create(client=client, version=1, text="Yes", treatment=True, signature="Ana")
    WaitlistEntry.objects.create(
        client=client,
        service=cast.back,
        weekdays=[1],
        from_time=dt.time(9),
        until_time=dt.time(12),
        first_date=cast.day(),
        last_date=cast.day(),
    )
    return appointment


def test_everything_of_the_former_file_moves_and_stays_traceable(cast: Cast, twin: Client) -> None:
    appointment = a_bit_of_everything(cast, twin)
    counts = {model: model._default_manager.filter(**{name: twin}).count() for model, name in client_relations()}
    assert sum(map(bool, counts.values())) >= 7
    merge = merge_files(
        cast.ana, twin, contact=same_contact(cast.ana, phone=twin.phone), practice=cast.practice, by=cast.owner
    )
    twin.refresh_from_db()
    cast.ana.refresh_from_db()
    assert all(not model._default_manager.filter(**{name: twin}).exists() for model, name in client_relations())
    assert Appointment.objects.get(pk=appointment.pk).client == cast.ana
    assert (cast.ana.phone, cast.ana.email) == ("+491512345678", "ana@example.org")
    assert (twin.merged_into, twin.phone, twin.desk_note, str(twin)) == (cast.ana, "", "", "Ana Bergh")
    assert (merge.kept, merge.former, merge.by) == (cast.ana, twin, cast.owner)


def test_a_merge_undone_leaves_every_row_as_it_was(cast: Cast, twin: Client) -> None:
    ana_was_here(cast)
    a_bit_of_everything(cast, twin)
    before = snapshot()
    merge = merge_files(
        cast.ana, twin, contact=same_contact(cast.ana, last_name="Bergh"), practice=cast.practice, by=cast.owner
    )
    assert snapshot() != before
    undo_merge(merge, by=cast.owner)
    assert snapshot() == before


def test_what_came_after_a_merge_stays_with_the_kept_file(cast: Cast, twin: Client) -> None:
    merge = merge_files(
        cast.ana, twin, contact=same_contact(cast.ana, phone=twin.phone), practice=cast.practice, by=cast.owner
    )
    later = booked(cast, client=cast.ana)
    before = merge.kept_before["phone"]
    Client.objects.filter(pk=cast.ana.pk).update(email="new@example.org")
    undo_merge(merge, by=cast.owner)
    cast.ana.refresh_from_db()
    assert Appointment.objects.get(pk=later.pk).client == cast.ana
    assert (cast.ana.email, cast.ana.phone) == ("new@example.org", before)


def test_a_no_of_either_file_stays_a_no(cast: Cast, twin: Client) -> None:
    Client.objects.filter(pk=twin.pk).update(tips_wanted=False, may_book_online=False)
    twin.refresh_from_db()
    merge_files(cast.ana, twin, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    cast.ana.refresh_from_db()
    assert (cast.ana.tips_wanted, cast.ana.may_book_online, cast.ana.reminders_wanted) == (False, False, True)


@pytest.mark.invariant("I1", "I12")
def test_two_appointments_at_once_are_named_and_nothing_is_written(cast: Cast, twin: Client, desk: Browser) -> None:
    ours = cast.appointment(cast.at(10))
    theirs = cast.appointment(cast.at(10, 30), client=twin, therapist=cast.jonas, room=cast.blue_room)
    before = snapshot()
    with pytest.raises(Refusal) as refused:
        merge_files(cast.ana, twin, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    assert refused.value.code == "appointments_clash"
    assert snapshot() == before
    page = desk.get(reverse("booking:desk-merge", args=[cast.ana.public_id]), {"with": str(twin.public_id)})
    links = page.content.decode()
    assert all(reverse("booking:desk-appointment", args=[each.public_id]) in links for each in (ours, theirs))


def test_cancelled_appointments_at_once_are_in_nobodys_way(cast: Cast, twin: Client) -> None:
    cast.appointment(cast.at(10))
    cast.appointment(cast.at(10), client=twin, therapist=cast.jonas, room=cast.blue_room, status=Status.CANCELLED)
    assert merge_files(cast.ana, twin, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner).pk


@pytest.mark.invariant("I6", "I12")
def test_what_the_other_file_knew_makes_a_coming_hot_stone_session_a_request(cast: Cast, twin: Client) -> None:
    appointment = booked(cast, service=cast.hot_stone, client=cast.ana)
    assert appointment.status == Status.CONFIRMED
    request_intake(twin, technique_slug="regular-massage")
    row = IntakeRequest.objects.get(client=twin)
    submit_intake(fill(row, health=health("reduced-sensation")))
    merge = merge_files(cast.ana, twin, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    appointment.refresh_from_db()
    assert appointment.status == Status.REQUESTED
    assert appointment.screening is not None
    assert "reduced-sensation" in appointment.screening.conditions
    undo_merge(merge, by=cast.owner)
    appointment.refresh_from_db()
    assert appointment.screening is not None
    assert "reduced-sensation" not in appointment.screening.conditions
    assert not Screening.objects.filter(client=cast.ana, conditions__contains=["reduced-sensation"]).exists()


@pytest.mark.invariant("I12")
def test_a_file_that_is_former_by_now_is_never_booked_with(cast: Cast, twin: Client) -> None:
    stale = Client.objects.get(pk=twin.pk)
    merge_files(cast.ana, twin, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    with pytest.raises(Refusal):
        booked(cast, client=stale)
    assert not Appointment.objects.filter(client=twin).exists()


@pytest.mark.invariant("I12")
def test_nobody_signs_in_or_is_found_by_a_former_address(cast: Cast) -> None:
    merge_files(cast.ana, cast.ben, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    assert not Client.objects.at_mailbox("ben@example.org").exists()
    assert list(Client.objects.open_files().matching("ben@example.org")) == []


def test_links_in_mails_open_the_kept_file(cast: Cast, twin: Client) -> None:
    mint_link(purpose=LinkPurpose.STOP, subject=twin.public_id, lasts=dt.timedelta(days=30))
    ClientLink.objects.update(client=twin.public_id)
    before = snapshot()
    merge = merge_files(cast.ana, twin, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    link = ClientLink.objects.get(purpose=LinkPurpose.STOP)
    assert (link.subject, link.client) == (cast.ana.public_id, cast.ana.public_id)
    undo_merge(merge, by=cast.owner)
    assert snapshot() == before


@pytest.mark.invariant("I12")
def test_the_page_asks_what_differs_and_puts_together(cast: Cast, desk: Browser) -> None:
    Client.objects.filter(pk=cast.ben.pk).update(desk_note="Parks in the yard.")
    Client.objects.filter(pk=cast.ana.pk).update(desk_note="Likes the green room.")
    url = reverse("booking:desk-merge", args=[cast.ana.public_id]) + f"?with={cast.ben.public_id}"
    asked = desk.get(url).context["form"].fields
    assert set(asked) == {"name", "email", "desk_note"}
    done = desk.post(url, {"name": "kept", "email": "former", "desk_note": "both"})
    assert done.status_code == 302
    cast.ana.refresh_from_db()
    assert cast.ana.email == "ben@example.org"
    assert cast.ana.desk_note == "Likes the green room. / Parks in the yard."


def test_a_choice_left_out_is_asked_for_beside_its_field(cast: Cast, desk: Browser) -> None:
    url = reverse("booking:desk-merge", args=[cast.ana.public_id]) + f"?with={cast.ben.public_id}"
    page = desk.post(url, {"name": "kept"})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"email"}
    assert not ClientMerge.objects.exists()


def test_pages_of_a_former_file_lead_to_the_kept_one(cast: Cast, twin: Client, desk: Browser) -> None:
    merge_files(cast.ana, twin, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    page = desk.get(reverse("booking:desk-client", args=[twin.public_id]))
    assert page.context["client"] == cast.ana
    assert [each.former for each in page.context["merges"]] == [twin]
    found = desk.get(reverse("booking:desk-clients"), {"q": "Bergh"})
    assert twin not in found.context["people"]


def test_undoing_asks_first_and_a_get_changes_nothing(cast: Cast, twin: Client, desk: Browser) -> None:
    merge = merge_files(cast.ana, twin, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    url = reverse("booking:desk-merge-undo", args=[cast.ana.public_id, merge.public_id])
    desk.get(url)
    assert Client.objects.get(pk=twin.pk).merged_into == cast.ana
    assert desk.post(url).status_code == 302
    twin.refresh_from_db()
    assert (twin.merged_into, twin.phone) == (None, "+491512345678")
    assert desk.post(url).status_code == 404


def test_a_file_that_was_merged_meanwhile_takes_no_place_on_the_waitlist(cast: Cast, twin: Client) -> None:
    before = Client.objects.get(pk=twin.pk)
    merge_files(cast.ana, twin, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    suits = Preferences(
        weekdays=frozenset({1}),
        from_time=dt.time(9),
        until_time=dt.time(12),
        first=cast.day(),
        last=cast.day(ahead=20),
    )
    with pytest.raises(Refusal):
        join_waitlist(service=cast.back, client=before, answers=SafetyAnswers(), suits=suits, via=Appointment.Via.DESK)
    assert not WaitlistEntry.objects.exists()


def test_an_address_that_the_one_file_has_no_more_is_told(cast: Cast) -> None:
    merge_files(cast.ana, cast.ben, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    assert [each.to_email for each in OutgoingMail.objects.all()] == [cast.ben.email]


@pytest.mark.parametrize(("trouble", "told"), [("", ["ana@example.org"]), ("It came back.", [])])
@pytest.mark.parametrize("where", ["desk", "admin"])
def test_an_address_that_the_practice_changes_is_told(
    cast: Cast, desk: Browser, where: str, trouble: str, told: list[str]
) -> None:
    Client.objects.filter(pk=cast.ana.pk).update(email_error=trouble)
    page, action = {
        "desk": (reverse("booking:desk-client", args=[cast.ana.public_id]), "booking:desk-client-contact"),
        "admin": (reverse("admin:clients_client_change", args=[cast.ana.pk]), ""),
    }[where]
    shown = desk.get(page)
    address = reverse(action, args=[cast.ana.public_id]) if action else page
    sent = form_to(shown, address) if action else filled(shown, "client_form")
    for values in ({"phone": ["+49 30 5550 111"]}, {"email": ["mine@example.org"]}):
        assert desk.post(address, {**sent, **values}).status_code == 302
    cast.ana.refresh_from_db()
    assert cast.ana.email == "mine@example.org"
    assert [each.to_email for each in OutgoingMail.objects.all()] == told


def test_merges_are_undone_from_the_last(cast: Cast, twin: Client) -> None:
    first = merge_files(cast.ben, twin, contact=same_contact(cast.ben), practice=cast.practice, by=cast.owner)
    second = merge_files(cast.ana, cast.ben, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    twin.refresh_from_db()
    assert twin.current_file().pk == cast.ana.pk
    with pytest.raises(Refusal) as refused:
        undo_merge(first, by=cast.owner)
    assert refused.value.code == "not_undone"
    undo_merge(second, by=cast.owner)
    undo_merge(first, by=cast.owner)
    assert not Client.objects.exclude(merged_into=None).exists()


def test_erasing_the_kept_file_erases_what_the_former_one_was_called(cast: Cast, twin: Client) -> None:
    cast.practice.retention_years = 0
    cast.practice.save()
    a_bit_of_everything(cast, twin)
    merge_files(cast.ana, twin, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    erase(cast.ana, by=cast.owner)
    left = snapshot() | {"clients_clientmerge": tables.fetch_rows("SELECT t::text FROM clients_clientmerge AS t")}
    assert [table for table, rows in left.items() if "bergh" in str(rows).lower() or "2345678" in str(rows)] == []


def test_a_merge_is_not_undone_once_its_file_was_erased(cast: Cast, twin: Client) -> None:
    merge = merge_files(cast.ana, twin, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    opened = ClientMerge.objects.select_related("kept", "former").get(pk=merge.pk)
    erase(cast.ana, by=cast.owner)
    with pytest.raises(Refusal) as refused:
        undo_merge(opened, by=cast.owner)
    assert refused.value.code == "not_undone"


def test_the_copy_of_the_record_holds_both_pasts(cast: Cast, twin: Client) -> None:
    a_bit_of_everything(cast, twin)
    kept_events = access_events_of(cast.ana).count()
    former_events = access_events_of(twin).count()
    merge_files(cast.ana, twin, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    assert access_events_of(cast.ana).count() == kept_events + former_events + 2
    assert Intake.objects.filter(client=cast.ana).count() == 1
    assert record_zip(cast.ana, practice=Practice.current(), by=cast.owner)


def test_mails_to_the_former_address_stay_found(cast: Cast) -> None:
    mail = waiting_mail(cast.ben)
    merge_files(cast.ana, cast.ben, contact=same_contact(cast.ana), practice=cast.practice, by=cast.owner)
    assert mail in mails_to(cast.ana)


def test_a_stranger_and_a_client_learn_nothing(cast: Cast, twin: Client, client: Browser) -> None:
    url = reverse("booking:desk-merge", args=[cast.ana.public_id]) + f"?with={twin.public_id}"
    assert client.post(url).status_code == 302
    assert not ClientMerge.objects.exists()
