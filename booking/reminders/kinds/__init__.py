"""The kinds of mail, one module each. Importing this registers them, in the order in which lists show them."""

from booking.reminders.kinds import (  # isort: skip  # noqa: F401  the order is that of the lists
    confirmation,
    intake_missing,
    reminder_48h,
    reminder_24h,
    aftercare,
    pain_check,
    rebook,
    moved,
    cancelled,
    please_look,
    care_plan,
    sign_in,
    staff,
)
