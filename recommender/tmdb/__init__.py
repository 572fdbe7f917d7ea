"""What a film looks like: drawn poster art (TMDb's own posters join here)."""

from recommender.tmdb.poster_art import PosterArt, draw_poster

__all__ = ["PosterArt", "draw_poster"]
