"""What is kept about records: the access log, sealed text, exports."""
