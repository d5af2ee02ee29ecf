"""What booking and clients stand on, and the version of Warmstone."""

__version__ = "0.2.0"
