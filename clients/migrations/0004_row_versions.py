"""Rows that two people may edit carry a version, which every change raises."""

from django.db import migrations, models

from clinic.triggers import make_versioned


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0003_addresses_that_can_be_mailed"),
        ("clinic", "0009_row_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="aftercarerule",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="aftercaretip",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="bodyarea",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="careplan",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="catalogueinfo",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="cause",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="evidencesource",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="factor",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="healthcondition",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="homecarerule",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="homecaretip",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="oil",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="oilrule",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="onset",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="redflag",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="symptom",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="technique",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="techniquerule",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
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
    ]
