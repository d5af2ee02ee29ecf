"""From the text of somebody else's calendar to its busy times: without Django, secrets or rows, in a process apart."""
