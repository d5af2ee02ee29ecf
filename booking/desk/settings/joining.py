"""The page behind an invitation's link: choose a password, and be in."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from booking.desk.settings.frame import sent
from booking.desk.settings.people import FirstPasswordForm
from booking.desk.settings.team import accept_invitation
from clinic.accounts.first_sign_in import sign_in_with_new_password
from clinic.accounts.invitations import person_invited
from clinic.models import Invitation, LinkPurpose, Role
from clinic.web.http import HttpRequest, refusals_in
from clinic.web.links import NotByThisLink, opened_by_link


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
