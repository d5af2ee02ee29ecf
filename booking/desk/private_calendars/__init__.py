"""Pages on which a therapist says which calendars of their own block times."""
