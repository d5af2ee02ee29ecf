"""What is known of a client's health for one appointment: the safety answers of the booking and an intake, together."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, Max, OuterRef, Subquery
from django.utils import timezone

from booking.appointments.screening import SafetyAnswers, earliest_start
from booking.models import Appointment, AppointmentChange, AppointmentQuerySet
from booking.scheduling.order import Order, order_as_booked
from clients.care import Answers, Level
from clients.care.answers import only_known
from clients.care.entries import NO_SLUGS, Slugs
from clients.care.screening import holding_conditions, passes
from clients.catalogue import current_catalogue
from clients.intake.retraction import standing_warning_signs, without_retracted
from clients.intake.screening import ScreeningResult, screen_answers
from clients.models import Client, Intake, IntakeRetraction, Screening
from clients.plans.answers import combined_answers
from clinic.models import Practice


@dataclass(frozen=True, slots=True)
class ReadTogether:
    """What the answers of many appointments need from other tables, read for all of them at once, by primary key."""

    signs: Mapping[int, frozenset[str]]
    """The warning signs of their bookings that still stand."""
    note_recorded: Mapping[int, dt.datetime | None]
    """When somebody last recorded a doctor's note."""


def read_together(appointments: Iterable[Appointment]) -> ReadTogether:
    """Read it, for appointments of `with_health_history`; asked again only where somebody took answers back."""
    rows = list(appointments)
    ticked = [each for each in rows if each.screening and each.screening.red_flags]
    unsure = {each.client_id for each in ticked if each.took_back}  # type: ignore[attr-defined] # annotated
    taken: defaultdict[int, list[IntakeRetraction]] = defaultdict(list)
    if unsure:
        for back in IntakeRetraction.objects.replaced().filter(intake__client__in=unsure):
            taken[back.intake.client_id].append(back)
    return ReadTogether(
        signs={
            each.pk: without_retracted([each.screening], taken[each.client_id]) for each in ticked if each.screening
        },
        note_recorded={each.pk: each.note_recorded_at for each in rows},  # type: ignore[attr-defined] # annotated
    )


def with_health_history(appointments: AppointmentQuerySet) -> AppointmentQuerySet:
    """Appointments with what `read_together` asks of each."""
    told = AppointmentChange.objects.filter(appointment=OuterRef("pk"), what=AppointmentChange.What.CLEARANCE)
    recorded = told.order_by().values("appointment").annotate(last=Max("at")).values("last")
    took_back = IntakeRetraction.objects.filter(intake__client=OuterRef("client"), replaced_by__isnull=False)
    return appointments.annotate(note_recorded_at=Subquery(recorded[:1]), took_back=Exists(took_back))


def effective_answers(
    appointment: Appointment,
    intake: Intake | None,
    practice: Practice,
    *,
    with_note: bool = True,
    read: ReadTogether | None = None,
) -> Answers:
    """Both together: what was said once counts until somebody has looked, or the client took a sign back and answered
    again, or it has passed by the day of the appointment.

    `with_note`: a doctor's note that somebody here has seen clears what asked for it then. Words that the catalogue has
    lost are passed over. `read`: what is known already, where there are many appointments.
    """
    screenings = [appointment.screening] if appointment.screening else []
    signs = standing_warning_signs(screenings) if read is None else read.signs.get(appointment.pk, NO_SLUGS)
    technique = order_as_booked(appointment).technique
    told = answers_at(
        appointment.starts_at,
        appointment.client,
        intake,
        screenings,
        signs=signs,
        technique=technique,
        practice=practice,
    )
    return replace(told, cleared=cleared_conditions(appointment, intake, practice, read)) if with_note else told


def cleared_conditions(
    appointment: Appointment, intake: Intake | None, practice: Practice, read: ReadTogether | None = None
) -> Slugs:
    """The conditions of which the doctor's note speaks that was seen for an appointment: those that asked for one by
    what was known when it was seen."""
    if appointment.clearance_seen_on is None:
        return NO_SLUGS
    known = intake if note_is_of(appointment, intake, read) else None
    found = suitability_of_booking(appointment, known, practice, with_note=False, read=read)
    return frozenset(each.condition for each in found.because if each.level is Level.CLEARANCE and each.condition)


def note_is_of(appointment: Appointment, intake: Intake | None, read: ReadTogether | None = None) -> bool:
    """Whether the note that was seen for an appointment speaks of an intake too: it was seen after it came, or the
    intake was looked at since and asks for nothing more."""
    if appointment.clearance_seen_on is None:
        return False
    if intake is None or appointment.rescreened_with_id == intake.pk:
        return True
    if read is not None:
        recorded = read.note_recorded[appointment.pk]
        return recorded is not None and recorded >= intake.given_at
    return appointment.changes.filter(what=AppointmentChange.What.CLEARANCE, at__gte=intake.given_at).exists()


def answers_at(
    start: dt.datetime,
    client: Client,
    intake: Intake | None,
    screenings: Sequence[Screening] = (),
    *,
    signs: frozenset[str] = frozenset(),
    technique: str,
    practice: Practice,
) -> Answers:
    """An intake and the safety answers of bookings as they hold when a session begins; `signs`: those of the bookings
    that stand. Words that the catalogue has lost are left out."""
    catalogue, now = current_catalogue(), timezone.now()
    held = frozenset().union(
        *(
            holding_conditions(catalogue, frozenset(each.conditions), told_at=each.given_at, start=start, now=now)
            for each in [*([intake] if intake else ()), *screenings]
        )
    )
    said = combined_answers(client, intake, screenings, signs=signs, conditions=held, at=start)
    return only_known(catalogue.index, replace(said, service=technique, region=practice.country))


def suitability_by_intake(intake: Intake, order: Order, start: dt.datetime, practice: Practice) -> ScreeningResult:
    """What an intake by itself means for what is asked for, on its day."""
    told = answers_at(start, intake.client, intake, technique=order.technique, practice=practice)
    return screen_answers(told, order.judged_items, practice=practice)


def earliest_move_start(appointment: Appointment, practice: Practice) -> dt.datetime | None:
    """The first moment to which it can be moved: before that, what the client told us has not passed. Mostly None."""
    catalogue = current_catalogue()
    told = [
        replace(SafetyAnswers.on_file(each), red_flags=frozenset())
        for each in (appointment.screening, Intake.objects.latest_of(appointment.client))
        if each is not None and any(passes(catalogue, slug) for slug in each.conditions)
    ]
    moments = [earliest_start(order_as_booked(appointment), each, practice=practice) for each in told]
    return max((each for each in moments if each is not None), default=None)


def suitability_of_booking(
    appointment: Appointment,
    intake: Intake | None,
    practice: Practice,
    *,
    with_note: bool = True,
    read: ReadTogether | None = None,
) -> ScreeningResult:
    """What all of it means for the service and add-ons as they are booked now; `with_note`: a doctor's note counts."""
    answers = effective_answers(appointment, intake, practice, with_note=with_note, read=read)
    return screen_answers(answers, order_as_booked(appointment).judged_items, practice=practice)
