"""The owner's list of what is still to do before clients can book, and the shortest way through each line of it."""
