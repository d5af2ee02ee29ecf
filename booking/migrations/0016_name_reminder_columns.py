"""Columns of reminders under the names that say what they hold."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0015_order_therapists")]

    operations = [
        migrations.RemoveConstraint("reminder", "skipped_reminder_says_why"),
        migrations.RenameField("reminder", "why", "skip_reason"),
        migrations.AlterField(
            "reminder", "skip_reason", models.CharField(blank=True, max_length=200, verbose_name="why not")
        ),
        migrations.AddConstraint(
            "reminder",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "skipped"), _negated=True),
                    models.Q(("skip_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="skipped_reminder_has_reason",
            ),
        ),
        migrations.RenameField("reminder", "merged_into", "merged_into"),
        migrations.AlterField(
            "reminder",
            "merged_into",
            models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_reminders",
                to="booking.reminder",
                verbose_name="said in the mail of",
            ),
        ),
    ]
