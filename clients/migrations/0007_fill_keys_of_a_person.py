from typing import Any

from django.core.exceptions import ValidationError
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from clinic.identity import (
    loose_key,
    mailed_form,
    phone_digits,
    read_phone,
    search_text,
    shown_mailbox,
    sort_key,
    strict_key,
    tidy_name,
)
from clinic.identity.letters import is_control_letter

COLUMNS = [
    *("first_name", "last_name", "email", "phone", "desk_note"),
    *("name_key", "loose_name_key", "email_key", "phone_key", "search_text", "sort_key"),
]
AT_A_TIME = 1000


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Bring every file into the one form. What cannot be read is not lost: it goes to the note for the desk."""
    client_model, practice_model = apps.get_model("clients", "Client"), apps.get_model("clinic", "Practice")
    region = practice_model.objects.values_list("country", flat=True).first() or "DE"
    seen: set[tuple[str, str]] = set()
    batch: list[Any] = []
    for client in client_model.objects.order_by("pk").iterator(chunk_size=AT_A_TIME):
        bring_into_form(client, region)
        # Two files of one person cannot be put together here: the second keeps a key of its own until a person does.
        if client.email_key and (client.email_key, client.name_key) in seen:
            client.name_key = f"{client.name_key[:300]}\t{client.pk}"
        seen.add((client.email_key, client.name_key))
        batch.append(client)
        if len(batch) == AT_A_TIME:
            client_model.objects.bulk_update(batch, COLUMNS)
            batch = []
    client_model.objects.bulk_update(batch, COLUMNS)


def bring_into_form(client: Any, region: str) -> None:
    """One file, in place."""
    first, last = (
        tidy_name("".join(" " if is_control_letter(letter) else letter for letter in name))
        for name in (client.first_name, client.last_name)
    )
    client.first_name, client.last_name = (first, last) if first or last else ("?", "")
    unread = []
    for column, read in (("email", shown_mailbox), ("phone", lambda text: read_phone(text, region=region))):
        typed = getattr(client, column)
        try:
            setattr(client, column, read(typed) if typed else "")
        except ValidationError:
            setattr(client, column, "")
            unread.append(typed)
    client.desk_note = "; ".join(filter(None, [client.desk_note, *unread]))[:300]
    client.name_key = strict_key(client.first_name, client.last_name)
    client.loose_name_key = loose_key(client.first_name, client.last_name)
    client.email_key, client.phone_key = mailed_form(client.email), phone_digits(client.phone)[:15]
    client.search_text = search_text(
        first=client.first_name, last=client.last_name, email=client.email, phone=client.phone
    )[:2000]
    client.sort_key = sort_key(client.first_name, client.last_name)


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0006_keys_of_a_person"),
        ("clinic", "0010_health_rights"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
