"""Moving in: a file of clients, read, compared with what is here, taken over and undone."""
