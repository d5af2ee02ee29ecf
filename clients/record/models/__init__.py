"""The client, and two records put together."""
