"""Coming appointments of a file: placed by the booking action, clashes named, nobody mailed, and taken back."""

import datetime as dt
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from booking.appointments.integrity import integrity_problems
from booking.appointments.status import cancel_appointment
from booking.imports.export import appointments_csv
from booking.imports.work import work_off_imports
from booking.models import Appointment, AppointmentChange, Reminder, Room, Service, Status, StoneKit, Therapist
from clients.imports.columns import SheetKind
from clients.imports.export import clients_csv
from clients.imports.opening import start_check
from clients.imports.recognition import recognise_columns
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


def tell_names(run: ImportRun, told: dict[str, dict[str, str]]) -> None:
    """Say what the names of a file mean, and have it looked through anew."""
    start_check(run, kind=run.kind, mapping={**run.mapping, **told})
    work_off_imports()
    run.refresh_from_db()


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


def test_the_headings_of_any_calendar_are_known() -> None:
    header = ["Date", "Start Time", "End Time", "Service", "Staff Member", "Client", "Mobile"]
    found = recognise_columns(header, SheetKind.APPOINTMENTS)
    assert found.fields[:6] == ("day", "time", "ends", "service", "therapist", "full_name")


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
    tell_names(run, told)
    assert only_line(run).verdict == "new"


def test_a_service_of_two_lengths_is_chosen_by_the_minutes(cast: Cast, mover: Mover) -> None:
    mover.bring(file(line(cast.at(10), minutes=90)))
    assert Appointment.objects.get().service == cast.regular_90


@pytest.mark.parametrize("minutes", [90, ""])
def test_a_service_with_its_length_in_its_name_is_ours(cast: Cast, mover: Mover, minutes: int | str) -> None:
    mover.bring(file(line(cast.at(10), minutes=minutes, service="Regular massage 90 min")))
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


def reason_of(mover: Mover, *lines: str) -> tuple[str, str]:
    """What the dry run says of the last line."""
    last = mover.look(file(*lines)).lines.order_by("number").last()
    assert last is not None
    return last.verdict, last.reason


def test_the_dry_run_names_closed_hours_and_takes_them_over(cast: Cast, mover: Mover) -> None:
    verdict, reason = reason_of(mover, line(cast.at(20)))
    assert (verdict, "Mira Feld does not work then." in reason) == ("new", True)


def test_the_dry_run_counts_the_rooms_that_lines_above_take(cast: Cast, mover: Mover) -> None:
    Room.objects.exclude(pk=cast.green_room.pk).update(active=False)
    lines = [line(cast.at(10)), line(cast.at(10), therapist="Jonas Weber", who="Ben,Haas,ben@example.org")]
    assert reason_of(mover, *lines) == ("refused", "Every room is taken then.")


def test_the_dry_run_names_a_kit_that_is_in_use(cast: Cast, mover: Mover) -> None:
    StoneKit.objects.exclude(pk=cast.kit.pk).update(active=False)
    stones = partial(line, cast.at(10), service=cast.hot_stone.name, minutes=cast.hot_stone.minutes)
    lines = [stones(), stones(therapist="Jonas Weber", who="Ben,Haas,ben@example.org")]
    assert reason_of(mover, *lines) == ("refused", "The hot stones are in use then.")


def test_the_dry_run_names_time_off_a_full_day_and_who_does_not_give_a_service(cast: Cast, mover: Mover) -> None:
    cast.mira.time_off.create(starts_at=cast.at(9), ends_at=cast.at(12))
    assert reason_of(mover, line(cast.at(10))) == ("refused", "Mira Feld is away then.")
    cast.mira.time_off.all().delete()
    Therapist.objects.filter(pk=cast.mira.pk).update(max_appointments_a_day=1)
    both = [line(cast.at(10)), line(cast.at(14), who="Ben,Haas,ben@example.org")]
    assert reason_of(mover, *both) == ("refused", "Mira Feld has a full day.")
    cast.mira.services.remove(cast.regular)
    assert reason_of(mover, line(cast.at(10))) == ("refused", "Mira Feld does not give Regular massage.")


def test_the_dry_run_names_a_client_in_two_places(cast: Cast, mover: Mover) -> None:
    both = [line(cast.at(10)), line(cast.at(10, 30), therapist="Jonas Weber")]
    assert reason_of(mover, *both) == ("refused", "Line 2 takes this time already.")


def test_the_dry_run_names_a_service_for_a_first_appointment(cast: Cast, mover: Mover) -> None:
    Service.objects.filter(pk=cast.regular.pk).update(audience=Service.Audience.NEW)
    cast.appointment(cast.at(14))
    verdict, reason = reason_of(mover, line(cast.at(10)))
    assert (verdict, "first visit" in reason) == ("refused", True)


def test_what_the_dry_run_says_is_what_happens(cast: Cast, mover: Mover) -> None:
    """The lines that are new are booked, and no other; a crowded day in one room."""
    Room.objects.exclude(pk=cast.green_room.pk).update(active=False)
    people = [f"P{number},Novak,p{number}@example.org" for number in range(12)]
    lines = [
        line(cast.at(9 + number % 6, 30 * (number % 2)), therapist=therapist, who=people[number])
        for number, therapist in enumerate(["Mira Feld", "Jonas Weber"] * 6)
    ]
    run = mover.look(file(*lines))
    said = set(run.lines.filter(verdict="new").values_list("number", flat=True))
    assert 0 < len(said) < 12
    mover.take_over(run)
    assert set(run.lines.exclude(made=None).values_list("number", flat=True)) == said


def test_length_and_price_are_as_they_were_booked_there(cast: Cast, mover: Mover) -> None:
    content = (
        file(line(cast.at(10), minutes=75)).replace(b"Minutes", b"Minutes,Price").replace(b",75,", b',75,"64,50 EUR",')
    )
    run = mover.look(content, "old.csv")
    tell_names(run, {"services": {"Regular massage · 75 min": "regular-60"}})
    reason = only_line(run).reason
    assert "75 minutes there, 60 here." in reason
    assert "€64.50 there" in reason
    mover.take_over(run)
    booked = Appointment.objects.get()
    assert (booked.minutes, booked.price, booked.service) == (75, Decimal("64.50"), cast.regular)
    assert booked.ends_at - booked.starts_at == dt.timedelta(minutes=75)
    assert "75 minutes there, 60 here." in booked.reason
    assert "old.csv, line 2" in booked.reason
    assert booked.status == Status.CONFIRMED
    assert list(integrity_problems()) == []
    again = mover.look(exported(cast))
    tell_names(again, {"services": {"Regular massage · 75 min": "regular-60"}})
    assert only_line(again).verdict == "matched"


def test_a_price_in_another_currency_is_refused(cast: Cast, mover: Mover) -> None:
    content = file(line(cast.at(10))).replace(b"Minutes", b"Minutes,Price").replace(b",60,", b",60,$60,")
    run = mover.look(content)
    assert (only_line(run).verdict, "EUR" in only_line(run).reason) == ("refused", True)
