"""When a mail came to its end, and who dealt with one that ended badly."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clinic", "0003_channel_down")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="settled_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When it came to its last state, whatever that is.",
                null=True,
                verbose_name="ended",
            ),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="acknowledged_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="dealt with"),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="acknowledged_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="dealt with by",
            ),
        ),
    ]
