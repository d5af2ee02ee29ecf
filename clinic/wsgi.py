"""The web application, as gunicorn loads it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

from clinic.checks import refuse_default_secret

refuse_default_secret()
application = get_wsgi_application()
