"""The ready roles, and that no migration, model or owner's click gives the front desk a health answer."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.test import Client as Browser

from booking.models import SessionNote, SessionNoteAddendum
from clients.record.admin.health_records import HealthRecord
from clinic.accounts.rights import may_read_health
from clinic.accounts.roles import READY_GROUPS, give_role, is_last_owner, role_of, write_ready_groups
from clinic.models import Role, SecurityEvent, User
from tests.fixtures.cast import PASSWORD, Cast


def held_by(role: Role) -> set[str]:
    """The permissions of a ready role's group, as the database has them."""
    name, _codes = READY_GROUPS[role]
    pairs = Permission.objects.filter(group__name=name).values_list("content_type__app_label", "codename")
    return {f"{app}.{code}" for app, code in pairs}


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(READY_GROUPS))
def test_a_migrated_database_holds_each_role_exactly_as_it_is_said(role: Role) -> None:
    assert held_by(role) == READY_GROUPS[role][1]


@pytest.mark.django_db
@pytest.mark.invariant("I10")
def test_the_front_desk_holds_no_right_to_a_health_record() -> None:
    health: set[type[Model]] = {
        model for model, pages in admin.site._registry.items() if isinstance(pages, HealthRecord)
    }
    assert len(health) >= 4
    health |= {SessionNote, SessionNoteAddendum}
    names = {model._meta.model_name for model in health}
    held = held_by(Role.FRONT_DESK)
    assert not {code for code in held if code.rpartition("_")[2] in names}
    assert "clinic.read_health_records" not in held


@pytest.mark.django_db
def test_what_somebody_added_to_a_ready_role_is_gone_after_the_next_migration() -> None:
    group = Group.objects.get(name="Front desk")
    group.permissions.add(Permission.objects.get(codename="read_health_records"))
    write_ready_groups()
    assert held_by(Role.FRONT_DESK) == READY_GROUPS[Role.FRONT_DESK][1]


def test_a_ready_role_is_read_in_the_admin_and_a_group_of_ones_own_is_edited(cast: Cast) -> None:
    browser = Browser()
    browser.force_login(cast.owner)
    ready, own = Group.objects.get(name="Front desk"), Group.objects.create(name="Bookkeeping")
    right = Permission.objects.get(codename="read_health_records")
    sent = {"name": "Front desk", "permissions": [right.pk]}
    assert browser.post(f"/admin/auth/group/{ready.pk}/change/", sent).status_code == 403
    assert browser.get(f"/admin/auth/group/{ready.pk}/change/").status_code == 200
    assert browser.post(f"/admin/auth/group/{own.pk}/change/", {"name": "Books", "permissions": []}).status_code == 302
    assert not ready.permissions.filter(pk=right.pk).exists()


def test_a_role_takes_the_place_of_every_right_before_and_is_told(cast: Cast) -> None:
    frida = User.objects.create_user("frida@stillwater.example", PASSWORD, name="Frida", is_staff=True)
    frida.user_permissions.add(Permission.objects.get(codename="read_health_records"))
    assert role_of(frida) is None
    give_role(frida, Role.FRONT_DESK, by=cast.owner)
    frida = User.objects.get(pk=frida.pk)
    assert (role_of(frida), frida.is_staff, may_read_health(frida)) == (Role.FRONT_DESK, True, False)
    assert SecurityEvent.objects.filter(user=frida, kind="rights", by=cast.owner).exists()
    give_role(frida, Role.OWNER)
    frida = User.objects.get(pk=frida.pk)
    assert (role_of(frida), may_read_health(frida), frida.groups.count()) == (Role.OWNER, True, 0)


def test_the_front_desk_works_at_the_desk_and_sees_no_settings(cast: Cast) -> None:
    frida = User.objects.create_user("frida@stillwater.example", PASSWORD, name="Frida")
    give_role(frida, Role.FRONT_DESK)
    browser = Browser()
    browser.force_login(User.objects.get(pk=frida.pk))
    asked = {
        "/desk/": 200,
        "/desk/clients/": 200,
        "/desk/settings/": 404,
        "/desk/settings/people/": 404,
        "/admin/booking/appointment/": 200,
        "/admin/clients/intake/": 403,
        "/admin/booking/sessionnote/": 403,
        "/admin/clinic/practice/": 403,
        "/admin/clinic/user/": 403,
    }
    assert {path: browser.get(path).status_code for path in asked} == asked


def test_the_last_owner_is_known(cast: Cast) -> None:
    assert is_last_owner(cast.owner)
    User.objects.create_superuser("second@stillwater.example", PASSWORD)
    assert not is_last_owner(cast.owner)
