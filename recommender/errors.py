"""Every error Marquee raises on purpose.

``MarqueeError``
    ``CatalogueError`` - the catalogue is missing, damaged or cannot be built
        ``UnknownFilm`` - a tconst the catalogue does not hold
        ``FilmFileError`` - a file of films is missing, damaged or has a wrong row
    ``PeopleError`` - people's data cannot be read or written
    ``ModelError`` - the fitted model is missing, damaged or of another version
    ``SettingsError`` - a setting has a value that makes no sense

Each message is a sentence a person can act on; pages and the command line show it as it is.
"""


class MarqueeError(Exception):
    """Root of all errors raised on purpose."""


class CatalogueError(MarqueeError):
    """The catalogue is missing, damaged or cannot be built."""


class UnknownFilm(CatalogueError):  # noqa: N818 - reads as what it says
    """A tconst that the catalogue does not hold."""


class FilmFileError(CatalogueError):
    """A file of films is missing, damaged or has a wrong row; the message says where."""


class PeopleError(MarqueeError):
    """People's data cannot be read or written."""


class ModelError(MarqueeError):
    """The fitted model is missing, damaged or of another version."""


class SettingsError(MarqueeError):
    """A setting has a value that makes no sense."""
