from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from clinic.identity import searchable_words


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give everyone their place in the order of the language."""
    for therapist in apps.get_model("booking", "Therapist").objects.order_by("pk"):
        therapist.sort_key = searchable_words(therapist.name)
        therapist.save(update_fields=["sort_key"])


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0014_proved_addresses"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="therapist",
            options={
                "ordering": ["position", "sort_key", "name"],
                "verbose_name": "therapist",
                "verbose_name_plural": "therapists",
            },
        ),
        migrations.AddField(
            model_name="therapist",
            name="sort_key",
            field=models.CharField(blank=True, db_collation="C", editable=False, max_length=320),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
