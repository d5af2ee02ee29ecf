"""gunicorn's settings: `gunicorn -c clinic/gunicorn.py clinic.wsgi`. Its own options on the command line win."""

import gc
from typing import Any

# Until the fork all that is made stays: looking through it for garbage, again and again, was a fifth of each start.
gc.disable()

wsgi_app = "clinic.wsgi"
workers = 2
# Read once and shared by the workers: half the time to start, and less memory. Nothing is connected before the fork.
preload_app = True
# Threads let a slow reader, or a booking that waits for a lock, hold up nobody else.
threads = 4
timeout = 30
graceful_timeout = 5  # `make demo` promises to end within ten seconds
keepalive = 5
# As LOG_FORMAT says, and without the tokens of client links, which stand in paths.
logger_class = "clinic.operations.web_log.WebLog"
errorlog = "-"
# Nothing of each request, unless somebody adds --access-logfile -; and then neither the address it came from nor the
# query: verb, path, status, milliseconds, and the name of the request.
accesslog = None
access_log_format = "%(m)s %(U)s %(s)s %(M)s ms %({x-request-id}o)s"
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Have the first worker say the code of the set-up, where nobody owns the practice yet. The others say nothing."""
    if worker.age == 1:
        from clinic.setup.code import announce_at_start

        announce_at_start()


def pre_fork(_server: Any, _worker: Any) -> None:
    """Leave out of every collection of garbage what all workers share, so that it stays shared.

    Two workers and their parent take a third less memory under load (`make bench ARGS=scaling`).
    """
    gc.freeze()
    gc.enable()
