"""What messages may speak of, read for a whole batch of visits in a fixed number of queries."""

import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from booking.messages.beside import is_too_late, told_beside
from booking.messages.message import greeting_name
from booking.models import Appointment, MessageText, WaitlistOffer
from booking.models.appointment import Status
from booking.wording import BrokenWording, Filled, OwnWords, fill
from clients.models import IntakeRequest
from clients.tips import Known, know
from clinic.models import MailKind, Practice

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class House:
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


def house_of(practice: Practice) -> House:
    """The practice for a template."""
    return House(
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
class Facts:
    """One visit with all that its messages need."""

    appointment: Appointment
    practice: Practice
    known: Known
    intake: uuid.UUID | None
    """The public id of the intake that is still awaited for this visit."""
    comes_again: bool
    """Whether the client has another visit ahead."""
    short_intake: bool = False
    """Whether that intake is a short one."""
    own_words: Mapping[str, OwnWords] = field(default_factory=dict)
    """What the practice says itself, by kind of mail."""
    beside: Mapping[str, Sequence[Appointment]] = field(default_factory=dict)
    """Other visits that are told of in the same mail, by kind."""
    offer: WaitlistOffer | None = None
    """The offer from the waitlist that this visit holds its time for, if it is one."""

    @property
    def house(self) -> House:
        """The practice for a template."""
        return house_of(self.practice)

    @property
    def too_late(self) -> bool:
        """Whether the client cannot move or cancel online any more, now that the mail is written."""
        return is_too_late(self.appointment, self.practice)

    def see(self, *, several: bool = False) -> str:
        """What the button to the page of the visit says, or to that of the first of several."""
        if several:
            return _("See the first visit") if self.too_late else _("See or change the first visit")
        return _("See your appointment") if self.too_late else _("See or change your appointment")

    def words(self, kind: str, **more: Any) -> dict[str, Any]:
        """The variables of every template: names, wall times in the practice's zone, place; and those given."""
        visit, formats = self.appointment, self.practice.formats
        starts, ends = (at.astimezone(self.practice.zone) for at in (visit.starts_at, visit.ends_at))
        words = {
            "practice": self.house,
            "first_name": greeting_name(visit.client.called),
            "service": visit.service.name,
            "parts": visit.parts if visit.added else "",
            "therapist": visit.therapist.name,
            "minutes": visit.minutes,
            "day": formats.day(starts),
            "time": formats.clock(starts),
            "until": formats.clock(ends),
            "address": self.practice.address,
            "requested": visit.status == Status.REQUESTED,
            "too_late": self.too_late,
            "short_intake": self.short_intake,
        }
        return {**words, "own": self.own(kind, words), **more}

    def own(self, kind: str, words: Mapping[str, Any]) -> Filled:
        """The practice's words for this kind and visit; empty where it has none, or where they cannot be used."""
        own = self.own_words.get(kind)
        # A request is not yet a booking: words written for the one would promise the other.
        if own is None or (kind == MailKind.CONFIRMATION and words["requested"]):
            return Filled()
        values = {name: str(words[name]) for name in ("first_name", "time", "minutes", "service", "therapist")}
        return filled(own, {**values, **values_of(self.practice), "date": words["day"]})


def values_of(practice: Practice) -> dict[str, str]:
    """What every text of the practice's own may say of the house."""
    return {"practice": practice.name, "address": practice.address, "phone": practice.phone}


def filled(own: OwnWords, values: Mapping[str, str]) -> Filled:
    """The practice's words with these values; empty where they cannot be used, so that the shipped words go."""
    try:
        return fill(own, values)
    except BrokenWording:
        # Saving refuses this; a row written past it must not hold up a mail.
        logger.exception("Wording %s cannot be filled; the shipped words go instead.", own.key)
        return Filled()


def gather(appointments: Iterable[Appointment], practice: Practice) -> dict[int, Facts]:
    """The facts of some visits, by primary key. They come with client, service, technique and therapist joined."""
    visits = list(appointments)
    known = know(visit.client for visit in visits)
    asked = IntakeRequest.objects.awaited().filter(visit__in=[visit.public_id for visit in visits])
    awaited = {visit: (intake, short) for visit, intake, short in asked.values_list("visit", "public_id", "short")}
    coming = set(
        Appointment.objects.upcoming()
        .filter(client__in=[visit.client_id for visit in visits])
        .values_list("client_id", flat=True)
        .distinct()
    )
    own_words, beside, offers = texts_in_use(), told_beside(visits), offers_of(visits)
    return {
        visit.pk: Facts(
            appointment=visit,
            practice=practice,
            known=known[visit.client_id],
            intake=awaited.get(visit.public_id, (None, False))[0],
            short_intake=awaited.get(visit.public_id, (None, False))[1],
            comes_again=visit.client_id in coming,
            own_words=own_words,
            beside=beside.get(visit.pk, {}),
            offer=offers.get(visit.pk),
        )
        for visit in visits
    }


def offers_of(visits: Iterable[Appointment]) -> dict[int, WaitlistOffer]:
    """The offers of those visits that are only held, by their primary key; no query where there are none."""
    held = [visit.pk for visit in visits if visit.status == Status.OFFERED]
    found = WaitlistOffer.objects.select_related("entry").filter(appointment__in=held) if held else ()
    return {offer.appointment_id: offer for offer in found}


def texts_in_use() -> dict[str, OwnWords]:
    """The practice's words by kind."""
    return {text.kind: own_words_of(text) for text in MessageText.objects.filter(active=True)}


def own_words_of(text: MessageText) -> OwnWords:
    """A row as plain values."""
    return OwnWords(subject=text.subject, opening=text.opening, closing=text.closing, key=text.pk)
