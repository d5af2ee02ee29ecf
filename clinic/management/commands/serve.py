"""`manage.py serve`: all of Warmstone in one, as the image runs it for trying: an empty practice, or the demo's."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from clinic.management.commands import demo


class Command(demo.Command):
    """What `demo` does, for who comes from another machine or from outside a container, with all lines in one place."""

    help = "Run web server, Celery worker, beat and the embedded PostgreSQL in one, until told to stop."
    logs_in_files = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to listen, and whether the practice is the demo's."""
        parser.add_argument("--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="where it listens")
        parser.add_argument("--demo", action="store_true", help="with the demo practice in place of an empty one")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        host, _, port = options["bind"].rpartition(":")
        if not host or not port.isdigit():
            raise CommandError(f"--bind is {options['bind']!r}; write it as 0.0.0.0:8000.", returncode=2)
        self.host, self.seeds = host, bool(options["demo"])
        self.run(int(port))

    def greet(self, sign_ins: str) -> None:
        """Where to begin."""
        super().greet(sign_ins)
        if not self.seeds:
            self.say(f"Begin at {settings.SITE_URL}/setup/")
