"""Messages, data and networks of the whole practice."""
