"""`manage.py run_due`: the cron alternative to beat and worker, safe beside them."""

from typing import Any

from django.core.management.base import BaseCommand

from booking.appointments.integrity_check import check_integrity_if_due
from booking.appointments.rescreening import rescreen_coming_appointments
from booking.imports.work import work_off_imports
from booking.reminders.kinds.care_plan import mail_approved_plans
from booking.reminders.staff_notices import send_staff_notices
from booking.reminders.sweep import sweep_reminders
from booking.scheduling.private_calendars.refresh import refresh_private_calendars
from booking.upkeep import clean_up
from booking.waitlist.offers import offer_free_times
from booking.webhooks.actions import stop_hopeless_endpoints
from booking.webhooks.sender import send_due_webhooks
from clinic.checks import refuse_unusable_settings
from clinic.mail.sender import send_due
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
        with finish_before_exit(), run_each() as take:
            take(rescreen_coming_appointments)
            take(offer_free_times)
            written, notices = take(sweep_reminders) + take(mail_approved_plans), take(send_staff_notices)
            take(stop_hopeless_endpoints)
            sent, told = take(send_due), take(send_due_webhooks)
            take(refresh_private_calendars)
            clean_up(take)
            take(work_off_imports)
            take(check_database_disk)
            take(seal_access_log, "seal_access_log")
            take(self.prove, "prove")
            self.stdout.write(
                f"reminders written as mail: {written}, notices to staff: {notices}, mails sent: {sent}, "
                f"webhook events taken: {told}"
            )

    def prove(self) -> int:
        """Prove the bookings once a day, and print what is wrong; return how much."""
        lines = check_integrity_if_due()
        for line in lines:
            self.stderr.write(line)
        return len(lines)
