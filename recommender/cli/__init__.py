"""The command line: ``python -m recommender COMMAND``."""

from recommender.cli.program import main, run

__all__ = ["main", "run"]
