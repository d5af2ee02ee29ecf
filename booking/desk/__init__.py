"""The therapist's desk."""
