"""The Django admin as the practice's own: its name on top, the desk's sign-in, and a 404 for everyone else."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from clinic.web.admin_index import by_job
from clinic.web.http import practice_of

# allauth's own pages would show the secret keys of the second factor, and addresses that nothing here reads.
HIDDEN_MODELS = ("account.EmailAddress", "account.EmailConfirmation", "mfa.Authenticator")


class PracticeSite(AdminSite):
    """The admin of one practice."""

    index_title = _("Everything the practice owns")
    site_url = "/desk/"
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register what the practice works with."""
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        wanted = [model for model in models if model._meta.label not in HIDDEN_MODELS]
        super().register(wanted, admin_class, **options)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Title the pages with the practice's name."""
        name = practice_of(request).name
        return {**super().each_context(request), "site_title": name, "site_header": name}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """All that the person may open, by what it is for; the page of one app stays Django's."""
        apps = super().get_app_list(request, app_label)
        return apps if app_label is not None else by_job(apps, index=reverse("admin:index"))

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff may pass; another person who is signed in learns nothing, not even that this is the admin (I8)."""
        allowed = super().has_permission(request)
        if request.user.is_authenticated and not allowed:
            raise Http404
        return allowed

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One sign-in everywhere: allauth's, with its throttle and its second factor."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign out by allauth, as from every other page."""
        return HttpResponseRedirect(reverse("account_logout"))
