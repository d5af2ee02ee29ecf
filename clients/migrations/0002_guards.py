"""What PostgreSQL guards by itself: answers that only grow, and rows that know their version."""

from django.db import migrations

from clinic.triggers import make_append_only, make_versioned, refuse_truncate, versions_configuration


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial"), ("clinic", "0002_guards")]

    operations = [
        make_append_only("clients_intake", "clients_bodymark", "clients_screening"),
        refuse_truncate("clients_intake", "clients_bodymark", "clients_screening"),
        make_versioned("clients_careplan", "clients_catalogueedit", "clients_client"),
        # The practice's edits are part of its configuration: the catalogue is made again after each.
        versions_configuration("clients_catalogueedit"),
    ]
