"""Marquee: finds you films you will like and shows you why."""

__all__ = ["__version__"]

__version__ = "0.1.0"
