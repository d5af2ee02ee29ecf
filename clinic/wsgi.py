"""The web application, as gunicorn loads it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

from django.conf import settings
from django.urls import get_resolver
from django.utils.module_loading import import_string

from clinic.checks import refuse_unusable_settings

refuse_unusable_settings()
application = get_wsgi_application()
# The pages' own modules too, before gunicorn forks: else each worker would read them with its first request.
get_resolver().url_patterns  # noqa: B018 - a property that reads them
# What every worker reads from files, likewise: the first booking should not wait for it with its locks held.
for name in settings.READ_BEFORE_FORK:
    import_string(name)()
