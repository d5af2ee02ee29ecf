"""Set-up in the browser: from an empty database to the first owner, behind a code that stands in the log."""
