"""The Celery application: tasks are hints to look at the database now, never the queue itself (invariants.md#hints)."""

import gc
import logging
import os
from pathlib import Path

from celery import Celery
from celery.signals import celeryd_after_setup, celeryd_init, setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

from clinic.operations.logs import set_up_logs

QUEUE_FOLDERS = ("data_folder_in", "data_folder_out", "control_folder")

app = Celery("clinic")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def make_folders(sender: Celery, **_kwargs: object) -> None:
    """Make the folders of the filesystem transport for whoever comes first: worker, beat, or a page that hints."""
    options = sender.conf.broker_transport_options or {}
    for name in QUEUE_FOLDERS:
        if name in options:
            Path(options[name]).mkdir(parents=True, exist_ok=True)


@celeryd_init.connect
def check_settings_before_start(**_kwargs: object) -> None:
    """Refuse a default secret, and settings that cannot work, before a worker starts.

    From here to the fork nothing is looked through for garbage, as in `clinic.gunicorn`.
    """
    gc.disable()
    from clinic.checks import refuse_unusable_settings

    refuse_unusable_settings()


@celeryd_after_setup.connect
def share_memory(**_kwargs: object) -> None:
    """Right before the pool is forked, have its processes share what they can, as `clinic.gunicorn.pre_fork` does."""
    from clinic.operations.before_fork import read_before_fork

    read_before_fork()
    gc.freeze()
    gc.enable()


@setup_logging.connect
def keep_logs_as_they_are(loglevel: int = logging.INFO, **_kwargs: object) -> None:
    """Logs as the settings say, but for `--loglevel`; Celery adds nothing."""
    set_up_logs(settings.LOGGING)
    logging.getLogger().setLevel(loglevel)
