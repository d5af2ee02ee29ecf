"""A client asks for a copy of their record, or to be erased: noted with its day, and answered by an owner."""

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from clients.record.access_log import note_access
from clients.record.export import BY_CLIENT
from clinic.models import AccessEvent, User


class DataRequest(models.TextChoices):
    """What is asked for; the value is the column of the file that holds since when."""

    COPY = "copy_requested_at", _("a copy of their record")
    ERASURE = "erasure_requested_at", _("to be erased")


# As the access log has it.
NOUNS = {DataRequest.COPY: "wish for a copy", DataRequest.ERASURE: "wish to be erased"}


def request_data(client: Client, what: DataRequest, *, by: User | None = None) -> bool:
    """Note that a client asked, by themselves or through `by`; say whether it is news. Nothing is done by this."""
    return write_request(client, what, asked=True, by=by)


def settle_request(client: Client, what: DataRequest, *, by: User | None) -> bool:
    """Note that it was answered; say whether it had been asked."""
    return write_request(client, what, asked=False, by=by)


def write_request(client: Client, what: DataRequest, *, asked: bool, by: User | None) -> bool:
    """Write or empty the column where it is otherwise, with a line in the access log; say whether it was."""
    rows = Client.objects.open_files().filter(pk=client.pk, **{f"{what.value}__isnull": asked})
    with transaction.atomic():
        is_news = bool(rows.update(**{what.value: timezone.now() if asked else None}))
        if is_news:
            note_access(client, noun=NOUNS[what], action=AccessEvent.Action.CHANGE, user=by, actor=BY_CLIENT)
    client.refresh_from_db(fields=[what.value])
    return is_news
