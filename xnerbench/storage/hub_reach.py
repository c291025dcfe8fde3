"""Whether the hub answers at all, asked before its clients are: alone they try for most of a minute to find out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

WAITS = (0.5, 1.5)
"""Seconds between the attempts at a connection that is refused, or whose name is not found."""
REMEMBERED = 60.0
"""Seconds for which an answer holds: `check` reads many splits, one after another."""
_LOST = ("ConnectError", "ConnectTimeout", "ConnectionError", "ProxyError")
_last: tuple[float, str | None] | None = None


class Unreachable(ConnectionError):
    """No connection to the hub, and what was wanted is not in its cache; the text says why."""


@contextmanager
def asked() -> Iterator[bool]:
    """Yields whether the hub may be asked; where it may not, the block has the cache alone.

    A mirror, a proxy and a hub that answers with an error all count as reached: their answers are the clients' to
    read, and theirs is the patience with them. With HF_HUB_OFFLINE nothing is asked, and the clients know it.

    Raises:
        Unreachable: In place of whatever fails in the block of a hub that cannot be reached.
    """
    lost = unreachable()
    try:
        yield lost is None
    except Exception as error:
        if lost is None:
            raise
        raise Unreachable(lost) from error


def unreachable() -> str | None:
    """Why there is no connection, or None where there is one."""
    global _last
    if _last is None or time.monotonic() - _last[0] > REMEMBERED:
        reason = _connect()
        _last = time.monotonic(), reason
    return _last[1]


def _connect() -> str | None:
    """Asks for the first page of the hub with its own client: its proxies, certificates and timeouts hold."""
    from huggingface_hub import HfApi, constants
    from huggingface_hub.utils import get_session

    if constants.HF_HUB_OFFLINE:
        return None
    endpoint = HfApi().endpoint
    for wait in (*WAITS, None):
        try:
            get_session().head(endpoint, timeout=constants.HF_HUB_ETAG_TIMEOUT)
            return None
        except Exception as error:  # of httpx or requests, as the client's version has it
            names = [kind.__name__ for kind in type(error).__mro__]
            if not set(names) & set(_LOST):
                return None  # something answers, if slowly or oddly
            reason = f"{endpoint}: {str(error).strip() or names[0]}".splitlines()[0][:200]
            if wait is None or "ConnectTimeout" in names:  # that one has waited already
                return reason
            time.sleep(wait)
    raise AssertionError
