"""The whole database as one encrypted file, and back: no program of PostgreSQL is needed, only the connection.

A backup is a tar archive, compressed with gzip and encrypted in the age format. `age` reads and writes that format,
`tables` asks PostgreSQL what there is, `saving` writes a backup, `loading` reads one, `dated` names the files of a
folder. What a restored practice needs beyond its rows (mail on hold, erasures done again) is `booking`'s part.
"""
