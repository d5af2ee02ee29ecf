"""The practice's own pictures: checked, made small, stripped of what a camera adds, served under names that last."""
