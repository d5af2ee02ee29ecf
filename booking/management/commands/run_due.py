"""`manage.py run_due`: the cron alternative to beat and worker, safe beside them."""

from typing import Any

from django.core.management.base import BaseCommand

from booking.appointments.integrity import check_integrity_if_due
from booking.imports.work import work_off_imports
from booking.scheduling.private_calendars.refresh import refresh_private_calendars
from booking.upkeep import clean_up, sweep_what_is_due
from booking.webhooks.sender import send_due_webhooks
from clinic.checks import refuse_unusable_settings
from clinic.mail.sender import send_due
from clinic.models import Practice
from clinic.operations.disk import check_database_disk
from clinic.operations.jobs import finish_before_exit, run_each
from clinic.records.access_log import seal_access_log


class Command(BaseCommand):
    """One sweep of reminders and mail."""

    help = "Write the mails of all reminders that are due, then send all mails that are due. Once, in this process."
    # Cron starts it every minute: Django's checks would read every page of the site for it, a third of all it does.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Do both and print one line with the counts. What failed is raised at the end."""
        refuse_unusable_settings()
        practice = Practice.current()
        with finish_before_exit(), run_each() as take:
            done = sweep_what_is_due(take, practice)
            sent, told = take(send_due), take(send_due_webhooks)
            take(refresh_private_calendars)
            clean_up(take, practice)
            take(work_off_imports)
            take(check_database_disk)
            take(seal_access_log, name="seal_access_log")
            take(self.prove, name="prove")
            self.stdout.write(
                f"reminders written as mail: {done['sweep_reminders'] + done['mail_approved_plans']}, "
                f"notices to staff: {done['send_staff_notices']}, mails sent: {sent}, webhook events taken: {told}"
            )

    def prove(self) -> int:
        """Prove the bookings once a day, and print what is wrong; return how much."""
        lines = check_integrity_if_due()
        for line in lines:
            self.stderr.write(line)
        return len(lines)
