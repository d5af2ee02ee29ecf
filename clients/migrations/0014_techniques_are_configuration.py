"""Services and add-ons are of a technique: its changes give the configuration another version as well."""

from django.db import migrations

from clinic.triggers import versions_configuration


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0013_who_added"),
        ("clinic", "0020_configuration_version"),
    ]

    operations = [versions_configuration("clients_technique")]
