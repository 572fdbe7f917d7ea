"""Marquee: a film recommender that explains each recommendation."""

__all__ = ["__version__"]

__version__ = "0.1.0"
