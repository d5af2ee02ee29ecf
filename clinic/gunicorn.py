"""gunicorn's settings: `gunicorn -c clinic/gunicorn.py clinic.wsgi`. Its own options on the command line win."""

wsgi_app = "clinic.wsgi"
workers = 2
# Read once and shared by the workers: half the time to start, and less memory. Nothing is connected before the fork.
preload_app = True
# Threads let a slow reader, or a booking that waits for a lock, hold up nobody else.
threads = 4
timeout = 30
graceful_timeout = 5  # `make demo` promises to end within ten seconds
keepalive = 5
# Addresses and names stay out of the logs: the proxy in front may log requests, and paths can hold a link's token.
accesslog = None
errorlog = "-"
control_socket_disable = True
