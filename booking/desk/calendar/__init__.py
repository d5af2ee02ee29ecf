"""The day and the week at the desk."""
