"""People and rights: who works here, who is invited and joins, what each may do."""

import uuid
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import owner_only
from booking.appointments.forms import LaidOut
from booking.desk.settings.frame import confirms_conflicts, sent
from booking.desk.settings.team import accept_invitation, change_role, invite_to_team, switch_sign_in
from booking.models import Therapist
from clinic.accounts.first_sign_in import sign_in_with_new_password
from clinic.accounts.invitations import person_invited, send_invitation_again, withdraw_invitation
from clinic.accounts.roles import is_last_owner, role_of
from clinic.accounts.security import SecurityEventKind, end_unlocks, record_security_event
from clinic.errors import Refusal
from clinic.identity.fields import MailboxFormField
from clinic.models import Invitation, LinkPurpose, Role, User
from clinic.web.http import HttpRequest, StaffRequest, redirect_saying, refusals_in
from clinic.web.links import NotByThisLink, opened_by_link
from clinic.web.post_only import post_only

ROLE_NOTES = {
    Role.OWNER: gettext_lazy("Sees and changes everything, these settings too."),
    Role.THERAPIST: gettext_lazy("The calendar, clients with their health answers, their own session notes."),
    Role.FRONT_DESK: gettext_lazy("The calendar, booking, contact and payments. No health answers, no session notes."),
}


def role_choices() -> list[tuple[str, str]]:
    """The roles with what each may see."""
    return [(role.value, f"{str(role.label).capitalize()}: {ROLE_NOTES[role]}") for role in Role]


class InvitationForm(LaidOut, forms.Form):
    """Who is invited, where the mail goes, and what they will do."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    email = MailboxFormField(label=gettext_lazy("E-mail"))
    role = forms.TypedChoiceField(
        label=gettext_lazy("What they do here"), choices=role_choices, coerce=Role, widget=forms.RadioSelect
    )
    therapist = forms.ModelChoiceField(
        label=gettext_lazy("In the list of therapists"),
        queryset=Therapist.objects.filter(user=None),
        to_field_name="public_id",
        required=False,
        empty_label=gettext_lazy("Not there yet: add them"),
        help_text=gettext_lazy("For a therapist who has hours and services here already, but no sign-in."),
    )


class RoleForm(LaidOut, forms.Form):
    """What somebody does here."""

    role = forms.TypedChoiceField(
        label=gettext_lazy("What they do here"), choices=role_choices, coerce=Role, widget=forms.RadioSelect
    )


class FirstPasswordForm(LaidOut, SetPasswordForm):  # type: ignore[type-arg] # generic only in the stubs
    """The password that a new colleague chooses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("Your password")
        self.fields["new_password1"].help_text = _("Twelve characters or more: a few words that only you put together.")
        self.fields["new_password2"].label, self.fields["new_password2"].help_text = _("The same again"), ""


def team_members() -> QuerySet[User]:
    """Everybody who works here or did, each with whether a second factor is set up; those who left last."""
    works = Q(is_staff=True) | Q(is_superuser=True) | Q(therapist__isnull=False)
    second = Exists(Authenticator.objects.filter(user=OuterRef("pk")))
    found = User.objects.filter(works).select_related("therapist").prefetch_related("groups")
    return found.annotate(has_second_factor=second).order_by("-is_active", "name", "email")


def colleague(key: int) -> User:
    """One of them. Raises Http404."""
    return get_object_or_404(team_members(), pk=key)


@owner_only
@require_safe
def people_page(request: StaffRequest) -> HttpResponse:
    """Who works here with which role, and who is invited."""
    context = {
        "people": [(each, role_of(each)) for each in team_members()],
        "waiting": Invitation.objects.waiting().select_related("invited_by"),
    }
    return render(request, "booking/desk/settings/people.html", context)


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def invite_page(request: StaffRequest) -> HttpResponse:
    """Name, address, role; on POST the mail goes out."""
    begins = {"role": Role.THERAPIST, "therapist": request.GET.get("therapist", "")}
    form = InvitationForm(sent(request), initial=begins)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        with refusals_in(form, "email"):
            invite_to_team(**typed, by=request.user, practice=request.practice)
            say_mailed(request, _("Invited. The mail is on its way to %(address)s.") % {"address": typed["email"]})
            return redirect("booking:desk-settings-people")
    context = {
        "form": form,
        "title": _("Invite a colleague"),
        "lead": _("They get a mail with a link, and choose their own password and second factor."),
        "back_url": "booking:desk-settings-people",
        "back_title": _("People and rights"),
        "button": _("Send the invitation"),
    }
    return render(request, "booking/desk/settings/form.html", context, status=422 if form.errors else 200)


@owner_only
@post_only("booking:desk-settings-people")
def invite_again(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Mail a new link; the one before opens nothing any more."""
    invitation = get_object_or_404(Invitation.objects.waiting(), public_id=public_id)
    send_invitation_again(invitation, request.practice)
    say_mailed(request, _("Sent again to %(address)s.") % {"address": invitation.email})
    return redirect("booking:desk-settings-people")


def say_mailed(request: StaffRequest, said: str) -> None:
    """What was mailed to whom; where no mail server is set, that nobody got it."""
    if settings.EMAIL_URL:
        messages.success(request, said)
    else:
        messages.warning(request, _("Invited, but no mail goes out: set the mail server, then tap “Send again”."))


@owner_only
@post_only("booking:desk-settings-people")
def withdraw(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take an invitation back."""
    withdraw_invitation(get_object_or_404(Invitation.objects.waiting(), public_id=public_id))
    return redirect_saying(request, _("Taken back. Its link opens nothing any more."), "booking:desk-settings-people")


@owner_only
@confirms_conflicts
@require_http_methods(["GET", "HEAD", "POST"])
def person_page(request: StaffRequest, key: int) -> HttpResponse:
    """One person: their role. On POST it is changed."""
    person = colleague(key)
    now = role_of(person)
    form = RoleForm(sent(request), initial={"role": now})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            change_role(person, form.cleaned_data["role"], request=request)
            messages.success(request, _("Saved. %(name)s is told by mail.") % {"name": person})
            return redirect("booking:desk-settings-people")
    context = {
        "person": person,
        "role": now,
        "form": form,
        "is_last_owner": is_last_owner(person),
    }
    return render(request, "booking/desk/settings/person.html", context, status=422 if form.errors else 200)


@owner_only
@confirms_conflicts
@post_only("booking:desk-settings-person", "key")
def switch_person(request: StaffRequest, key: int) -> HttpResponse:
    """Let somebody in no more, or again."""
    person, turns_on = colleague(key), request.POST.get("on") == "1"
    try:
        switch_sign_in(person, on=turns_on, request=request)
    except Refusal as refusal:
        messages.error(request, refusal.for_team)
        return redirect("booking:desk-settings-person", key=key)
    said = _("%(name)s can sign in again.") if turns_on else _("%(name)s cannot sign in any more.")
    return redirect_saying(request, said % {"name": person}, "booking:desk-settings-people")


@owner_only
@post_only("booking:desk-settings-person", "key")
def drop_second_factor(request: StaffRequest, key: int) -> HttpResponse:
    """A lost phone: they set up a new second factor when they sign in next."""
    person = colleague(key)
    if Authenticator.objects.filter(user=person).delete()[0]:
        end_unlocks(person)
        record_security_event(person, SecurityEventKind.FACTOR_OFF, request=request, by=request.user)
    messages.success(request, _("%(name)s sets up a new second factor at the next sign-in.") % {"name": person})
    return redirect("booking:desk-settings-person", key=key)


@opened_by_link(LinkPurpose.INVITATION)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Who invites, to what, and the password to choose. On POST they are signed in, the second factor comes next."""
    invitation = Invitation.objects.waiting().filter(public_id=subject).select_related("invited_by").first()
    if invitation is None or invitation.is_expired:
        raise NotByThisLink
    person = person_invited(invitation)
    form = FirstPasswordForm(person, sent(request))
    if request.method == "POST" and form.is_valid():
        person.set_password(form.cleaned_data["new_password1"])
        with refusals_in(form):
            accept_invitation(invitation, person, request=request)
            return sign_in_with_new_password(request, person.email, form.cleaned_data["new_password1"])
    context = {"invitation": invitation, "role": Role(invitation.role).label, "form": form}
    return render(request, "booking/desk/settings/invitation.html", context, status=422 if form.errors else 200)
