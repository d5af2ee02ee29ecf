"""The whole database as one encrypted file, and back: no program of PostgreSQL is needed, only the connection.

`sealing` encrypts a stream, `parts` is the format inside it, `tables` asks PostgreSQL what there is, `saving` writes an
archive, `loading` reads one. What a restored practice needs beyond its rows (mail on hold, erasures done again) is the
business of the floors above.
"""
