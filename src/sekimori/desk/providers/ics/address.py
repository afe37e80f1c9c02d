"""Where a feed is published: an address that whoever knows it can read, so it is a secret."""

import httpx

from sekimori.core.confidential import Secret
from sekimori.core.errors import SekimoriError


class FeedAddressUnusable(SekimoriError):  # noqa: N818 - the name says what happened
    """A feed's address is none that we would call."""

    code = "ics.address_unusable"


def feed_address(text: Secret[str], *, reference: str) -> Secret[httpx.URL]:
    """Read a feed's address; ``reference`` is where the manifest says it is kept, for the words of an error.

    Raises:
        FeedAddressUnusable: it is not an https address with a host. The address itself is in no error.
    """
    try:
        address = httpx.URL(text.reveal())
    except (httpx.InvalidURL, UnicodeError, ValueError):
        address = httpx.URL("")
    if address.scheme != "https" or not address.host:
        raise FeedAddressUnusable(
            f"{reference} does not hold an https address", hint="a webcal:// address works with https:// instead"
        )
    return Secret(address.copy_with(fragment=None))
