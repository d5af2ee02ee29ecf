"""What can be wrong with an archive: each is one line for the person at the terminal."""


class ArchiveError(Exception):
    """The archive cannot be made, read or loaded; the text is the whole message, and nothing was changed."""
