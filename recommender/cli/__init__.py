"""The command line: build, search, recommend, film, similar, doctor."""

from recommender.cli.program import main, run

__all__ = ["main", "run"]
