"""A country is one of ISO 3166-1. Only forms ask: a row that says otherwise stays until somebody saves it."""

from django.db import migrations, models

import clinic.models.practice


class Migration(migrations.Migration):
    dependencies = [("clinic", "0006_index_mail_ended")]

    operations = [
        migrations.AlterField(
            model_name="practice",
            name="country",
            field=models.CharField(
                default="DE",
                help_text="Two letters. Decides the emergency number and which oils are off by law.",
                max_length=2,
                validators=[clinic.models.practice.check_country],
                verbose_name="country",
            ),
        ),
    ]
