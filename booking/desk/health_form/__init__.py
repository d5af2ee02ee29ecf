"""The health form at the practice, as the desk begins it: on a tablet, by a code, or entered with the client."""
