"""Who may see which rows. A view asks here and nowhere else; what is not yours does not exist (404)."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from booking.models import (
    Appointment,
    AppointmentQuerySet,
    PrivateCalendar,
    PrivateCalendarQuerySet,
    Reminder,
    SessionNote,
    Therapist,
    WaitlistEntry,
    WaitlistEntryQuerySet,
)
from clients.models import Client, ClientQuerySet
from clients.record.access import own_files
from clinic.accounts.rights import may_read_health
from clinic.accounts.second_factor import is_team_member
from clinic.mail.kinds import secret_codes
from clinic.models import AccessEvent, OutgoingMail, Practice, User
from clinic.models.mail import OutgoingMailQuerySet
from clinic.models.practice import ColleagueNotes
from clinic.web.http import StaffRequest

P = ParamSpec("P")
StaffView = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
AnyView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def team_only(view: StaffView[P]) -> AnyView[P]:
    """Let in those who work here: staff and therapists. Another person who is signed in gets a 404; a stranger never
    comes this far, because a sign-in is required by default."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User) or not is_team_member(request.user):
            raise Http404
        return view(request, *args, **kwargs)  # type: ignore[arg-type] # the user is known now

    return wrapped


def only_those(may: Callable[[User], bool], view: StaffView[P]) -> AnyView[P]:
    """Let in those of the team for whom `may` holds; for everyone else of the team this does not exist."""

    @wraps(view)
    def wrapped(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return team_only(wrapped)


def owner_only(view: StaffView[P]) -> AnyView[P]:
    """Let in the owners of the practice."""
    return only_those(lambda user: user.is_superuser, view)


def health_only(view: StaffView[P]) -> AnyView[P]:
    """Let in those of the team who read health records."""
    return only_those(may_read_health, view)


def appointments_for(user: User) -> AppointmentQuerySet:
    """The appointments this person may see: for the team all but those of erased files, else none."""
    return Appointment.objects.filter(client__erased_at=None) if is_team_member(user) else Appointment.objects.none()


def appointment_for(user: User, public_id: uuid.UUID) -> Appointment:
    """One appointment with its people. Raises Http404 where it is not this person's to see."""
    return get_object_or_404(appointments_for(user).with_people(), public_id=public_id)


def clients_for(user: User) -> ClientQuerySet:
    """The clients' files this person may see: neither erased nor merged into another."""
    return Client.objects.open_files() if is_team_member(user) else Client.objects.none()


def client_for(user: User, public_id: uuid.UUID) -> Client:
    """One client's file, also by the id of one merged into it. Raises Http404 where it is not theirs to see."""
    file = clients_for(user).filter(public_id=public_id).first()
    if file is None:
        former = get_object_or_404(Client.objects.exclude(merged_into=None), public_id=public_id)
        file = get_object_or_404(clients_for(user), pk=former.current_file().pk)
    return file


def is_own_session(user: User, appointment: Appointment) -> bool:
    """Whether an appointment is this person's own session. One of a therapist without a sign-in is of whoever reads
    health records, or nobody could write its note."""
    whose = appointment.therapist.user_id
    return may_read_health(user) and (whose is None or whose == user.pk)


def may_read_note(user: User, appointment: Appointment, practice: Practice) -> bool:
    """Whether this person reads the session note of an appointment: their own, a colleague's where the practice lets
    therapists read them, and an owner every one."""
    if not may_read_health(user):
        return False
    shared = practice.colleague_notes == ColleagueNotes.READ
    return shared or user.is_superuser or is_own_session(user, appointment)


def notes_for(user: User, practice: Practice) -> QuerySet[SessionNote]:
    """The session notes that this person reads, as `may_read_note` has it."""
    found = SessionNote.objects.filter(appointment__in=appointments_for(user))
    if not may_read_health(user):
        return found.none()
    if user.is_superuser or practice.colleague_notes == ColleagueNotes.READ:
        return found
    return found.filter(Q(appointment__therapist__user=user) | Q(appointment__therapist__user=None))


def therapists_with_calendars(user: User) -> QuerySet[Therapist]:
    """The therapists whose private calendars this person may set: an owner all, a therapist their own."""
    everyone = Therapist.objects.at_work()
    return everyone if user.is_superuser else everyone.filter(user=user)


def private_calendars_for(user: User) -> PrivateCalendarQuerySet:
    """The private calendars that this person may set."""
    return PrivateCalendar.objects.filter(therapist__in=therapists_with_calendars(user)).select_related("therapist")


def private_calendar_for(user: User, public_id: uuid.UUID) -> PrivateCalendar:
    """One private calendar. Raises Http404 where it is not this person's to set."""
    return get_object_or_404(private_calendars_for(user), public_id=public_id)


def waitlist_entries_for(user: User) -> WaitlistEntryQuerySet:
    """The waitlist entries this person may see; an erased file's are nobody's."""
    found = WaitlistEntry.objects.with_people().filter(client__erased_at=None)
    return found if is_team_member(user) else found.none()


def waitlist_entry_for(user: User, public_id: uuid.UUID) -> WaitlistEntry:
    """One waitlist entry. Raises Http404 where it is not this person's to see."""
    return get_object_or_404(waitlist_entries_for(user), public_id=public_id)


def mails_for(user: User) -> OutgoingMailQuerySet:
    """The mails this person may see. Sign-in codes are nobody's but the recipient's."""
    if not is_team_member(user):
        return OutgoingMail.objects.none()
    return OutgoingMail.objects.exclude(kind__in=secret_codes())


def reminders_for(user: User) -> QuerySet[Reminder]:
    """The messages that appointments owe, as far as this person may see them; an erased client's are nobody's."""
    found = Reminder.objects.filter(appointment__client__erased_at=None)
    return found if is_team_member(user) else found.none()


def mail_for(user: User, public_id: uuid.UUID) -> OutgoingMail:
    """One mail. Raises Http404 where it is not this person's to see."""
    return get_object_or_404(mails_for(user), public_id=public_id)


def own_appointments(request: HttpRequest) -> AppointmentQuerySet:
    """The appointments of a signed-in client, and of whoever shares their mailbox."""
    return Appointment.objects.filter(client__in=own_files(request))


def owns_appointment(request: HttpRequest, subject: uuid.UUID) -> bool:
    """Whether an appointment is of whoever is signed in."""
    return own_appointments(request).filter(public_id=subject).exists()


def log_list_access(user: User, noun: str) -> None:
    """Add a line to the access log: this person listed records of several clients. One client's: `clients.actions`."""
    AccessEvent.objects.create(user=user, actor="staff", action=AccessEvent.Action.LIST, noun=noun)
