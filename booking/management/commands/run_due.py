"""`manage.py run_due`: the cron alternative to beat and worker, safe beside them."""

from typing import Any

from django.core.management.base import BaseCommand

from booking.actions.erasing import anonymise_due
from booking.actions.networks import forget_networks
from booking.actions.notes import forget_old_drafts
from booking.actions.proving import prove_if_due
from booking.actions.rescreening import rescreen_coming_visits
from booking.actions.waitlist import offer_waiting
from booking.reminders.kinds.care_plan import mail_approved_plans
from booking.reminders.staff_notices import notice_staff
from booking.reminders.sweep import sweep_reminders
from clinic.access_log import seal
from clinic.checks import refuse_what_cannot_work
from clinic.disk import find_room
from clinic.forgetting import forget_expired
from clinic.jobs import each_in_turn, finishing
from clinic.mail.sender import send_due


class Command(BaseCommand):
    """One sweep of reminders and mail."""

    help = "Write the mails of all reminders that are due, then send all mails that are due. Once, in this process."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do both and print one line with the counts. What failed is raised at the end."""
        refuse_what_cannot_work()
        with finishing(), each_in_turn() as take:
            take(rescreen_coming_visits)
            take(offer_waiting)
            written, notices = take(sweep_reminders) + take(mail_approved_plans), take(notice_staff)
            sent = take(send_due)
            take(anonymise_due)
            take(forget_expired)
            take(forget_old_drafts)
            take(forget_networks)
            take(find_room)
            take(seal, "seal_access_log")
            take(self.prove, "prove")
            self.stdout.write(f"reminders written as mail: {written}, notices to staff: {notices}, mails sent: {sent}")

    def prove(self) -> int:
        """Prove the bookings once a day, and print what is wrong; return how much."""
        lines = prove_if_due()
        for line in lines:
            self.stderr.write(line)
        return len(lines)
