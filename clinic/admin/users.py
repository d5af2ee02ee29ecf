"""People who sign in: made here by the practice, switched off here, never deleted."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.admin.base import MergedPages, NeverDeleted
from clinic.edits import MergesEdits
from clinic.identity import same_form
from clinic.models import User

# Who may give rights: otherwise staff with the right to edit people could make themselves owner.
RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg] # generic only in the stubs
    """A new person: address, name, and a password to hand over."""

    class Meta:
        model = User
        fields = ("email", "name")

    def clean_email(self) -> str:
        """One form of each address, and a message beside the field where it is taken in other capitals."""
        email = same_form(self.cleaned_data["email"])
        if User.objects.filter(email=email).exists():
            self.add_error("email", _t("This e-mail is already in use."))
        return email


class UserForm(MergesEdits, UserChangeForm):  # type: ignore[type-arg] # generic only in the stubs
    """Somebody who is there already."""


@admin.register(User)
class UserAdmin(NeverDeleted, MergedPages, DjangoUserAdmin):  # type: ignore[type-arg] # generic only in the stubs
    """People, their rights, and whether they sign in with a second factor."""

    form = UserForm
    add_form = NewUserForm
    list_display = ("email", "name", "is_active", "is_staff", "has_second_factor", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    actions = ("remove_second_factor",)
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "is_active")}),
        (_("Rights"), {"fields": ("is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "name", "usable_password", "password1", "password2")}),
        (_("Rights"), {"fields": ("is_staff",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """People, each with whether a second factor is set up, in one query."""
        people: QuerySet[User] = super().get_queryset(request)
        return people.annotate(second=Exists(Authenticator.objects.filter(user=OuterRef("pk"))))

    @admin.display(description=_("second factor"), boolean=True, ordering="second")
    def has_second_factor(self, user: Any) -> bool:
        """Whether they sign in with a code beside the password."""
        return bool(user.second)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only an owner gives rights."""
        own = super().get_readonly_fields(request, obj)
        return own if request.user.is_superuser else (*own, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An owner's account is changed by owners alone: its password is the key to everything."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    @admin.action(description=_("Remove the second factor (lost phone)"), permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Let people set up a new second factor at their next sign-in."""
        if not request.user.is_superuser:
            people = people.filter(is_superuser=False)
        chosen = list(people)
        Authenticator.objects.filter(user__in=chosen).delete()
        said = ngettext(
            "%(number)d person sets up a new second factor at the next sign-in.",
            "%(number)d people set up a new second factor at the next sign-in.",
            len(chosen),
        )
        messages.success(request, said % {"number": len(chosen)})


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(MergedPages, DjangoGroupAdmin):
    """Groups of rights."""
