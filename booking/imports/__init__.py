"""Moving in: coming appointments of a file, the work on both kinds of file, and its undoing."""
