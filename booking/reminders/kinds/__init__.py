"""The kinds of mail, one module each. Importing this registers them, in the order in which lists show them."""

from booking.reminders.kinds import (  # noqa: F401  the order is that of the lists
    aftercare,
    cancelled,
    care_plan,
    confirmation,
    intake_missing,
    moved,
    pain_check,
    please_look,
    rebook,
    reminder_24h,
    reminder_48h,
    sign_in,
    staff,
    waitlist,
)
