"""Mails without a reminder: written at once by whoever has something to say."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment, MessageText
from booking.reminders.context import texts_in_use, values_of
from booking.reminders.kind import Recipient, WordedKind
from booking.reminders.message import Message, greeting_name, render_message
from booking.reminders.wording import PRACTICE
from clients.models import Client
from clinic.mail import ledger
from clinic.models import ClientLink, OutgoingMail, Practice
from clinic.web.links import link_url

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class StandaloneKind(WordedKind):
    """A kind of mail that no appointment owes: whoever has something to say writes it at once."""

    def sample(self, practice: Practice, own: MessageText, appointment: Appointment | None) -> Message:
        """The mail with these words to look at, of an appointment or of nobody."""
        raise NotImplementedError


class LinkKind(StandaloneKind):
    """A mail whose one purpose is its link. A topic is the id of what it leads to."""

    variables = ("first_name", *PRACTICE)
    has_topics = True
    button_label: "ClassVar[StrOrPromise]"

    @classmethod
    def message(cls, practice: Practice, *, first_name: str, url: str, own: MessageText | None = None) -> Message:
        """The message, with the address."""
        name = greeting_name(first_name)
        words = {"first_name": name, "button_url": url, "button_label": cls.button_label}
        return standalone_message(cls.code, practice, words, own, first_name=name)

    def sample(self, practice: Practice, own: MessageText, appointment: Appointment | None) -> Message:
        """To the client of the appointment."""
        name = appointment.client.called if appointment else _("Alex")
        return self.message(practice, first_name=name, url=self.sample_url(), own=own)

    def sample_url(self) -> str:
        """An address that opens nothing."""
        return link_url("clients:care", "sample")


def standalone_message(
    code: str, practice: Practice, words: Mapping[str, Any], own: MessageText | None = None, **values: str
) -> Message:
    """A kind's templates with these words and the practice's own, given or in use, and `values` for those."""
    own = own or texts_in_use(code).get(code, MessageText())
    return render_message(code, {"practice": practice, "own": own.filled({**values, **values_of(practice)}), **words})


def queue_message(
    code: str,
    message: Message,
    *,
    to: str = "",
    name: str = "",
    client: Client | None = None,
    not_before: dt.datetime | None = None,
    not_after: dt.datetime | None = None,
    dedupe_key: str = "",
) -> OutgoingMail:
    """Queue a message to an address or a client, with the links in it, and return its row; it goes after `not_before`
    (now).

    With `dedupe_key` the first mail of that key is the only one: later calls return it. What a mail is about, and so
    whether it is still true (WordedKind.recipients), stands in its key, `<word>:<id>…`. Call it in a transaction where
    there are links.
    """
    ClientLink.objects.bulk_create(message.links)
    return ledger.queue_mail(
        kind=code,
        to=client.email if client else to,
        name=str(client) if client else name,
        next_try_at=not_before,
        not_after=not_after,
        dedupe_key=dedupe_key,
        **message.columns,
    )


def of_appointments(ids: Collection[str], *, statuses: Sequence[str]) -> dict[str, Recipient]:
    """The clients of those appointments ahead that stand so, by the public id of the appointment."""
    rows = Appointment.objects.filter(public_id__in=ids, status__in=statuses, starts_at__gt=timezone.now())
    return {str(row.public_id): Recipient(row.client, row.starts_at) for row in rows.select_related("client")}
