"""Dates and times as this house writes them: day before month, the clock in twenty-four hours."""
