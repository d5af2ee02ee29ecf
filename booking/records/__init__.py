"""What is held about clients, whole: export, erasure, merge, restore."""
