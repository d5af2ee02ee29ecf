"""`manage.py run_due`: the cron alternative to beat and worker, safe beside them."""

from typing import Any

from django.core.management.base import BaseCommand

from booking.actions.erasing import anonymise_due
from booking.actions.handing_out import hand_out_plans
from booking.actions.noticing import notice_staff
from booking.actions.proving import prove_if_due
from booking.actions.reminding import sweep_reminders
from booking.actions.rescreening import rescreen_coming_visits
from booking.actions.waitlist import offer_waiting
from clinic.mail.sender import send_due


class Command(BaseCommand):
    """One sweep of reminders and mail."""

    help = "Write the mails of all reminders that are due, then send all mails that are due. Once, in this process."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do both and print one line with the counts."""
        rescreen_coming_visits()
        offer_waiting()
        written, notices = sweep_reminders() + hand_out_plans(), notice_staff()
        sent = send_due()
        anonymise_due()
        for line in prove_if_due():
            self.stderr.write(line)
        self.stdout.write(f"reminders written as mail: {written}, notices to staff: {notices}, mails sent: {sent}")
