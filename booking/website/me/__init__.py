"""A signed-in client's own pages."""
