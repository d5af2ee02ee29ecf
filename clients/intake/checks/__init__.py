"""What each page of the health form may hold. Forms help a person to answer well; these checks are the rule."""
