"""Who reads health records, and who writes and signs the note of a session."""

from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from booking.appointments.session_notes import NoteText
from booking.models import Appointment, SessionNote, Status
from clients.care import shipped
from clients.intake.actions import submit_intake
from clients.models import Intake, IntakeRequest
from clinic.accounts.rights import may_read_health
from clinic.models import AccessEvent, Practice, User
from clinic.models.practice import ColleagueNotes
from tests.booking.appointments.test_book import booked
from tests.booking.desk.test_booking import form
from tests.booking.test_admin import edited
from tests.clients.answers import health
from tests.clients.steps import fill
from tests.fixtures.actions import save_note
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast

MARK = "zanzibarine"
REASON = "Jonas is ill for two weeks"


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    """Jonas's session with a note of his and an intake of the client's, each with a marked word."""
    made = booked(cast, therapist=cast.jonas)
    words = {name: f"{MARK} {name}" for name in ("medicines", "allergies", "surgery")}
    submit_intake(fill(IntakeRequest.objects.get(appointment=made.public_id), health=health(**words)))
    save_note(made, text=NoteText(subjective=f"{MARK} in the neck", plan="rest"))
    return made


def signed_in(user: User) -> Browser:
    """A browser of theirs."""
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def front(cast: Cast) -> User:
    """Frida of the front desk: she may do everything in the admin that a permission gives, but read health records."""
    frida = User.objects.create_user("frida@stillwater.example", PASSWORD, name="Frida Ott", is_staff=True)
    frida.user_permissions.set(Permission.objects.exclude(codename="read_health_records"))
    return frida


def pages_of(appointment: Appointment) -> list[str]:
    """The pages on which the note or the intake could stand."""
    note, intake = appointment.note, appointment.client.intakes.get()
    return [
        reverse("booking:desk-appointment", args=[appointment.public_id]),
        reverse("booking:desk-client-health", args=[appointment.client.public_id]),
        f"{reverse('booking:desk')}?day={appointment.starts_at:%Y-%m-%d}&who=all",
        reverse("admin:booking_sessionnote_change", args=[note.pk]),
        reverse("admin:clients_intake_change", args=[intake.pk]),
        reverse("admin:booking_appointment_change", args=[appointment.pk]),
    ]


def test_whoever_may_open_the_admin_reads_no_health_record_by_that(appointment: Appointment, front: User) -> None:
    browser = signed_in(front)
    for address in pages_of(appointment):
        page = browser.get(address)
        assert page.status_code in {200, 403, 404}, address
        assert MARK not in page.content.decode(), address
    for name in ("intake", "intakerequest", "careplan", "screening", "painscore"):
        assert browser.get(reverse(f"admin:clients_{name}_changelist")).status_code == 403, name
    assert browser.get(reverse("admin:booking_sessionnote_changelist")).status_code == 403


def test_the_permission_opens_them(appointment: Appointment, front: User) -> None:
    front.user_permissions.add(Permission.objects.get(codename="read_health_records"))
    browser = signed_in(User.objects.get(pk=front.pk))
    seen = [MARK in browser.get(address).content.decode() for address in pages_of(appointment)]
    assert seen == [True, True, True, True, True, False]


def test_without_the_right_what_changes_a_health_record_does_not_exist(appointment: Appointment, front: User) -> None:
    browser = signed_in(front)
    for name in ("note", "addendum", "note-sign-for-colleague", "accept", "clearance", "swap"):
        address = reverse(f"booking:desk-appointment-{name}", args=[appointment.public_id])
        assert browser.post(address).status_code == 404, name


def test_a_therapist_reads_a_colleagues_note_and_does_not_change_it(appointment: Appointment, cast: Cast) -> None:
    mira = signed_in(cast.mira.user)  # type: ignore[arg-type] # the cast signs in
    page = mira.get(pages_of(appointment)[0]).content.decode()
    assert MARK in page
    assert f'action="{reverse("booking:desk-appointment-note", args=[appointment.public_id])}"' not in page
    address = reverse("booking:desk-appointment-note", args=[appointment.public_id])
    answer = mira.post(address, {"subjective": "mine now", "sign": "1"})
    assert answer.status_code == 422
    note = SessionNote.objects.get()
    assert (note.subjective, note.signed_at) == (f"{MARK} in the neck", None)


def test_a_colleagues_note_is_signed_with_a_reason_that_is_kept(appointment: Appointment, cast: Cast) -> None:
    address = reverse("booking:desk-appointment-note-sign-for-colleague", args=[appointment.public_id])
    with time_machine.travel(appointment.ends_at):
        mira = signed_in(cast.mira.user)  # type: ignore[arg-type] # the cast signs in
        assert mira.post(address, {"sign-reason": "ill"}).status_code == 422
        assert mira.post(address, {"sign-reason": REASON, "subjective": "mine now"}).status_code == 302
    note = SessionNote.objects.get()
    assert (note.subjective, note.signed_by, note.signed_reason) == (f"{MARK} in the neck", cast.mira.user, REASON)
    event = AccessEvent.objects.filter(noun="session note signed for a colleague").get()
    assert (event.user, event.client) == (cast.mira.user, appointment.client.public_id)
    assert REASON not in f"{event.noun} {event.actor}"


def test_what_a_colleague_never_wrote_is_written_with_the_same_reason(cast: Cast) -> None:
    appointment = booked(cast, therapist=cast.jonas)
    typed = {"sign-reason": REASON, "subjective": "a stiff neck"}
    address = reverse("booking:desk-appointment-note-sign-for-colleague", args=[appointment.public_id])
    with time_machine.travel(appointment.ends_at):
        mira = signed_in(cast.mira.user)  # type: ignore[arg-type] # the cast signs in
        assert mira.post(address, typed).status_code == 302
    note = SessionNote.objects.get()
    assert (note.subjective, note.signed_reason, note.is_locked) == ("a stiff neck", REASON, True)


def test_where_the_practice_hides_notes_only_their_therapist_and_owners_read_them(
    appointment: Appointment, cast: Cast
) -> None:
    Practice.objects.update(colleague_notes=ColleagueNotes.HIDDEN)
    addresses = [pages_of(appointment)[0], pages_of(appointment)[3]]
    everything: dict[str, Any] = {"is_superuser": False}
    User.objects.filter(therapist__isnull=False).update(**everything)
    for user in (cast.mira.user, cast.jonas.user):
        assert user is not None
        user.user_permissions.set(Permission.objects.all())
    readers = {"mira": cast.mira.user, "jonas": cast.jonas.user, "owner": cast.owner}
    for name, user in readers.items():
        browser = signed_in(user)  # type: ignore[arg-type] # the cast signs in
        note = [f"{MARK} in the neck" in browser.get(address).content.decode() for address in addresses]
        assert note == [name != "mira"] * 2, name
    mira = signed_in(cast.mira.user)  # type: ignore[arg-type] # the cast signs in
    for name in ("note", "note-sign-for-colleague", "addendum"):
        assert mira.post(reverse(f"booking:desk-appointment-{name}", args=[appointment.public_id])).status_code == 404


def test_the_note_of_a_therapist_without_a_sign_in_is_written_by_the_team(appointment: Appointment, cast: Cast) -> None:
    cast.jonas.user = None
    cast.jonas.save()
    mira = signed_in(cast.mira.user)  # type: ignore[arg-type] # the cast signs in
    address = reverse("booking:desk-appointment-note", args=[appointment.public_id])
    assert mira.post(address, {"subjective": "in his words"}).status_code == 302
    assert SessionNote.objects.get().subjective == "in his words"


def test_a_booking_by_the_file_tells_the_front_desk_that_it_is_not_safe_and_not_why(cast: Cast, front: User) -> None:
    Intake.objects.create(client=cast.ana, catalogue_version="1", triage="ok", conditions=["dvt-current"])
    sent = form(cast, safety="file")
    said = [signed_in(user).post("/desk/book/", sent).content.decode() for user in (front, cast.owner)]
    assert ["please ask a therapist" in each for each in said] == [True, False]
    name = shipped().index.conditions["dvt-current"].name
    assert [f"<li>{name}: " in each for each in said] == [False, True]


def test_a_yes_in_the_admin_is_for_those_who_read_the_answers(cast: Cast, front: User) -> None:
    asked = cast.appointment(cast.at(10), status=Status.REQUESTED)
    Intake.objects.create(client=asked.client, catalogue_version="1", triage="ok", conditions=["dvt-current"])
    name = shipped().index.conditions["dvt-current"].name
    address = reverse("admin:booking_appointment_change", args=[asked.pk])
    said = [
        signed_in(user).post(address, edited(cast, asked, status="confirmed", why="Seen by her doctor this morning."))
        for user in (front, cast.owner)
    ]
    assert [name in each.content.decode() for each in said] == [False, True]
    assert "status" in said[0].context["adminform"].form.errors
    asked.refresh_from_db()
    assert asked.status == Status.REQUESTED


@pytest.mark.invariant("I8")
def test_how_people_sign_in_and_whose_notes_they_read_is_for_owners(cast: Cast, front: User) -> None:
    front.user_permissions.add(*Permission.objects.filter(codename__in=["view_practice", "change_practice"]))
    address = f"/admin/clinic/practice/{cast.practice.pk}/change/"
    theirs, owners = (signed_in(each).get(address).context["adminform"].form.fields for each in (front, cast.owner))
    assert set(owners) - set(theirs) == {
        "second_factor_required",
        "idle_minutes_own_device",
        "idle_minutes",
        "session_hours",
        "colleague_notes",
    }


def test_nobody_gives_themselves_the_right(cast: Cast, front: User) -> None:
    group = Group.objects.get(name="Front desk")
    front.groups.add(group)
    right = Permission.objects.get(codename="read_health_records")
    browser, mira = signed_in(front), User.objects.get(therapist=cast.mira)
    assert (
        "user" not in browser.get(f"/admin/booking/therapist/{cast.tess.pk}/change/").context["adminform"].form.fields
    )
    tries: list[tuple[str, dict[str, Any]]] = [
        (f"/admin/auth/group/{group.pk}/change/", {"name": "Front desk", "permissions": [right.pk]}),
        ("/admin/auth/group/add/", {"name": "Mine", "permissions": [right.pk]}),
        (f"/admin/clinic/user/{mira.pk}/change/", {"email": "frida2@stillwater.example", "name": "Mira"}),
        (f"/admin/clinic/user/{mira.pk}/password/", {"password1": "long and mine", "password2": "long and mine"}),
    ]
    assert [browser.post(*each).status_code for each in tries] == [403] * 4
    assert not group.permissions.filter(pk=right.pk).exists()
    now = User.objects.get(pk=mira.pk)
    assert (now.email, now.password) == (mira.email, mira.password)
    assert not may_read_health(User.objects.get(pk=front.pk))
