"""Reports: the practice's numbers of a period beside the one before, and who might be asked to come again."""
