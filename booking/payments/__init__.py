"""Money at the appointment: what is owed, what was paid and how, and the numbered receipts. Never card data."""
