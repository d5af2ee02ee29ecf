"""What every page and request shares."""
