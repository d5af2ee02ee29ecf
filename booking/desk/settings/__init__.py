"""What an owner sets: ten short pages over the same rules as the admin."""
