"""What a mail template is given, read for a whole batch of appointments in a fixed number of queries."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment, MessageText, Status
from booking.reminders.links import Links
from booking.reminders.message import Message, greeting_name, render_message
from booking.reminders.wording import FilledText
from booking.scheduling.order import order_as_booked
from booking.scheduling.terms import tax_in_words
from clients.models import Client
from clients.plans.knowledge import ClientKnowledge
from clients.plans.tips import Session, SessionAdvice
from clinic.models import Practice


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
    visits: int = 0
    """Whether the client has been here before: 1, else 0. Nothing asks how often."""
    booker: Client | None = None
    """Who booked for the client and reads the mailbox that the mail goes to; None where that is the client."""
    short_intake: bool = False
    """Whether that intake is a short one."""
    custom_text: Mapping[str, MessageText] = field(default_factory=dict)
    """What the practice says itself, by the code of the kind of mail."""
    merged: Mapping[str, Sequence[Appointment]] = field(default_factory=dict)
    """Other appointments that are told of in the same mail, by the code of its kind."""
    at: dt.datetime = field(default_factory=timezone.now)
    """When it is written."""
    loaded: Mapping[str, object] = field(default_factory=dict)
    """What only one kind needs to know of this appointment (ReminderKind.load), by its code."""

    @cached_property
    def links(self) -> Links:
        """The links of a mail with this context."""
        return Links(self.appointment, advice=self.advice, intake=self.intake)

    @cached_property
    def advice(self) -> SessionAdvice:
        """What the care engine says for this appointment's session."""
        order = order_as_booked(self.appointment)
        session = Session(
            technique=order.technique,
            items=order.judged_items,
            starts_at=self.appointment.starts_at,
            ends_at=self.appointment.ends_at,
            visits=self.visits,
            note_seen=self.appointment.clearance_seen_on is not None,
        )
        return SessionAdvice(self.known, session)

    def others(self, code: str) -> Sequence[Appointment]:
        """The other appointments of which a mail of this kind tells."""
        return self.merged.get(code, ())

    def message(self, code: str, words: Mapping[str, Any], **more: Any) -> Message:
        """A kind's templates with these words and those that all are given, and the links in it. Once for a context."""
        return render_message(code, {**self.variables(code), **words}, links=tuple(self.links.made), **more)

    @property
    def too_late(self) -> bool:
        """Whether the client cannot move or cancel online any more, now that the mail is written."""
        return self.appointment.is_past_cutoff(self.practice, timezone.now())

    @property
    def change_until(self) -> str:
        """Until when the client can move or cancel online, in words."""
        until = self.appointment.starts_at - self.appointment.service.cutoff_in(self.practice)
        local, formats = until.astimezone(self.practice.zone), self.practice.formats
        return f"{formats.day(local)}, {formats.clock(local)}"

    @property
    def kept_until(self) -> str:
        """The day until which the time of a request is kept: the last on which it can be cancelled, or its own."""
        zone, starts_at = self.practice.zone, self.appointment.starts_at
        last = (starts_at - self.appointment.service.cutoff_in(self.practice)).astimezone(zone)
        today, own = timezone.now().astimezone(zone), starts_at.astimezone(zone)
        return self.practice.formats.day(last if last.date() > today.date() else own)

    def button_label(self, *, several: bool = False) -> str:
        """What the button to the page of the appointment says, or to that of the first of several."""
        if several:
            return _("See the first appointment") if self.too_late else _("See or change the first appointment")
        return _("See your appointment") if self.too_late else _("See or change your appointment")

    def variables(self, code: str) -> dict[str, Any]:
        """What every template of a kind is given: names, wall times in the practice's zone, place, own words."""
        appointment, formats = self.appointment, self.practice.formats
        starts, ends = (at.astimezone(self.practice.zone) for at in (appointment.starts_at, appointment.ends_at))
        words = {
            "practice": self.practice,
            "first_name": greeting_name((self.booker or appointment.client).called),
            "for_whom": greeting_name(appointment.client.called) if self.booker else "",
            "service": appointment.service.name,
            "what": appointment.service_with_parts,
            "therapist": appointment.therapist.name,
            "minutes": appointment.minutes,
            "day": formats.day(starts),
            "time": formats.clock(starts),
            "until": formats.clock(ends),
            "address": self.practice.address,
            "tax": tax_in_words(self.practice) if appointment.price else "",
            "requested": appointment.status == Status.REQUESTED,
            "too_late": self.too_late,
            "change_until": self.change_until,
            "kept_until": self.kept_until,
            "short_intake": self.short_intake,
        }
        return {**words, "own": self.own(code, words)}

    def own(self, code: str, words: Mapping[str, Any]) -> FilledText:
        """The practice's words for this kind and appointment; empty where it has none, or where they cannot be used."""
        own = self.custom_text.get(code)
        if own is None:
            return FilledText()
        values = {name: str(words[name]) for name in ("first_name", "time", "minutes", "service", "therapist")}
        return own.filled({**values, **values_of(self.practice), "date": words["day"]})


def values_of(practice: Practice) -> dict[str, str]:
    """What every text of the practice's own may say of the practice."""
    return {"practice": practice.name, "address": practice.address, "phone": practice.phone}


def texts_in_use(*codes: str) -> dict[str, MessageText]:
    """The practice's words by kind, for these or for all."""
    found = MessageText.objects.filter(active=True)
    return {text.kind: text for text in (found.filter(kind__in=codes) if codes else found)}
