"""Exception classes of Marquee, with messages for users.

``MarqueeError``
    ``CatalogueError`` - the catalogue is missing, damaged or cannot be built
        ``UnknownFilm`` - the catalogue does not hold this tconst
        ``FilmFileError`` - a file of films is missing, damaged or has a wrong row
        ``DownloadFailed`` - a file of films cannot be downloaded
        ``ImportStopped`` - an import was stopped, or another one is running
    ``PeopleError`` - user data cannot be read or written
    ``HistoryFileError`` - a file of a film history cannot be parsed
    ``AccountError`` - an action on an account was refused
        ``SignInRefused`` - wrong name or password
        ``TooManyTries`` - too many attempts; says how long to wait
    ``RatingsError`` - ratings or links cannot be used
    ``ModelError`` - the fitted model is missing, damaged or of another version
    ``SettingsError`` - a setting has an invalid value
    ``TmdbError`` - a request to TMDb failed
        ``TmdbUnavailable`` - TMDb did not respond, timed out or sent an invalid response
            ``TmdbNotAsked`` - the request limit is reached
        ``TmdbKeyRefused`` - TMDb refuses the key

Each message tells the user what to do; pages and commands show it unchanged.
"""


class MarqueeError(Exception):
    """Base class of all errors of Marquee whose messages are shown to users."""


class CatalogueError(MarqueeError):
    """The catalogue is missing, damaged or cannot be built."""


class UnknownFilm(CatalogueError):  # noqa: N818 - reads as what it says
    """The catalogue contains no film with this IMDb id (tconst)."""


class FilmFileError(CatalogueError):
    """A file of films is missing, damaged or has a wrong row; the message says where."""


class DownloadFailed(CatalogueError):  # noqa: N818 - reads as what it says
    """A file of films cannot be downloaded; the partial file is kept, so a retry resumes it."""


class ImportStopped(CatalogueError):  # noqa: N818 - reads as what it says
    """An import was stopped, or another one is running; nothing was changed."""


class PeopleError(MarqueeError):
    """User data cannot be read or written."""


class HistoryFileError(MarqueeError):
    """A file of a film history cannot be parsed; the message says why."""


class AccountError(MarqueeError):
    """An action on an account was refused; the message says why and what to do.

    Parameters
    ----------
    message
        Text shown to the user.
    field
        Form field at fault: ``"name"``, ``"password"``, ``"new_password"``, ``"label"``, or empty.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class SignInRefused(AccountError):  # noqa: N818 - reads as what it says
    """Wrong name or password; the message never says which."""


class TooManyTries(AccountError):  # noqa: N818 - reads as what it says
    """Too many attempts; ``retry_after_s`` is the wait in seconds, at least 1."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RatingsError(MarqueeError):
    """The tables of ratings or links cannot be used."""


class ModelError(MarqueeError):
    """The fitted model is missing, damaged or of another version."""


class SettingsError(MarqueeError):
    """A setting has an invalid value."""


class TmdbError(MarqueeError):
    """A request to TMDb failed; films are shown without TMDb's data."""


class TmdbUnavailable(TmdbError):  # noqa: N818 - reads as what it says
    """TMDb did not respond, timed out or sent an invalid response."""


class TmdbNotAsked(TmdbUnavailable):
    """The request limit is reached and no request was sent; TMDb may know the film."""


class TmdbKeyRefused(TmdbError):  # noqa: N818 - reads as what it says
    """TMDb rejected the API key; a retry with the same key fails too."""
