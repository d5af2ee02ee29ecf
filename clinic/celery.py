"""The Celery application: tasks are hints to look at the database now, never the queue itself (invariants.md#hints)."""

import logging
import os
from pathlib import Path

from celery import Celery
from celery.signals import celeryd_init, setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

QUEUE_FOLDERS = ("data_folder_in", "data_folder_out", "control_folder")

app = Celery("clinic")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def make_folders(**_kwargs: object) -> None:
    """Make the folders of the filesystem transport for whoever comes first: worker, beat, or a page that hints."""
    options = app.conf.broker_transport_options or {}
    for name in QUEUE_FOLDERS:
        if name in options:
            Path(options[name]).mkdir(parents=True, exist_ok=True)


@celeryd_init.connect
def check_settings_before_start(**_kwargs: object) -> None:
    """Refuse a default secret, and settings that cannot work, before a worker starts."""
    from clinic.checks import refuse_unusable_settings

    refuse_unusable_settings()


@setup_logging.connect
def keep_logs_as_they_are(loglevel: int = logging.INFO, **_kwargs: object) -> None:
    """Django has set the logs up as the settings say: take over only `--loglevel`, and let Celery add nothing."""
    logging.getLogger().setLevel(loglevel)
