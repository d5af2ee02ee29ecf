"""Columns of outgoing mail under the names that say what they hold."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clinic", "0017_proved_addresses")]

    operations = [
        migrations.RemoveConstraint("outgoingmail", "mail_said_once"),
        migrations.RenameField("outgoingmail", "once", "dedupe_key"),
        migrations.AlterField(
            "outgoingmail",
            "dedupe_key",
            models.CharField(
                blank=True,
                editable=False,
                help_text="Only one mail has this key.",
                max_length=80,
                verbose_name="written once",
            ),
        ),
        migrations.AddConstraint(
            "outgoingmail",
            models.UniqueConstraint(
                condition=models.Q(("dedupe_key", ""), _negated=True),
                fields=("dedupe_key",),
                name="mail_dedupe_key_once",
            ),
        ),
        migrations.RenameField("outgoingmail", "maybe_duplicate", "maybe_duplicate"),
        migrations.RenameField("outgoingmail", "resend_of", "resend_of"),
        migrations.AlterField(
            "outgoingmail",
            "resend_of",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="resends",
                to="clinic.outgoingmail",
                verbose_name="sent again from",
            ),
        ),
    ]
