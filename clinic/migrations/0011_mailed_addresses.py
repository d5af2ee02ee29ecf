from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from clinic.identity import mailed_form

BEYOND_ASCII = r"[^\x01-\x7f]"


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Spell domains beyond ASCII as the DNS does: sign-ins and mails are found by that form."""
    for model, column in (("User", "email"), ("OutgoingMail", "to_email")):
        rows = apps.get_model("clinic", model).objects.filter(**{f"{column}__regex": BEYOND_ASCII})
        for row in rows.order_by("pk").iterator(chunk_size=1000):
            setattr(row, column, mailed_form(getattr(row, column)))
            row.save(update_fields=[column])


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0010_health_rights"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
