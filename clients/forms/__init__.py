"""Forms of the first floor, one per intention."""
