"""Since when nobody has answered at the mail server, and why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clinic", "0002_ground")]

    operations = [
        migrations.AddField(
            model_name="mailchannel",
            name="down_since",
            field=models.DateTimeField(
                blank=True,
                help_text="Nobody could be talked to; empty once a mail went out.",
                null=True,
                verbose_name="no answer since",
            ),
        ),
        migrations.AddField(
            model_name="mailchannel",
            name="down_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="no answer because"),
        ),
    ]
