"""What is offered, by whom, when and where."""
