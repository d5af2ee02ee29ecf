"""One appointment at the desk: safety, plan, note and what is done with it."""
