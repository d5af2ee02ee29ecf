"""Programs of the practice's own, and the keys by which they speak to the API."""
