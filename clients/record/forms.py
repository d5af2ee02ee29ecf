"""Forms over a client's file: who saved it last is known from the access log too."""

import datetime as dt

from clients.models import Client
from clinic.models import AccessEvent
from clinic.web.edits import Editor, MergedRowForm

CONTACT_FIELDS = ("client", "contact")


class MergesFiles(MergedRowForm):
    """A form over a client's file."""

    instance: Client

    def editor(self, since: dt.datetime | None) -> Editor | None:
        """Who saved the file since the page was shown: somebody of the team, or the client."""
        found = [super().editor(since), self.last_change(since)]
        return max((each for each in found if each is not None), key=lambda each: each.at, default=None)

    def last_change(self, since: dt.datetime | None) -> Editor | None:
        """The last line of the access log that tells of a change."""
        changes = AccessEvent.objects.filter(client=self.instance.public_id, noun__in=CONTACT_FIELDS, action="change")
        last = changes.filter(at__gte=since).select_related("user").order_by("-at").first() if since else None
        return Editor(str(last.user or self.instance), last.at) if last is not None else None
