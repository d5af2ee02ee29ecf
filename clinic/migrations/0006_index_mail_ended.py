"""What ended badly is looked for by when it ended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clinic", "0005_fill_mail_ended")]

    operations = [
        migrations.RemoveIndex(model_name="outgoingmail", name="mail_ended_badly"),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(
                condition=models.Q(("state__in", ["failed", "uncertain"])),
                fields=["settled_at"],
                name="mail_ended_badly",
            ),
        ),
    ]
