"""What the desk answers to a form in a panel: it is done, and the page beneath need not be left."""

import json

from django.http import HttpResponse

# The event that `clinic/static/js/desk-panel.js` listens to.
DONE = "desk:done"


def done(words: str, url: str, *, undo: str = "", failed: bool = False) -> HttpResponse:
    """An answer without a page: what was done, where one sees it, and the address that takes it back."""
    told = {"words": words, "url": url, "undo": undo, "failed": failed}
    # Headers are ASCII, which is what `dumps` writes.
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({DONE: told})})
