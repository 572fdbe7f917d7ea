"""Marquee: finds you films you will like and shows you why."""
