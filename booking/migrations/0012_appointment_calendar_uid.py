"""Keep the name that an appointment has in calendars with it: so far it followed the address of the site."""

from typing import Any

from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Cast, Concat

import booking.appointments.models.appointment
from clinic.mail.ledger import site_host


def fill(apps: Any, _schema_editor: object) -> None:
    """Give each appointment the name under which its calendar files have gone out until today."""
    address = Concat(Cast(F("public_id"), models.CharField()), Value(f"@{site_host()}"))
    apps.get_model("booking", "Appointment").objects.update(calendar_uid=address)


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0011_price_decimals"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="calendar_uid",
            field=models.CharField(
                default="", editable=False, max_length=255, verbose_name="name of the entry in calendars"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="appointment",
            name="calendar_uid",
            field=models.CharField(
                default=booking.appointments.models.appointment.new_calendar_uid,
                editable=False,
                max_length=255,
                verbose_name="name of the entry in calendars",
            ),
        ),
    ]
