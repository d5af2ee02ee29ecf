"""What PostgreSQL guards by itself, and what a fresh database needs before anyone signs in."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from clinic.triggers import (
    ends_set_up,
    make_append_only,
    make_guard,
    make_versioned,
    refuse_truncate,
    versions_configuration,
)

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
        make_guard("only_grows"),
        make_guard("raise_version"),
        make_guard("signed_stays"),
        make_append_only("clinic_accessevent", "clinic_accesslogseal", "clinic_securityevent"),
        refuse_truncate("clinic_accessevent", "clinic_accesslogseal", "clinic_securityevent"),
        make_versioned(
            "clinic_deliverystatus",
            "clinic_legaldetails",
            "clinic_legaltext",
            "clinic_practice",
            "clinic_user",
        ),
        make_guard("version_configuration"),
        migrations.RunSQL(
            "INSERT INTO clinic_configurationversion (id, token) VALUES (1, gen_random_uuid())",
            migrations.RunSQL.noop,
        ),
        versions_configuration("clinic_practice", "clinic_picture"),
        # Whose sign-in is switched off takes no appointments.
        versions_configuration("clinic_user", columns="is_active"),
        *ends_set_up(),
    ]
