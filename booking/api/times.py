"""Times as the API speaks them: ISO 8601 with the offset of the practice's zone."""

import datetime as dt

from clinic.models import Practice


def in_zone(instant: dt.datetime, practice: Practice) -> str:
    """An instant as wall time with offset, such as 2026-11-27T09:00:00+01:00."""
    return instant.astimezone(practice.zone).isoformat()
