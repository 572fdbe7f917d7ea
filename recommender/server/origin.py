"""Whether a request that would change something comes from Marquee's own pages.

A browser sends cookies along with whatever another site makes it ask. It also says, in a header
that no site can change, which origin asked. So what a cookie vouches for is done only when that
origin is ours.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

_PORTS = {"http": 80, "https": 443}


def is_own_origin(scope: Scope) -> bool:
    """Return whether the request says that our own origin made it.

    Missing, ``null``, malformed and repeated headers are not ours. A page over HTTPS is never
    trusted to one without. The other way round is fine: it is what a proxy in front of Marquee
    that ends HTTPS looks like.

    Parameters
    ----------
    scope
        Of an HTTP request.
    """
    headers = Headers(scope=scope)
    origins, hosts = headers.getlist("origin"), headers.getlist("host")
    if len(origins) != 1 or len(hosts) != 1:
        return False
    scheme, separator, rest = origins[0].partition("://")
    if not separator or scheme not in _PORTS or set(rest) & set("/?#@ "):
        return False
    if scheme == "http" and scope["scheme"] == "https":
        return False
    place = _place(scheme, rest)
    return place is not None and place == _place(scheme, hosts[0])


def _place(scheme: str, authority: str) -> tuple[str, int] | None:
    """Return host and port, the usual port where none is said."""
    try:
        parts = urlsplit(f"{scheme}://{authority}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    return (host, port or _PORTS[scheme]) if host and not parts.username else None
