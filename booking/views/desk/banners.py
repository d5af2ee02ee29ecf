"""What the whole team must know now: mail that does not go out, a sweep that has stopped."""

from django.utils.translation import gettext as _

from clinic import health


def banners() -> list[str]:
    """One sentence for each part that is unwell. Costs the same few queries, whatever it finds."""
    parts = health.parts()
    said = []
    if not parts["mail_channel"]["ok"]:
        said.append(
            _("Mail is paused: %(why)s. Nothing is lost; it goes out once this is repaired.")
            % {"why": parts["mail_channel"]["detail"]}
        )
    stale = [name for name in ("sweep_reminders", "sweep_mail") if not parts[name]["ok"]]
    if stale:
        said.append(
            _(
                "Reminders and mails are not being looked after right now. "
                "Please ask whoever runs this server to start the worker."
            )
        )
    elif parts["mail_channel"]["ok"] and not parts["mail_queue"]["ok"]:
        said.append(_("Mails are late. They wait and will go out; nothing is lost."))
    if not parts["bookings"]["ok"]:
        said.append(
            _(
                "The nightly check of the bookings found something wrong, or did not run. "
                "Please ask whoever runs this server to run “manage.py verify”."
            )
        )
    return said
