"""Privacy notice and imprint, from what is true of this installation and what the owner filled in: no advice."""
