"""The web application, as gunicorn loads it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

from clinic.checks import refuse_unusable_settings
from clinic.operations.before_fork import read_before_fork

refuse_unusable_settings()
application = get_wsgi_application()
read_before_fork()
