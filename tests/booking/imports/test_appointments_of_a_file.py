"""Coming appointments of a file: placed by the booking action, clashes named, nobody mailed, and taken back."""

import datetime as dt

import pytest
from django.utils import timezone

from booking.appointments.integrity import integrity_problems
from booking.appointments.status import cancel_appointment
from booking.imports.export import appointments_csv
from booking.models import Appointment, AppointmentChange, Reminder, Service, Status
from clients.imports.export import clients_csv
from clients.models import Client, ImportLine, ImportRun, LineChoice, Screening
from clinic.models import OutgoingMail
from tests.booking.imports.conftest import Mover
from tests.booking.imports.vendor_files import APPOINTMENT_SHAPES, appointment_file
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.usefixtures("cast")
HEAD = "Starts,Minutes,Service,Therapist,Status,First name,Last name,E-mail,Phone\n"


def line(
    start: dt.datetime,
    *,
    minutes: int | str = 60,
    service: str = "Regular massage",
    therapist: str = "Mira Feld",
    status: str = "confirmed",
    who: str = "Ana,Lind,ana@example.org",
) -> str:
    return f"{start:%Y-%m-%d %H:%M%z},{minutes},{service},{therapist},{status},{who},\n"


def file(*lines: str) -> bytes:
    return (HEAD + "".join(lines)).encode()


def only_line(run: ImportRun) -> ImportLine:
    return run.lines.get()


def exported(cast: Cast) -> bytes:
    return "".join(appointments_csv(cast.practice)).encode()


@pytest.mark.parametrize("vendor", APPOINTMENT_SHAPES)
def test_each_programs_file_is_known_booked_and_undone(cast: Cast, mover: Mover, vendor: str) -> None:
    start = cast.at(10).astimezone(cast.zone)
    run = mover.bring(appointment_file(vendor, start), "appointments.csv", "mdy")
    assert (run.vendor, run.kind) == (vendor, "appointments")
    booked = Appointment.objects.get()
    assert (booked.starts_at, booked.minutes, booked.therapist) == (cast.at(10), 60, cast.mira)
    assert (booked.client.email, booked.via, booked.status) == ("rosa@example.org", "import", Status.CONFIRMED)
    mover.undo(run)
    assert not Appointment.objects.exists()
    assert not Client.objects.filter(email="rosa@example.org").exists()


def test_what_comes_back_from_our_own_file_is_the_same(cast: Cast, mover: Mover) -> None:
    cast.appointment(cast.at(10))
    asked = cast.appointment(cast.at(12), therapist=cast.jonas, client=cast.ben, status=Status.REQUESTED)
    Appointment.objects.filter(pk=asked.pk).update(client_note="=1+1")
    before, people = exported(cast), "".join(clients_csv()).encode()
    again = mover.bring(before)
    assert set(again.lines.values_list("verdict", flat=True)) == {"matched"}
    assert exported(cast) == before
    Appointment.objects.all().delete()
    Client.objects.all().delete()
    mover.bring(people)
    mover.bring(before)
    assert exported(cast) == before
    assert set(Appointment.objects.values_list("status", flat=True)) == {"confirmed", "requested"}


def test_nobody_is_mailed_of_the_import_and_reminders_go_later(cast: Cast, mover: Mover) -> None:
    mover.bring(file(line(cast.at(10))))
    booked = Appointment.objects.get()
    assert booked.reminders.get(kind="confirmation").state == "skipped"
    assert booked.reminders.filter(state="due").exists()
    assert not OutgoingMail.objects.exists()
    assert list(integrity_problems()) == []


def test_a_confirmation_goes_where_it_is_asked_for(cast: Cast, mover: Mover) -> None:
    run = mover.look(file(line(cast.at(10))))
    run.mapping["confirm"] = True
    run.save()
    mover.take_over(run)
    assert Appointment.objects.get().reminders.get(kind="confirmation").state == "due"


def test_what_stands_in_the_way_is_named_and_is_not_the_clients_name(cast: Cast, mover: Mover) -> None:
    cast.appointment(cast.at(10), client=cast.ben)
    # As in the worker, where nobody has set the practice's clock.
    with timezone.override(dt.UTC):
        run = mover.look(file(line(cast.at(10, 30))))
    refused = only_line(run)
    assert refused.verdict == "refused"
    assert "Mira Feld" in refused.reason
    assert "Regular massage" in refused.reason
    assert "Haas" not in refused.reason
    assert "10:00" in refused.reason


def test_two_lines_for_one_time_are_a_clash_within_the_file(cast: Cast, mover: Mover) -> None:
    run = mover.bring(file(line(cast.at(10)), line(cast.at(10, 30), who="Ben,Haas,ben@example.org")))
    assert list(run.lines.order_by("number").values_list("verdict", flat=True)) == ["new", "refused"]
    assert "2" in run.lines.get(number=3).reason


def test_a_place_that_is_taken_meanwhile_is_refused_with_what_stands_there(cast: Cast, mover: Mover) -> None:
    run = mover.look(file(line(cast.at(10)), line(cast.at(14))))
    cast.appointment(cast.at(10), client=cast.ben)
    mover.take_over(run)
    first, second = run.lines.order_by("number")
    assert (first.verdict, second.verdict) == ("refused", "new")
    assert "Mira Feld" in first.reason
    assert Appointment.objects.filter(via="import").count() == 1


def test_times_outside_the_hours_are_taken_over_as_they_stood(cast: Cast, mover: Mover) -> None:
    run = mover.bring(file(line(cast.at(20))), "old.csv")
    booked = Appointment.objects.get()
    assert only_line(run).settled_at
    assert "old.csv" in booked.reason


@pytest.mark.parametrize(
    "values",
    [
        {"service": "Cupping"},
        {"therapist": "Nobody"},
        {"status": "cancelled"},
        {"status": "No-show"},
        {"status": "Completed"},
        {"minutes": "long"},
    ],
    ids=str,
)
def test_what_cannot_be_booked_is_refused_with_the_reason(cast: Cast, mover: Mover, values: dict[str, str]) -> None:
    run = mover.look(file(line(cast.at(10), **values)))
    assert (only_line(run).verdict, bool(only_line(run).reason)) == ("refused", True)


def test_past_appointments_and_hours_that_summer_skips_are_refused(cast: Cast, mover: Mover) -> None:
    lines = [
        line(dt.datetime(2020, 1, 1, 10, tzinfo=dt.UTC)),
        "2027-03-28 02:30,60,Regular massage,Mira Feld,,Ana,Lind,ana@example.org,\n",
    ]
    run = mover.look(file(*lines))
    assert list(run.lines.values_list("verdict", flat=True)) == ["refused", "refused"]


def test_names_are_matched_by_hand(cast: Cast, mover: Mover) -> None:
    run = mover.look(file(line(cast.at(10), service="Relax", therapist="M. F.")))
    assert only_line(run).verdict == "refused"
    told = {"services": {"Relax · 60 min": "regular-60"}, "therapists": {"M. F.": str(cast.mira.public_id)}}
    from booking.imports.work import work_off_imports
    from clients.imports.opening import start_check

    start_check(run, kind=run.kind, mapping={**run.mapping, **told})
    work_off_imports()
    assert only_line(run).verdict == "new"


def test_a_service_of_two_lengths_is_chosen_by_the_minutes(cast: Cast, mover: Mover) -> None:
    mover.bring(file(line(cast.at(10), minutes=90)))
    assert Appointment.objects.get().service == cast.regular_90


def test_a_person_in_doubt_is_asked_for(cast: Cast, mover: Mover) -> None:
    run = mover.bring(file(line(cast.at(10), who="Ben,Haas,")))
    assert only_line(run).verdict == "ask"
    assert not Appointment.objects.exists()
    run.lines.update(choice=LineChoice.SAME)
    mover.take_over(run)
    assert Appointment.objects.get().client == cast.ben


def test_an_undone_import_leaves_no_row_behind(cast: Cast, mover: Mover) -> None:
    run = mover.bring(file(line(cast.at(10)), line(cast.at(14), who="Mia,Novak,mia@example.org")))
    assert Appointment.objects.count() == 2
    mover.undo(run)
    for model in (Appointment, AppointmentChange, Reminder, Screening):
        assert not model.objects.exists()
    assert set(Client.objects.all()) == {cast.ana, cast.ben}
    assert list(integrity_problems()) == []
    again = mover.bring(file(line(cast.at(10))))
    assert only_line(again).verdict == "new"


def test_an_appointment_that_somebody_touched_stays_and_says_why(cast: Cast, mover: Mover) -> None:
    run = mover.bring(file(line(cast.at(10)), line(cast.at(14), who="Ben,Haas,ben@example.org")))
    touched = Appointment.objects.get(client=cast.ana)
    cancel_appointment(touched, reason="She is ill.", via="desk", practice=cast.practice)
    mover.undo(run)
    assert Appointment.objects.get() == touched
    assert run.lines.to_undo().get().reason


def test_an_appointment_of_which_a_mail_went_stays(cast: Cast, mover: Mover) -> None:
    run = mover.bring(file(line(cast.at(10))))
    Reminder.objects.filter(state="due").update(state="done")
    mover.undo(run)
    assert Appointment.objects.exists()
    assert run.lines.to_undo().get().reason


def test_an_undo_of_the_clients_keeps_who_has_an_appointment(cast: Cast, mover: Mover) -> None:
    people = mover.bring(b"First Name,Last Name,Email\nMia,Novak,mia@example.org\nLeo,Novak,leo@example.org\n")
    mover.bring(file(line(cast.at(10), who="Mia,Novak,mia@example.org")))
    mover.undo(people)
    assert Client.objects.filter(first_name="Mia").exists()
    assert not Client.objects.filter(first_name="Leo").exists()


def test_a_service_that_is_switched_off_is_none_of_ours(cast: Cast, mover: Mover) -> None:
    Service.objects.filter(pk=cast.regular.pk).update(active=False)
    assert only_line(mover.look(file(line(cast.at(10))))).verdict == "refused"
