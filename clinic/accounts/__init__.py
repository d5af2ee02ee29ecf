"""People who sign in: passwords, second factor, devices, sessions."""
