"""People who sign in: made here by the practice, switched off here, never deleted."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.accounts.rights import may_read_health
from clinic.accounts.roles import READY_NAMES
from clinic.accounts.security import SecurityEventKind, end_unlocks, record_security_event
from clinic.admin.base import MergedForm, MergedPages, NeverDeleted, fieldset
from clinic.identity import mailed_form
from clinic.models import User
from clinic.web.edits import MergesEdits

# Who may give rights: otherwise staff with the right to edit people could make themselves owner.
RIGHTS_FIELDS = ("is_staff", "is_superuser", "groups", "user_permissions")


def actor_name(request: HttpRequest) -> User | None:
    """The name of who is signed in, for the log."""
    return request.user if isinstance(request.user, User) else None


class NewUserForm(MergedForm):
    """A new person: address and name. Nobody chooses another's password: they get a link when they ask for it."""

    class Meta:
        model = User
        fields = ("email", "name")

    def clean_email(self) -> str:
        """One form of each address, and a message beside the field where it is taken in other capitals."""
        email = mailed_form(self.cleaned_data["email"])
        if User.objects.filter(email=email).exists():
            self.add_error("email", _("This e-mail is already in use."))
        return email

    def save(self, commit: bool = True) -> Any:
        """Without a password: no sign-in works until they set one."""
        self.instance.set_unusable_password()
        return super().save(commit)


class UserForm(MergesEdits, UserChangeForm):  # type: ignore[type-arg] # generic only in the stubs
    """Somebody who is there already."""


@admin.register(User)
class PersonAdmin(NeverDeleted, MergedPages, UserAdmin):  # type: ignore[type-arg] # generic only in the stubs
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
        fieldset(None, "email", "name", "password", "is_active"),
        fieldset(_("Rights"), *RIGHTS_FIELDS),
        fieldset(_("Dates"), "last_login", "date_joined"),
    )
    add_fieldsets = (
        fieldset(
            *(None, "email", "name", "is_staff"),
            about=_(
                "Easier: invite a colleague under Settings, People and rights, at the desk. Somebody added here "
                "chooses a password by “Forgot your password?” on the sign-in page."
            ),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """People, not programs, each with whether a second factor is set up, in one query."""
        people: QuerySet[User] = super().get_queryset(request).filter(api_key=None)
        return people.annotate(second=Exists(Authenticator.objects.filter(user=OuterRef("pk"))))

    @admin.display(description=_("second factor"), boolean=True, ordering="second")
    def has_second_factor(self, user: Any) -> bool:
        """Whether they sign in with a code beside the password."""
        return bool(user.second)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only an owner gives rights."""
        own = super().get_readonly_fields(request, obj)
        return own if request.user.is_superuser else (*own, *RIGHTS_FIELDS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An owner's account is changed by owners alone, and one that reads health records by those who read them.

        Whoever sets its address or password could sign in with it.
        """
        if obj is not None and not request.user.is_superuser:
            beyond = obj.is_superuser or (may_read_health(obj) and not may_read_health(request.user))
            return not beyond and super().has_change_permission(request, obj)
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save; whose address or rights changed reads it, the address also where it was until now."""
        before = User.objects.filter(pk=obj.pk).values_list("email", flat=True).first() if change else None
        super().save_model(request, obj, form, change)
        if before is not None and before != obj.email:
            record_security_event(obj, SecurityEventKind.ADDRESS, request=request, by=actor_name(request), to=before)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save groups and permissions; then what changed of the rights is noted."""
        super().save_related(request, form, formsets, change)
        if change and {*RIGHTS_FIELDS, "is_active"} & set(form.changed_data):
            record_security_event(form.instance, SecurityEventKind.RIGHTS, request=request, by=actor_name(request))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Set a password for somebody, who is told."""
        held = User.objects.filter(pk=id).values_list("password", flat=True)
        before = held.first()
        response: HttpResponse = super().user_change_password(request, id, form_url)
        after = User.objects.filter(pk=id).first()
        if after is not None and after.password != before:
            end_unlocks(after)
            record_security_event(after, SecurityEventKind.PASSWORD, request=request, by=actor_name(request))
        return response

    @admin.action(description=_("Remove the second factor (lost phone)"), permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Let people set up a new second factor at their next sign-in."""
        chosen = [each for each in people if self.has_change_permission(request, each)]
        for each in chosen:
            if Authenticator.objects.filter(user=each).delete()[0]:
                end_unlocks(each)
                record_security_event(each, SecurityEventKind.FACTOR_OFF, request=request, by=actor_name(request))
        said = ngettext(
            "%(number)d person sets up a new second factor at the next sign-in.",
            "%(number)d people set up a new second factor at the next sign-in.",
            len(chosen),
        )
        messages.success(request, said % {"number": len(chosen)})


admin.site.unregister(Group)


@admin.register(Group)
class RolesAdmin(MergedPages, GroupAdmin):
    """Groups of rights. Only an owner gives rights, so that nobody gives them to a group of their own; the ready roles
    are what the program says (clinic.accounts.roles)."""

    def has_add_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """For owners."""
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """For owners, but a ready role is read only: a change would be gone after the next upgrade."""
        return bool(request.user.is_superuser) and (obj is None or obj.name not in READY_NAMES)

    has_delete_permission = has_change_permission
