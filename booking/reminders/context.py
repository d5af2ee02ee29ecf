"""What a mail template is given, read for a whole batch of appointments in a fixed number of queries."""

import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from booking.models import Appointment, MessageText, Status
from booking.reminders.combined import merged_appointments
from booking.reminders.combined_lines import is_too_late
from booking.reminders.kind import reminder_kinds
from booking.reminders.message import greeting_name
from booking.reminders.wording import BrokenText, CustomText, FilledText, fill
from clients.models import IntakeRequest
from clients.plans.tips import ClientKnowledge, load_knowledge
from clinic.models import Practice

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PracticeInMail:
    """The practice as a template sees it: nothing but this."""

    name: str
    street: str
    city: str
    phone: str
    email: str
    directions: str
    emergency_number: str
    emergency_call: str
    language: str
    """The locale in which the mail is written."""

    @classmethod
    def of(cls, practice: Practice) -> "PracticeInMail":
        """What templates may say of a practice."""
        return cls(
            name=practice.name,
            street=practice.street,
            city=practice.city,
            phone=practice.phone,
            email=practice.email,
            directions=practice.directions,
            emergency_number=practice.emergency_number,
            emergency_call=practice.emergency_call,
            language=practice.formats.tag,
        )


@dataclass(frozen=True)
class MailContext:
    """One appointment with all that its mails need."""

    appointment: Appointment
    practice: Practice
    known: ClientKnowledge
    intake: uuid.UUID | None
    """The public id of the intake that is still awaited for this appointment."""
    has_next_appointment: bool
    """Whether the client has another appointment ahead."""
    short_intake: bool = False
    """Whether that intake is a short one."""
    custom_text: Mapping[str, CustomText] = field(default_factory=dict)
    """What the practice says itself, by the code of the kind of mail."""
    merged: Mapping[str, Sequence[Appointment]] = field(default_factory=dict)
    """Other appointments that are told of in the same mail, by the code of its kind."""
    loaded: Mapping[str, object] = field(default_factory=dict)
    """What only one kind needs to know of this appointment (ReminderKind.load), by its code."""

    @property
    def too_late(self) -> bool:
        """Whether the client cannot move or cancel online any more, now that the mail is written."""
        return is_too_late(self.appointment, self.practice)

    def button_label(self, *, several: bool = False) -> str:
        """What the button to the page of the appointment says, or to that of the first of several."""
        if several:
            return _("See the first visit") if self.too_late else _("See or change the first visit")
        return _("See your appointment") if self.too_late else _("See or change your appointment")

    def variables(self, code: str) -> dict[str, Any]:
        """What every template of a kind is given: names, wall times in the practice's zone, place, own words."""
        appointment, formats = self.appointment, self.practice.formats
        starts, ends = (at.astimezone(self.practice.zone) for at in (appointment.starts_at, appointment.ends_at))
        words = {
            "practice": PracticeInMail.of(self.practice),
            "first_name": greeting_name(appointment.client.called),
            "service": appointment.service.name,
            "parts": appointment.parts if appointment.added else "",
            "therapist": appointment.therapist.name,
            "minutes": appointment.minutes,
            "day": formats.day(starts),
            "time": formats.clock(starts),
            "until": formats.clock(ends),
            "address": self.practice.address,
            "requested": appointment.status == Status.REQUESTED,
            "too_late": self.too_late,
            "short_intake": self.short_intake,
        }
        return {**words, "own": self.own(code, words)}

    def own(self, code: str, words: Mapping[str, Any]) -> FilledText:
        """The practice's words for this kind and appointment; empty where it has none, or where they cannot be used."""
        own = self.custom_text.get(code)
        if own is None:
            return FilledText()
        values = {name: str(words[name]) for name in ("first_name", "time", "minutes", "service", "therapist")}
        return filled(own, {**values, **values_of(self.practice), "date": words["day"]})


def values_of(practice: Practice) -> dict[str, str]:
    """What every text of the practice's own may say of the practice."""
    return {"practice": practice.name, "address": practice.address, "phone": practice.phone}


def filled(own: CustomText, values: Mapping[str, str]) -> FilledText:
    """The practice's words with these values; empty where they cannot be used, so that the shipped words go."""
    try:
        return fill(own, values)
    except BrokenText:
        # Saving refuses this; a row written past it must not hold up a mail.
        logger.exception("Wording %s cannot be filled; the shipped words go instead.", own.key)
        return FilledText()


def own_or_stored(code: str, own: CustomText | None, values: Mapping[str, str]) -> FilledText:
    """The practice's words that were given, else those it has in use for this kind, with their values."""
    return filled(own or texts_in_use(code).get(code, CustomText()), values)


def texts_in_use(*codes: str) -> dict[str, CustomText]:
    """The practice's words by kind, for these or for all."""
    found = MessageText.objects.filter(active=True)
    return {text.kind: own_words_of(text) for text in (found.filter(kind__in=codes) if codes else found)}


def own_words_of(text: MessageText) -> CustomText:
    """A row as plain values."""
    return CustomText(subject=text.subject, opening=text.opening, closing=text.closing, key=text.pk)


def load_contexts(appointments: Iterable[Appointment], practice: Practice) -> dict[int, MailContext]:
    """The contexts of some appointments, by primary key.

    They come with client, service, technique and therapist joined.
    """
    rows = list(appointments)
    known = load_knowledge(each.client for each in rows)
    asked = IntakeRequest.objects.awaited().filter(appointment__in=[each.public_id for each in rows])
    awaited = {
        appointment: (intake, short)
        for appointment, intake, short in asked.values_list("appointment", "public_id", "short")
    }
    coming = set(
        Appointment.objects.upcoming()
        .filter(client__in=[each.client_id for each in rows])
        .values_list("client_id", flat=True)
        .distinct()
    )
    custom_text, merged = texts_in_use(), merged_appointments(rows)
    loaded = {kind.code: kind.load(rows) for kind in reminder_kinds() if kind.load is not None}
    return {
        each.pk: MailContext(
            appointment=each,
            practice=practice,
            known=known[each.client_id],
            intake=awaited.get(each.public_id, (None, False))[0],
            short_intake=awaited.get(each.public_id, (None, False))[1],
            has_next_appointment=each.client_id in coming,
            custom_text=custom_text,
            merged=merged.get(each.pk, {}),
            loaded={code: found[each.pk] for code, found in loaded.items() if each.pk in found},
        )
        for each in rows
    }
