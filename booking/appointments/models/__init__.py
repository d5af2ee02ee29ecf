"""The appointment and what belongs to it."""
