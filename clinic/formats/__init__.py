"""Formats that Django looks up by language (FORMAT_MODULE_PATH)."""
