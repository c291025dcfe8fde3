"""What a hub's refusal means to the user: its client raises a dozen kinds of error for five causes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xnerbench.storage.hub_reach import Unreachable

TOKEN = "set HF_TOKEN to a token that may read it"


def explained(error: BaseException) -> tuple[str, str] | None:
    """What is wrong and what to do, or None where it is not about the hub.

    Args:
        error: As raised by `huggingface_hub` or `datasets`; its causes are looked at, too.
    """
    chain = list(_chain(error))
    network = "check the network, and HF_ENDPOINT if it is set"
    for one in chain:
        if isinstance(one, Unreachable):
            return f"the hub cannot be reached ({one}), and it is not in the cache", network
    names = {name.__name__ for one in chain for name in type(one).__mro__}
    text = " ".join(map(str, chain))
    # A repository that is not there is told with "private or gated" in its text, too.
    if "GatedRepoError" in names or "is a gated" in text:
        return "it is gated", f"ask for access on its page on the hub and {TOKEN}"
    if (
        "OfflineModeIsEnabled" in names
        or "OfflineModeIsEnabled" in text
        or "HF_HUB_OFFLINE" in text
    ):
        return (
            "HF_HUB_OFFLINE is set, and it is not in the cache of this machine",
            "fetch it once with HF_HUB_OFFLINE=0",
        )
    if "RevisionNotFoundError" in names or "Invalid rev" in text:
        return "the hub has no such revision of it", "copy the commit from its page on the hub"
    if (
        names & {"RepositoryNotFoundError", "DatasetNotFoundError"}
        or "doesn't exist on the Hub" in text
    ):
        return "the hub has nothing of that name", f"check the name, or, if it is private, {TOKEN}"
    if "Invalid credentials" in text:
        return "the hub does not know the token", "check HF_TOKEN, or unset it"
    if re.search(r"\b403 Forbidden\b", text):
        return "the hub forbids it", f"ask for access on its page on the hub and {TOKEN}"
    if "peer closed" in text or "IncompleteRead" in names:
        return "the download broke off", "run again; it goes on where it stopped"
    lost = (
        "Couldn't reach",
        "Connection refused",
        "Max retries",
        "timed out",
        "cannot find the requested files",
    )
    server = re.search(r"\b5\d\d (Server Error|Service|Internal|Bad Gateway|Gateway)", text)
    if names & {"ConnectError", "ConnectTimeout", "ReadTimeout", "ConnectionError"} or server:
        return "the hub cannot be reached", network
    if any(part in text for part in lost):
        return "the hub cannot be reached", network
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen = 0
    while error is not None and seen < 20:
        yield error
        error = error.__cause__ or error.__context__
        seen += 1
