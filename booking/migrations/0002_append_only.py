"""The history of an appointment and the addenda of a signed note only ever grow."""

from django.db import migrations

from clinic.triggers import only_grows


class Migration(migrations.Migration):
    dependencies = [("booking", "0001_initial"), ("clinic", "0002_ground")]

    operations = [only_grows("booking_appointmentchange", "booking_sessionnoteaddendum")]
