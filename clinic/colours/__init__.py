"""The practice's own colours: what reads well, what reads well instead, and the style sheet made of them. Pure."""
