"""What happens to a sign-in of the team is noted for the owners, and what matters is mailed to whose it is."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset, authenticator_used
from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.accounts import factor
from clinic.accounts.devices import browser_description
from clinic.mail import ledger
from clinic.mail.kinds import SECURITY
from clinic.mail.rendering import rendered_mail
from clinic.models import DeviceUser, Handover, Practice, SecurityEvent, User
from clinic.operations.worker_signals import wake_worker
from clinic.web.throttle import network_key

SecurityEventKind = SecurityEvent.Kind


def security_notice(kind: str) -> str:
    """What the mail says of an event; empty where none is sent."""
    sentences = {
        SecurityEventKind.NEW_BROWSER: _("Somebody signed in as you with a browser that we had not seen before."),
        SecurityEventKind.PASSWORD: _("Your password was changed."),
        SecurityEventKind.FACTOR_ON: _("A second factor was switched on for your sign-in."),
        SecurityEventKind.FACTOR_OFF: _("The second factor of your sign-in was switched off."),
        SecurityEventKind.PASSKEY_ON: _("A passkey was added to your sign-in."),
        SecurityEventKind.PASSKEY_OFF: _("A passkey of your sign-in was removed."),
        SecurityEventKind.CODES_MADE: _(
            "New recovery codes were made for your sign-in. The old ones open nothing any more."
        ),
        SecurityEventKind.CODE_USED: _("One of your recovery codes was used to sign in."),
        SecurityEventKind.PIN: _("The PIN by which you take a tablet back was set."),
        SecurityEventKind.ADDRESS: _("The address that you sign in with was changed. This one is out of use."),
        SecurityEventKind.KEY_MADE: _("A key was made in your name by which a program works with the practice’s data."),
        SecurityEventKind.RIGHTS: _("What you may do here was changed."),
    }
    return sentences.get(SecurityEventKind(kind), "")


def record_security_event(
    user: User, kind: str, *, request: HttpRequest | None, by: User | None = None, to: str = ""
) -> SecurityEvent:
    """Note an event, and mail it where it matters: to the person, or to the address `to` that was theirs until now.

    The mail is of the secret kind: nobody else of the team reads it, and its words go once it was sent.
    """
    with transaction.atomic():
        event = SecurityEvent.objects.create(
            user=user,
            kind=kind,
            by=by if by is not None and by.pk != user.pk else None,
            browser=browser_description(request) if request else "",
            network=network_key(request)[:50] if request else "",
        )
        sentence = security_notice(kind)
        if sentence:
            write_mail(event, sentence, to=to or user.email)
            transaction.on_commit(lambda: wake_worker("clinic.tasks.send_mail"))
    return event


def write_mail(event: SecurityEvent, sentence: str, *, to: str) -> None:
    """Queue the mail about an event."""
    practice = Practice.current()
    context = {
        "practice": practice,
        "sentence": sentence,
        "when": timezone.localtime(event.at, practice.zone),
        "browser": event.browser,
        "by": str(event.by) if event.by else "",
        "button_url": f"{settings.SITE_URL}{reverse('mfa_index')}",
    }
    ledger.queue_mail(kind=SECURITY, to=to, name=event.user.name, **rendered_mail(SECURITY, context))


def end_unlocks(user: User) -> None:
    """After a change of the keys only a whole sign-in opens a device again."""
    now = timezone.now()
    DeviceUser.objects.filter(user=user).update(signed_out_at=now)
    Handover.objects.filter(suspended=user, ended_at=None).update(ended_at=now)


@receiver([password_changed, password_reset])
def on_password(sender: type, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A new password, by the old one or by a mailed link."""
    end_unlocks(user)
    record_security_event(user, SecurityEventKind.PASSWORD, request=request)


@receiver(authenticator_added)
def on_factor(sender: type, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A second factor; recovery codes come with it by themselves."""
    if authenticator.type == Authenticator.Type.TOTP:
        # The code that showed the new app to be right is used.
        authenticator.data[factor.LAST_STEP] = factor.step_now()
        authenticator.save(update_fields=["data"])
        record_security_event(user, SecurityEventKind.FACTOR_ON, request=request)
    elif authenticator.type == Authenticator.Type.WEBAUTHN:
        record_security_event(user, SecurityEventKind.PASSKEY_ON, request=request)


@receiver(authenticator_removed)
def on_no_factor(sender: type, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A second factor that is gone."""
    if authenticator.type == Authenticator.Type.TOTP:
        end_unlocks(user)
        record_security_event(user, SecurityEventKind.FACTOR_OFF, request=request)
    elif authenticator.type == Authenticator.Type.WEBAUTHN:
        end_unlocks(user)
        record_security_event(user, SecurityEventKind.PASSKEY_OFF, request=request)


@receiver(authenticator_reset)
def on_new_codes(sender: type, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Recovery codes made anew."""
    record_security_event(user, SecurityEventKind.CODES_MADE, request=request)


@receiver(authenticator_used)
def on_code(sender: type, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A recovery code that opened the desk."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        record_security_event(user, SecurityEventKind.CODE_USED, request=request)
