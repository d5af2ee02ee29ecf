"""The pages of the intake as forms."""
