"""Private calendars of therapists: fetched from where they are kept, read for the times that are busy, and no more."""
