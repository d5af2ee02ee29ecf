"""The kinds of mail, one module each. Importing this registers them, in the order in which lists show them."""

from booking.reminders.kinds import (  # isort: skip  the order is that of the lists
    confirmation,
    intake_missing,
    reminder_48h,
    reminder_24h,
    aftercare,
    next_day,
    pain_check,
    rebook,
    moved,
    cancelled,
    please_look,
    doctor_first,
    care_plan,
    questions_open,
    recall,
    sign_in,
    staff,
    test,
)
