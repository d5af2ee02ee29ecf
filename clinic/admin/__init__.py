"""The practice, its people and its mail in the Django admin."""

from clinic.admin import access, mail, practice, programs, users
