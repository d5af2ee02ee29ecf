"""Money at the desk: an appointment's payments, receipts, the day's takings."""
