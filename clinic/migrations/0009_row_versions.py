"""Rows that two people may edit carry a version, which every change raises."""

from django.db import migrations, models

from clinic.triggers import CREATE_VERSION_FUNCTION, DROP_VERSION_FUNCTION, make_versioned


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0008_appointments_ahead"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailchannel",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="practice",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.RunSQL(CREATE_VERSION_FUNCTION, DROP_VERSION_FUNCTION),
        make_versioned(
            "clinic_mailchannel",
            "clinic_practice",
            "clinic_user",
        ),
    ]
