"""A PostgreSQL of one's own: the database backend for a practice without a DATABASE_URL.

`base` is the Django backend, `cluster` the side of each process that uses the server, `keeper` the small process that
starts the server and stops it with the last user. docs/decisions/0001-embedded-postgresql.md tells why.
"""
