"""What the whole team must know now: mail that does not go out, a sweep that has stopped, an answer to act on."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.access import clients_for, private_calendars_for
from booking.appointments.time_off import appointments_in_private_time
from booking.models import AHEAD, Appointment, PrivateCalendar, WebhookEndpoint
from booking.scheduling.private_calendars.words import trouble_in_words
from clients.models import Client, Intake, PainScore
from clinic.accounts.rights import may_read_health
from clinic.checks import mail_stays_local
from clinic.mail.delivery_status import current_status
from clinic.models import DeliveryStatus, User
from clinic.operations import health
from clinic.templatetags import moments

# Programs are restarted and moved: a person is told of one that does not answer after a day.
WEBHOOK_TROUBLE_AFTER = dt.timedelta(days=1)


@dataclass(frozen=True)
class Banner:
    """What is wrong in words for the team, and what the mail server said, for whoever runs the server."""

    text: str
    server_said: str = ""

    def __str__(self) -> str:
        return self.text


def banners(user: User) -> list[Banner]:
    """One for each part that is unwell, owners' repairs for owners alone; always the same few queries."""
    parts = health.health_parts()
    way = current_status()
    heard = "" if way.held_since else way.reason if way.is_paused else way.down_reason if way.is_down else ""
    trouble = Banner(delivery_problem(way), heard)
    for_owner = [*owner_problems(parts), *webhook_problems()] if user.is_superuser else []
    return [*([trouble] if trouble.text else []), *map(Banner, [*unhealthy_parts(parts), *for_owner])]


def owner_problems(parts: Mapping[str, health.HealthPart]) -> list[str]:
    """A sentence for each part of the server that needs whoever runs it."""
    ok = {name: part["ok"] for name, part in parts.items()}
    said = []
    if not ok.get("backup", True):
        said.append(
            _(
                "There is no backup from the last day. What is typed today would be lost with this server. "
                "Please ask whoever runs it to look at the nightly backup."
            )
        )
    if not ok["disk"]:
        said.append(
            _(
                "The disk of this server is nearly full. Bookings may stop soon. "
                "Please ask whoever runs it to make room."
            )
        )
    if not ok.get("clocks", True):
        said.append(
            _(
                "The clocks of this server and of its database differ by more than a minute, so reminders may come "
                "at the wrong time. Please ask whoever runs them to set both."
            )
        )
    if ok["database"] and health.has_old_database():
        said.append(
            _(
                "The database program of this server, PostgreSQL %(version)s, is more than six months old and lacks "
                "repairs made since. Please ask whoever runs it to update PostgreSQL and start Warmstone again."
            )
            % {"version": health.database_version()}
        )
    return said


def webhook_problems() -> list[str]:
    """A sentence where programs have taken nothing for a day, or are told nothing any more."""
    failing = list(WebhookEndpoint.objects.failing_since(timezone.now() - WEBHOOK_TROUBLE_AFTER))
    if not failing:
        return []
    hosts = ", ".join(sorted({each.host for each in failing}))
    return [_("Events do not reach %(hosts)s. Look at it under Settings, Programs, Webhooks.") % {"hosts": hosts}]


def unhealthy_parts(parts: Mapping[str, health.HealthPart]) -> list[str]:
    """A sentence for each part of the system that does not work."""
    said = []
    stale = [name for name in ("sweep_reminders", "sweep_mail") if not parts[name]["ok"]]
    if stale:
        said.append(
            _(
                "Reminders and mails are not being looked after right now. "
                "Please ask whoever runs this server to start the worker."
            )
        )
    elif parts["mail_delivery"]["ok"] and not parts["mail_queue"]["ok"]:
        said.append(_("Mails are late. They wait and will go out; nothing is lost."))
    if not parts["jobs"]["ok"]:
        said.append(
            _(
                "Some of the work that runs by itself failed at its last try; it is tried again by itself. "
                "If this stays, please ask whoever runs this server to look at its log."
            )
        )
    if not parts["bookings"]["ok"]:
        said.append(
            _(
                "The nightly check of the bookings found something wrong, or did not run. "
                "Please ask whoever runs this server to run “manage.py verify”."
            )
        )
    return said


def delivery_problem(way: DeliveryStatus) -> str:
    """Why no mail reaches anybody just now; empty where nothing is in the way."""
    if way.held_since is not None:
        return _("All mail is held: %(why)s. An owner looks at it under Data, and lets it go.") % {
            "why": way.held_reason
        }
    if way.is_paused:
        return _(
            "Mail is paused: the mail server refuses our sign-in, or takes no mail from us. Nothing is lost; it goes "
            "out once this is repaired. Please ask whoever runs this server."
        )
    if way.is_down and way.down_since is not None:
        return _(
            "The mail server has not answered since %(since)s. Mails wait and go out once it does, but a reminder may "
            "come too late. Please ask whoever runs this server."
        ) % {"since": moments.month_day_clock(timezone.localtime(way.down_since))}
    if mail_stays_local():
        return _(
            "Mails are written to files on this server, and nobody receives them. "
            "Please ask whoever runs it to set EMAIL_URL."
        )
    return ""


def pain_scores_to_acknowledge(user: User, *, client: Client | None = None) -> list[PainScore]:
    """Numbers of pain after a session that ask for a call and that nobody has seen to, the newest first; of one
    `client` or of all. None for whoever does not read health records."""
    if not may_read_health(user):
        return []
    people = clients_for(user) if client is None else clients_for(user).filter(pk=client.pk)
    return list(PainScore.objects.needing_call().filter(client__in=people).select_related("client"))


def intakes_to_acknowledge(user: User, *, client: Client | None = None) -> list[Intake]:
    """Stop answers not ticked as seen, the worst first, of one `client` or all, each with `next_at`, when they come
    next; none without health rights."""
    if not may_read_health(user):
        return []
    people = clients_for(user) if client is None else clients_for(user).filter(pk=client.pk)
    ahead = Appointment.objects.filter(client=OuterRef("client"), status__in=AHEAD, starts_at__gt=timezone.now())
    waiting = Intake.objects.needing_call().filter(client__in=people).select_related("client")
    waiting = waiting.annotate(next_at=Subquery(ahead.order_by("starts_at").values("starts_at")[:1]))
    return list(waiting.order_by("-triage", "given_at"))


@dataclass(frozen=True)
class PrivateNotice:
    """Calendars that have not been read for hours, each with why; and how many own appointments lie in private time."""

    unread: list[tuple[PrivateCalendar, str]]
    meets: int

    def __bool__(self) -> bool:
        return bool(self.unread or self.meets)


def private_notice(user: User) -> PrivateNotice:
    """What this person is told: of their own appointments alone, as a private time is nobody else's business."""
    calendars = list(private_calendars_for(user).filter(active=True))
    stale = [(each, trouble_in_words(each.trouble)) for each in calendars if each.is_stale]
    # Whoever has no calendar here is asked about no appointment.
    own = any(each.therapist.user_id == user.pk for each in calendars)
    meets = appointments_in_private_time().filter(therapist__user=user).count() if own else 0
    return PrivateNotice(stale, meets)
