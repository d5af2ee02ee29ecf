"""The first sign-in of somebody who has just chosen a password."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from clinic.accounts.forms import LoginForm


def sign_in_with_new_password(request: HttpRequest, email: str, password: str) -> HttpResponse:
    """Through the front door, whoever was signed in here before: where a second factor is set up, it is asked for."""
    logout(request)
    form = LoginForm({"login": email, "password": password}, request=request)
    if form.is_valid():
        response: HttpResponse = form.login(request)
        return response
    messages.success(request, _("Your password is set. Please sign in with it."))
    return redirect("account_login")
