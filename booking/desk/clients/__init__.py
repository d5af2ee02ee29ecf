"""The client's record at the desk."""
