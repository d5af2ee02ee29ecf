"""What a fresh database needs before anyone signs in: the practice's row, the cache table, the guard of the access log."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from clinic.triggers import CREATE_FUNCTION, DROP_FUNCTION, make_append_only

# Unlogged: what a cache or a tally holds may be gone after a crash, and nothing that is asked waits for the disk.
CACHE_TABLE = """
CREATE UNLOGGED TABLE IF NOT EXISTS clinic_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
)
"""


def make_practice(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The one practice, with every default."""
    apps.get_model("clinic", "Practice").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("clinic", "0001_initial")]

    operations = [
        migrations.RunPython(make_practice, migrations.RunPython.noop),
        migrations.RunSQL(
            [CACHE_TABLE, "CREATE INDEX IF NOT EXISTS clinic_cache_expires ON clinic_cache (expires)"],
            "DROP TABLE clinic_cache",
        ),
        migrations.RunSQL("ALTER TABLE clinic_tally SET UNLOGGED", "ALTER TABLE clinic_tally SET LOGGED"),
        migrations.RunSQL(CREATE_FUNCTION, DROP_FUNCTION),
        make_append_only("clinic_accessevent"),
    ]
