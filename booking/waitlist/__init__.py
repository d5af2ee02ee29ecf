"""The waitlist: entries, matching, offers, answers, pages and mails."""
