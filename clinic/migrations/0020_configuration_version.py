"""Every change of the practice's configuration gives it another version."""

import uuid

from django.db import migrations, models

from clinic.triggers import CREATE_CONFIGURATION_FUNCTION, DROP_CONFIGURATION_FUNCTION, versions_configuration


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0019_mail_kinds"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConfigurationVersion",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("token", models.UUIDField(default=uuid.uuid4, verbose_name="token")),
            ],
            options={
                "verbose_name": "version of the configuration",
                "verbose_name_plural": "versions of the configuration",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="configuration_version_is_one_row")
                ],
            },
        ),
        migrations.RunSQL(CREATE_CONFIGURATION_FUNCTION, DROP_CONFIGURATION_FUNCTION),
        migrations.RunSQL(
            "INSERT INTO clinic_configurationversion (id, token) VALUES (1, gen_random_uuid())",
            migrations.RunSQL.noop,
        ),
        versions_configuration("clinic_practice"),
        # Whose sign-in is switched off takes no appointments.
        versions_configuration("clinic_user", columns="is_active"),
    ]
