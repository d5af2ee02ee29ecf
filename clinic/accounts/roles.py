"""The ready roles: what a therapist and the front desk may do in the admin, and who reads health answers.

The desk itself asks three questions: does this person work here, do they read health records, are they an owner. Roles
answer them: an owner is Django's superuser, a therapist is who gives massages, the front desk is staff in a group that
holds no right to health records. The groups are written anew after every migration, so that they stay what is said
here; a practice that wants something else makes a group of its own.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.http import HttpRequest

from clinic.accounts.security import record_security_event
from clinic.models import SecurityEvent, User
from clinic.models.invitation import Role

SEE = ("view",)
EDIT = ("view", "add", "change")
# By app and model; what is no model of health and no setting of the owner's.
AT_THE_DESK: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("booking.appointment", "booking.waitlistentry", "clients.client", "booking.timeoff"), EDIT),
    **dict.fromkeys(("booking.service", "booking.addon", "booking.room", "booking.stonekit"), SEE),
    **dict.fromkeys(("booking.therapist", "booking.workinghours", "booking.hoursoverride"), SEE),
    **dict.fromkeys(("booking.holiday", "booking.series", "booking.reminder", "clients.clientmerge"), SEE),
}
# Whoever stands at the counter takes everybody's money; a therapist that of their own sessions, without a permission.
MONEY: dict[str, tuple[str, ...]] = {
    "booking.payment": ("view", "add"),
    **dict.fromkeys(("booking.priceadjustment", "booking.receipt"), SEE),
}
HEALTH_RECORDS: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("clients.intake", "clients.intakerequest", "clients.painscore", "clients.screening", "clients.careplan"), SEE
)
READ_HEALTH = ("clinic.read_health_records",)


def codes_of(wanted: dict[str, tuple[str, ...]]) -> set[str]:
    """The permissions of a table above, as `app.codename`."""
    pairs = ((label.split("."), verbs) for label, verbs in wanted.items())
    return {f"{app}.{verb}_{model}" for (app, model), verbs in pairs for verb in verbs}


# Named in English in the database: what a person reads is the label of the role.
READY_GROUPS: dict[Role, tuple[str, frozenset[str]]] = {
    Role.THERAPIST: ("Therapists", frozenset({*codes_of(AT_THE_DESK), *codes_of(HEALTH_RECORDS), *READ_HEALTH})),
    Role.FRONT_DESK: ("Front desk", frozenset({*codes_of(AT_THE_DESK), *codes_of(MONEY)})),
}
READY_NAMES = frozenset(name for name, _codes in READY_GROUPS.values())


def write_ready_groups(**_signal: Any) -> None:
    """Make the groups of the ready roles and give them exactly their permissions. Called after each migration."""
    known = {
        f"{app}.{code}": key
        for key, app, code in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for name, codes in READY_GROUPS.values():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.set([known[code] for code in codes if code in known])


def role_of(user: User) -> Role | None:
    """What somebody does here; None for staff with rights of their own, and for who is not of the team."""
    if user.is_superuser:
        return Role.OWNER
    if READY_GROUPS[Role.FRONT_DESK][0] in {group.name for group in user.groups.all()}:
        return Role.FRONT_DESK
    return Role.THERAPIST if hasattr(user, "therapist") and not user.is_staff else None


def is_last_owner(user: User) -> bool:
    """Whether nobody else could own the practice."""
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    return user.is_superuser and user.is_active and not others.exists()


@transaction.atomic
def give_role(
    user: User,
    role: Role,
    *,
    kind: str = SecurityEvent.Kind.RIGHTS,
    request: HttpRequest | None = None,
    by: User | None = None,
) -> None:
    """Let somebody have the rights of one role and of no other. That a therapist gives massages is said by the
    therapist's own row. `kind` is what the log of sign-ins calls it."""
    user.is_superuser = role == Role.OWNER
    user.is_staff = role != Role.THERAPIST
    user.save(update_fields=["is_superuser", "is_staff"])
    user.user_permissions.clear()
    user.groups.set(groups_of(role))
    record_security_event(user, kind, request=request, by=by)


def groups_of(role: Role) -> Iterable[Group]:
    """The group of a ready role; none for owners, who may do everything."""
    ready = READY_GROUPS.get(role)
    return Group.objects.filter(name=ready[0]) if ready else Group.objects.none()
