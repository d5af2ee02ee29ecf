"""Erasing a client's file, without what `booking` holds of it.

Booking/records/erasure.py knows the appointments and calls this.

Two steps: a file is closed at once, and what the law lets go of goes with it; the record itself goes when its time is
over. Then a row without a person is left, to which the appointments in the books refer.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from clients.models import (
    Attachment,
    CarePlan,
    Client,
    ClientMerge,
    Consent,
    ImportLine,
    Intake,
    IntakeRequest,
    PainScore,
    Screening,
)
from clients.record.access_log import note_access
from clients.record.client_columns import CLOSED_FILE, NAMELESS_FILE
from clinic.accounts.second_factor import is_team_member
from clinic.identity import address_equals
from clinic.models import AccessEvent, ClientLink, Handover, User
from clinic.triggers import APPEND_ONLY_SWITCH

# The order in which the rows of a record let go of each other. Marks, scores and items go with what they belong to.
RECORD_MODELS = (ImportLine, Attachment, PainScore, CarePlan, IntakeRequest, Intake, Consent, Screening)
ERASED_FILE_NAME = "erased-clients"


@contextmanager
def changing_records() -> Iterator[None]:
    """A transaction that alone may change what otherwise only grows: for erasing and for merging files."""
    with transaction.atomic():
        set_append_only_switch("on")
        yield
        set_append_only_switch("off")


def set_append_only_switch(position: str) -> None:
    """Set the switch that the triggers ask, until the transaction ends at the latest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [APPEND_ONLY_SWITCH, position])


def close_file(client: Client, *, links_of: Collection[uuid.UUID], by: User | None) -> None:
    """Close a locked file: no way to reach the client is left, nor any link or sign-in of theirs. `links_of` are the
    public ids of what their links may open. The name and the record stay until their time is over."""
    address = client.email
    set_columns(client, CLOSED_FILE, erased_at=timezone.now())
    subjects = {*links_of, client.public_id}
    subjects |= set(IntakeRequest.objects.filter(client=client).values_list("public_id", flat=True))
    subjects |= set(CarePlan.objects.filter(client=client).values_list("public_id", flat=True))
    ClientLink.objects.filter(subject__in=subjects).delete()
    Handover.objects.filter(subject__in=subjects).delete()
    ClientLink.objects.filter(client=client.public_id).delete()
    # How former files were reached goes too, and with it the way back to two files.
    ClientMerge.objects.filter(kept=client).delete()
    for former in client.formers.filter(erased_at=None):
        close_file(former, links_of=(), by=by)
    ImportLine.objects.filter(client=client).update(sealed=b"")
    ImportLine.objects.filter(candidates__contains=[client.pk]).update(sealed=b"", candidates=[])
    # Answers that were never sent in are no record.
    IntakeRequest.objects.filter(client=client, intake=None).delete()
    IntakeRequest.objects.filter(client=client).exclude(answers={}).update(answers={})
    end_sign_in(address)
    note_access(client, noun="client", action=AccessEvent.Action.ERASE, user=by, actor="system")


def set_columns(client: Client, values: Mapping[str, Any], **more: Any) -> None:
    """Set columns of a file and save them; what is derived from them follows."""
    for name, value in {**values, **more}.items():
        setattr(client, name, value)
    client.save(update_fields=[*values, *more])


def end_sign_in(address: str) -> None:
    """End the sign-in of a mailbox at which no file is left. It stays as a row: the access log may refer to it."""
    user = sign_in_of(address)
    if user is None or Client.objects.at_mailbox(address).exists():
        return
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    redact_admin_log(User, [user.pk])
    end_sessions_of(user)
    user.email, user.name, user.is_active = f"{uuid.uuid4().hex}@erased.invalid", "", False
    user.set_unusable_password()
    user.save(update_fields=["email", "name", "is_active", "password"])


def end_sessions_of(user: User) -> None:
    """Delete the sessions of a sign-in. They are found by reading each: none knows by a column whose it is."""
    for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()


def sign_in_of(address: str) -> User | None:
    """The sign-in that a client's mailbox has; the team's own are none of these."""
    user = User.objects.filter(address_equals(address), is_active=True).first() if address else None
    return None if user is None or is_team_member(user) else user


def delete_record(client: Client, *, by: User | None) -> None:
    """Delete the record of a closed file, and the name with it. Only inside `changing_records`."""
    redact_admin_log_of_client(client)
    for noun in RECORD_MODELS:
        noun._default_manager.filter(client=client).delete()
    for former in client.formers.filter(anonymised_at=None):
        delete_record(former, by=by)
    set_columns(client, NAMELESS_FILE, anonymised_at=timezone.now())
    note_access(client, noun="whole record", action=AccessEvent.Action.ERASE, user=by, actor="system")


def redact_admin_log_of_client(client: Client) -> None:
    """Take a client's name out of the admin's own log; that somebody edited something stays."""
    related = [(link.related_model, link.field.name) for link in Client._meta.related_objects]
    owned: list[tuple[type[Model], str]] = [(Client, "pk"), *related]
    for model, name in owned:
        keys = model._default_manager.filter(**{name: client.pk}).values_list("pk", flat=True)
        redact_admin_log(model, keys)


def redact_admin_log(model: type[Model], keys: Iterable[object]) -> None:
    """Leave of the admin's log of these rows only who did what kind of thing when."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    entries.filter(object_id__in=list(map(str, keys))).update(object_repr="", change_message="")


def write_erased_list() -> None:
    """Write the list of erased files beside the database: ids alone. A restore from before an erasure reads it."""
    # By nothing but ids: a backup before an upgrade may run on tables of the version before.
    known = Client.objects.exclude(erased_at=None).order_by("pk").values_list("public_id", flat=True)
    path = settings.DATA_DIR / ERASED_FILE_NAME
    listed = read_erased_list(path.read_text() if path.exists() else "")
    if set(known) <= listed:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as target:
        target.writelines(f"{each}\n" for each in sorted(set(known) - listed))


def read_erased_list(text: str) -> set[uuid.UUID]:
    """The ids of such a list; a line that is none is passed over."""
    found = set()
    for line in text.split():
        try:
            found.add(uuid.UUID(line))
        except ValueError:
            continue
    return found
