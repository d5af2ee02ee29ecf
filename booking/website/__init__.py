"""The practice's public pages: booking, and one appointment by its link."""
