"""The usual reminder rules, so that a fresh practice sends what clients expect before anyone opens the admin."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Kind, counted from, minutes: design.md section 8, as it was when this step was written.
RULES = (
    ("confirmation", "booking", 0),
    ("intake-missing", "start", 3 * 24 * 60),
    ("reminder-48h", "start", 48 * 60),
    ("reminder-24h", "start", 24 * 60),
    ("aftercare", "end", 2 * 60),
    ("pain-check", "end", 36 * 60),
    ("rebook", "end", 0),
)


def write_rules(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """One general rule of each kind that has none."""
    rules = apps.get_model("booking", "ReminderRule").objects
    for kind, anchor, minutes in RULES:
        rules.get_or_create(kind=kind, service=None, defaults={"anchor": anchor, "minutes": minutes})


class Migration(migrations.Migration):
    dependencies = [("booking", "0002_append_only")]

    operations = [migrations.RunPython(write_rules, migrations.RunPython.noop)]
