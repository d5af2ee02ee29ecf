"""Services, therapists and holidays in the Django admin."""
