"""The client's record: found, corrected, exported, merged and erased."""
