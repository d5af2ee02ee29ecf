"""Which site the Django admin is."""

from django.contrib.admin.apps import AdminConfig


class PracticeAdminConfig(AdminConfig):
    """The Django admin with the practice's own site in place of the default one."""

    default_site = "clinic.web.admin_site.PracticeSite"
