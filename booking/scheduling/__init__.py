"""Services, working hours and resources, and which times are free."""
