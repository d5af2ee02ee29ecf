"""Rows that two people may edit carry a version, which every change raises."""

from django.db import migrations, models

from clinic.triggers import make_versioned


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0006_history_tells_more"),
        ("clinic", "0009_row_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="addon",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="holiday",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="hoursoverride",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="messagetext",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="reminderrule",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="room",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="sessionnote",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="stonekit",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="therapist",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="timeoff",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="waitlistentry",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        migrations.AddField(
            model_name="workinghours",
            name="row_version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, editable=False, verbose_name="version of the row"
            ),
        ),
        make_versioned(
            "booking_addon",
            "booking_appointment",
            "booking_holiday",
            "booking_hoursoverride",
            "booking_messagetext",
            "booking_reminderrule",
            "booking_room",
            "booking_service",
            "booking_sessionnote",
            "booking_stonekit",
            "booking_therapist",
            "booking_timeoff",
            "booking_waitlistentry",
            "booking_workinghours",
        ),
    ]
