"""How a country writes times, dates, money and telephone numbers."""
