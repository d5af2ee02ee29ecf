"""Mails that ended before that was noted: sent ones when they were sent, the others, at the latest known, when written."""

from django.db import migrations

FILL = """
UPDATE clinic_outgoingmail SET settled_at = COALESCE(sent_at, created_at)
WHERE settled_at IS NULL AND state NOT IN ('queued', 'sending', 'retrying')
"""


class Migration(migrations.Migration):
    dependencies = [("clinic", "0004_mail_ended")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
