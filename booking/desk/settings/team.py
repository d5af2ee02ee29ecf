"""Actions about the team: who is asked to join, who they become, who leaves."""

from django.db import transaction
from django.utils.translation import gettext as _

from booking.models import Therapist
from clinic.accounts.invitations import InvitationRefused, invite_colleague, join_team
from clinic.accounts.roles import give_role, is_last_owner
from clinic.accounts.security import SecurityEventKind, end_unlocks, record_security_event
from clinic.models import Invitation, Practice, Role, User
from clinic.web.http import HttpRequest, StaffRequest


@transaction.atomic
def invite_to_team(
    *, email: str, name: str, role: Role, therapist: Therapist | None, by: User, practice: Practice
) -> Invitation:
    """Invite somebody; a therapist who is not in the list yet is added, so that hours can be set before they come.

    Raises InvitationRefused.
    """
    if role == Role.THERAPIST and therapist is None:
        therapist = Therapist.objects.create(name=name[:80])
    return invite_colleague(
        email=email,
        name=name,
        role=role,
        therapist=therapist.public_id if therapist and role != Role.FRONT_DESK else None,
        by=by,
        practice=practice,
    )


@transaction.atomic
def accept_invitation(invitation: Invitation, user: User, *, request: HttpRequest) -> User:
    """Let somebody in whose password was just set, as the therapist they were invited as. Raises InvitationRefused."""
    joined = join_team(invitation, user, request=request)
    if invitation.therapist is not None:
        Therapist.objects.filter(public_id=invitation.therapist, user=None).update(user=joined)
    return joined


@transaction.atomic
def change_role(user: User, role: Role, *, request: StaffRequest) -> None:
    """Give somebody another role. Raises InvitationRefused where nobody would own the practice any more.

    Whoever works at the front desk alone reads no health answers, so that their therapist's row lets go of them.
    """
    if role != Role.OWNER and is_last_owner(user):
        raise InvitationRefused(_("Somebody must own the practice. Make another person an owner first."), field="role")
    if role == Role.FRONT_DESK:
        Therapist.objects.filter(user=user).update(user=None)
    elif role == Role.THERAPIST and not Therapist.objects.filter(user=user).exists():
        Therapist.objects.create(name=str(user)[:80], user=user)
    give_role(user, role, request=request, by=request.user)


@transaction.atomic
def switch_sign_in(user: User, *, on: bool, request: StaffRequest) -> None:
    """Let somebody in no more, or again. A therapist without a sign-in that works is offered to nobody.

    Raises InvitationRefused for the last owner.
    """
    if not on and is_last_owner(user):
        raise InvitationRefused(_("Somebody must own the practice. Make another person an owner first."))
    user.is_active = on
    user.save(update_fields=["is_active"])
    if not on:
        end_unlocks(user)
    record_security_event(user, SecurityEventKind.RIGHTS, request=request, by=request.user)
