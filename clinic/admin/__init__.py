"""The practice, its people and its mail in the Django admin."""

from clinic.admin import access, mail, practice, users

__all__ = ["access", "mail", "practice", "users"]
