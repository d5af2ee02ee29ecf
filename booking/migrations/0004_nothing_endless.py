"""No appointment blocks anything for longer than two days, so that whoever reads some days can leave out all before."""

import datetime

import django.db.models.expressions
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0003_default_rules"),
        ("clients", "0003_addresses_that_can_be_mailed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.expressions.CombinedExpression(
                        models.F("kit_blocked_until"), "-", models.F("blocked_from")
                    ),
                    datetime.timedelta(days=2),
                ),
                name="appointment_is_not_endless",
                violation_error_message="An appointment with its buffers may take two days at most.",
            ),
        ),
    ]
