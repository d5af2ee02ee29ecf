"""What PostgreSQL guards by itself: answers that only grow, and rows that know their version."""

from django.db import migrations

from clinic.triggers import make_append_only, make_versioned, refuse_truncate, versions_configuration


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial"), ("clinic", "0002_guards")]

    operations = [
        make_append_only("clients_intake", "clients_bodymark", "clients_screening"),
        refuse_truncate("clients_intake", "clients_bodymark", "clients_screening"),
        make_versioned(
            "clients_aftercarerule",
            "clients_aftercaretip",
            "clients_bodyarea",
            "clients_careplan",
            "clients_catalogueinfo",
            "clients_cause",
            "clients_claim",
            "clients_client",
            "clients_evidencesource",
            "clients_factor",
            "clients_healthcondition",
            "clients_homecarerule",
            "clients_homecaretip",
            "clients_oil",
            "clients_oilrule",
            "clients_onset",
            "clients_redflag",
            "clients_symptom",
            "clients_technique",
            "clients_techniquerule",
        ),
        # Services and add-ons are of a technique, and the catalogue is read again where another edition is in force.
        versions_configuration("clients_catalogueinfo", "clients_technique"),
    ]
