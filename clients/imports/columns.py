"""Which column of a file is what: the headings that other programs write, as data; `recognition` compares them. Where
each was seen, and which are from general knowledge, is in docs/move-in.md."""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class SheetKind(StrEnum):
    """What the lines of a file are."""

    CLIENTS = "clients"
    APPOINTMENTS = "appointments"


PERSON: dict[str, "StrOrPromise"] = {
    "client_id": _("Warmstone’s own id"),
    "full_name": _("Whole name"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
}
IMPORT_FIELDS: dict[SheetKind, dict[str, "StrOrPromise"]] = {
    SheetKind.CLIENTS: {
        **PERSON,
        "born_on": _("Born on"),
        "desk_note": _("Note for the desk"),
        "alert": _("Alert (allergies and the like)"),
        "emergency_contact": _("In an emergency, call"),
        "physician": _("Doctor or midwife"),
        "reminders_wanted": _("Reminders by e-mail (yes or no)"),
        "tips_wanted": _("Tips by e-mail (yes or no)"),
        "may_book_online": _("May book online (yes or no)"),
        "blocked": _("Barred from booking online (yes or no)"),
    },
    SheetKind.APPOINTMENTS: {
        **PERSON,
        "starts": _("Begins: day and time"),
        "day": _("Day"),
        "time": _("Time"),
        "ends": _("Ends"),
        "minutes": _("Minutes"),
        "price": _("Price"),
        "service": _("Service"),
        "add_ons": _("Add-ons"),
        "therapist": _("Therapist"),
        "status": _("Status"),
        "note": _("Client’s note"),
    },
}
# Several columns of these are put together; of all others the first that is filled counts.
JOINED_FIELDS = frozenset({"desk_note", "alert", "emergency_contact", "note", "add_ons"})
DATE_FIELDS = {SheetKind.CLIENTS: ("born_on",), SheetKind.APPOINTMENTS: ("starts", "day")}


def headings(*, clients: str, appointments: str) -> dict[SheetKind, dict[str, tuple[str, ...]]]:
    """The headings of a program by what they hold, written as `field: Heading, Another heading; field: Heading`."""
    tables = {SheetKind.CLIENTS: clients, SheetKind.APPOINTMENTS: appointments}
    return {
        kind: {field: tuple(names.split(", ")) for field, names in (part.split(": ") for part in written.split("; "))}
        for kind, written in tables.items()
    }


OWN_FORMAT = "Warmstone"
# The headings of each program, by what they hold. Order matters where several columns hold one thing.
VENDOR_HEADINGS = {
    OWN_FORMAT: headings(
        clients="client_id: Warmstone id; first_name: First name; last_name: Last name; email: E-mail; phone: Phone; "
        "born_on: Born on; desk_note: Desk note; alert: Alert; emergency_contact: Emergency contact; "
        "physician: Physician; reminders_wanted: Reminders by e-mail; tips_wanted: Tips by e-mail; "
        "may_book_online: May book online",
        appointments="starts: Starts; minutes: Minutes; price: Price; service: Service; add_ons: Add-ons; "
        "therapist: Therapist; status: Status; client_id: Warmstone client id; first_name: First name; "
        "last_name: Last name; email: E-mail; phone: Phone; note: Client’s note",
    ),
    "Square": headings(
        clients="first_name: First Name; last_name: Last Name, Surname; email: Email Address; phone: Phone Number; "
        "born_on: Birthday; desk_note: Memo; tips_wanted: Email Subscription Status; "
        "blocked: Blocked from online booking",
        appointments="starts: Start; ends: End; service: Service; therapist: Staff Member; full_name: Client; "
        "email: Client Email; phone: Client Phone; status: Status; note: Client Note",
    ),
    "MassageBook": headings(
        clients="first_name: Client First Name; last_name: Client Last Name; email: Client Email; "
        "phone: Cell Phone, Home Phone; born_on: Birthdate; desk_note: Client Notes",
        appointments="day: Appointment Date; time: Appointment Time; minutes: Length; service: Service Name; "
        "therapist: Provider; full_name: Client Name; email: Client Email; phone: Client Phone; "
        "status: Appointment Status",
    ),
    "Jane": headings(
        clients="first_name: Preferred First Name, First Name; last_name: Last Name; email: Email; "
        "phone: Mobile Phone, Home Phone, Work Phone; born_on: Birth Date, Date of Birth; physician: Family Doctor; "
        "emergency_contact: Emergency Contact, Emergency Contact Phone; tips_wanted: Marketing Emails",
        appointments="starts: Start At; ends: End At; service: Treatment Name; therapist: Staff Member Name; "
        "first_name: Patient First Name; last_name: Patient Last Name; email: Patient Email; phone: Patient Phone; "
        "status: State",
    ),
    "Acuity": headings(
        clients="first_name: First Name; last_name: Last Name; email: Email; phone: Phone; desk_note: Notes",
        appointments="starts: Start Time; ends: End Time; first_name: First Name; last_name: Last Name; phone: Phone; "
        "email: Email; service: Type; therapist: Calendar; price: Appointment Price",
    ),
    "Cliniko": headings(
        clients="first_name: Preferred First Name, First Name; last_name: Last Name; email: Email; "
        "phone: Mobile, Phone Number 1, Home, Work; born_on: Date of Birth; desk_note: Appointment Notes; "
        "alert: Medical Alerts; emergency_contact: Emergency Contact; physician: Referring Doctor",
        appointments="starts: Appointment Start; ends: Appointment End; service: Appointment Type; "
        "therapist: Practitioner; full_name: Patient; email: Patient Email; status: Appointment Status",
    ),
    "ClinicSense": headings(
        clients="first_name: First; last_name: Last; email: Email; phone: Phone (Mobile), Phone (Home), Phone (Work); "
        "born_on: DOB; desk_note: Notes",
        appointments="day: Date; time: Start Time; minutes: Duration (min); service: Service; "
        "therapist: Practitioner; full_name: Client; email: Client Email; status: Status",
    ),
    "Noterro": headings(
        clients="first_name: First Name; last_name: Last Name; email: Email Address; "
        "phone: Cell Number, Home Number, Work Number; born_on: Date of Birth; alert: Alerts, Allergies; "
        "physician: Physician; emergency_contact: Emergency Contact Name, Emergency Contact Number",
        appointments="day: Date; time: Time; minutes: Duration; service: Service; therapist: Therapist; "
        "full_name: Client Name; email: Email Address; status: Status",
    ),
    "Vagaro": headings(
        clients="first_name: First Name; last_name: Last Name; email: Email Address, Email; "
        "phone: Mobile, Day Phone, Night Phone; born_on: Birthday; desk_note: Notes",
        appointments="day: Appointment Date; time: Start Time; minutes: Duration; service: Service; "
        "therapist: Service Provider; full_name: Customer; email: Customer Email; phone: Customer Mobile; "
        "status: Status",
    ),
    "Fresha": headings(
        clients="first_name: First Name; last_name: Last Name; blocked: Blocked; phone: Mobile Number, Telephone; "
        "email: Email; born_on: Date of Birth; desk_note: Note; tips_wanted: Accepts Marketing",
        appointments="day: Scheduled date; time: Scheduled time; minutes: Duration; service: Services, Service; "
        "therapist: Team member; full_name: Client; email: Client email; phone: Client mobile; status: Status",
    ),
}
# Headings that mean the same in any file.
ANYWHERE = headings(
    clients="first_name: Given Name, Forename, Vorname; last_name: Family Name, Surname, Nachname; "
    "full_name: Name, Full Name, Client Name, Patient Name, Customer Name; "
    "email: E-mail Address, Mail, E-Mail-Adresse; phone: Mobile Phone, Telephone, Cell, Tel, Telefon, Handy; "
    "born_on: Date of Birth, DOB, Birthday, Birth Date, Birthdate, Geburtsdatum; "
    "desk_note: Notes, Note, Comments, Notizen; alert: Allergies, Allergy, Alerts, Medical Alert; "
    "physician: Doctor, Physician",
    appointments="starts: Start, Starts, Starts At, Start Date; ends: End, Ends, Ends At, End Time; "
    "day: Date, Appointment Date; time: Time, Start Time; minutes: Duration, Length; price: Price, Cost, Preis; "
    "service: Service, Treatment, Appointment Type; "
    "therapist: Therapist, Staff, Staff Member, Team Member, Provider, Practitioner, Employee; "
    "full_name: Client, Customer, Patient, Name, Client Name; status: State",
)
