"""The log of sign-ins only grows."""

from django.db import migrations

from clinic.triggers import make_append_only, refuse_truncate


class Migration(migrations.Migration):
    dependencies = [("clinic", "0014_devices_and_sign_ins")]

    operations = [make_append_only("clinic_securityevent"), refuse_truncate("clinic_securityevent")]
