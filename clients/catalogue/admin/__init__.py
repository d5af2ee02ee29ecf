"""The care catalogue in the Django admin."""
