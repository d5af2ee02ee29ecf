"""Rows of money: adjustments of a price, payments, receipts. All of them are only ever added to."""
