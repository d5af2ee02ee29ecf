"""Pain before, after and a day and a half later."""
