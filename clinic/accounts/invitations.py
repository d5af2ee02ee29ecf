"""Asking a colleague to join: a mail with a link that works once and for a week; they choose their own password."""

import datetime as dt
import uuid

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.accounts.roles import give_role
from clinic.accounts.second_factor import is_team_member
from clinic.errors import Refusal
from clinic.identity import address_equals, mailed_form
from clinic.mail import ledger
from clinic.mail.kinds import INVITATION
from clinic.mail.rendering import rendered_mail
from clinic.models import ClientLink, Invitation, LinkPurpose, Practice, Role, SecurityEvent, User
from clinic.operations.worker_signals import wake_worker
from clinic.web.links import link_url, mint_link

INVITATION_LASTS = dt.timedelta(days=7)


class InvitationRefused(Refusal):
    """Why an invitation cannot be made or accepted, in a sentence."""

    usual_code = "invitation_refused"


def colleague_with(address: str) -> User | None:
    """Who of the team signs in with this address already."""
    found = User.objects.filter(address_equals(address)).first()
    return found if found is not None and is_team_member(found) else None


@transaction.atomic
def invite_colleague(
    *, email: str, name: str, role: Role, therapist: uuid.UUID | None, by: User, practice: Practice
) -> Invitation:
    """Invite somebody and mail them. Raises InvitationRefused where they work here, or are invited already."""
    if colleague_with(email) is not None:
        raise InvitationRefused(_("Somebody of the team signs in with this address already."))
    if Invitation.objects.waiting().filter(address_equals(email)).exists():
        raise InvitationRefused(_("This person is invited already. Send that invitation again, or take it back."))
    made = Invitation.objects.create(
        email=mailed_form(email),
        name=name,
        role=role,
        therapist=therapist,
        invited_by=by,
        expires_at=timezone.now() + INVITATION_LASTS,
    )
    mail_invitation(made, practice)
    return made


def end_links(invitation: Invitation) -> None:
    """Let no link of it open anything any more."""
    ClientLink.objects.filter(purpose=LinkPurpose.INVITATION, subject=invitation.public_id).delete()


@transaction.atomic
def send_invitation_again(invitation: Invitation, practice: Practice) -> None:
    """Mail a new link, good for another week; those before open nothing any more."""
    end_links(invitation)
    invitation.expires_at = timezone.now() + INVITATION_LASTS
    invitation.save(update_fields=["expires_at"])
    mail_invitation(invitation, practice)


@transaction.atomic
def withdraw_invitation(invitation: Invitation) -> None:
    """Take it back: its links open nothing any more."""
    end_links(invitation)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])


def mail_invitation(invitation: Invitation, practice: Practice) -> None:
    """Queue the mail with a new link. Nobody of the team reads it, and its words go once it was sent."""
    token = mint_link(
        purpose=LinkPurpose.INVITATION, subject=invitation.public_id, lasts=INVITATION_LASTS, by_mail=True
    )
    context = {
        "practice": practice,
        "invitation": invitation,
        "expires": timezone.localtime(invitation.expires_at, practice.zone),
        "button_url": link_url("booking:invitation", token),
    }
    ledger.queue_mail(
        kind=INVITATION,
        to=invitation.email,
        name=invitation.name,
        **rendered_mail(INVITATION, context),
        not_after=invitation.expires_at,
    )
    transaction.on_commit(lambda: wake_worker("clinic.tasks.send_mail"))


def person_invited(invitation: Invitation) -> User:
    """Whoever signs in with the address already, as a client or a colleague of before; else somebody new, unsaved."""
    found = User.objects.filter(address_equals(invitation.email)).first()
    return found or User(email=invitation.email, name=invitation.name)


def join_team(invitation: Invitation, user: User, *, request: HttpRequest) -> User:
    """Let the person in whose password was just set on `user`, with the role they were invited for.

    In the transaction of the caller. Raises InvitationRefused where the invitation is over: two taps are one.
    """
    claimed = Invitation.objects.waiting().filter(pk=invitation.pk).select_for_update().first()
    if claimed is None or claimed.is_expired or (user.pk and is_team_member(user)):
        raise InvitationRefused(_("This invitation is over. If you have a password already, please sign in with it."))
    user.name = user.name or claimed.name
    user.is_active = True
    user.save()
    give_role(user, Role(claimed.role), kind=SecurityEvent.Kind.JOINED, request=request, by=claimed.invited_by)
    claimed.accepted_at, claimed.accepted_by = timezone.now(), user
    claimed.save(update_fields=["accepted_at", "accepted_by"])
    end_links(claimed)
    return user
