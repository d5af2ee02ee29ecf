"""The pages of a signed-in client: their visits, their care, what is held about them."""
