"""The log of sign-ins only grows."""

from django.db import migrations

from clinic.triggers import never_emptied, only_grows


class Migration(migrations.Migration):
    dependencies = [("clinic", "0014_devices_and_sign_ins")]

    operations = [only_grows("clinic_securityevent"), never_emptied("clinic_securityevent")]
