"""Mails around an appointment: what is owed when, the sweep that writes it, and one registry of the kinds of mail.

A new kind of mail is a module in `kinds/`, named in its list, and its words in templates/emails/<code>.txt.
"""
