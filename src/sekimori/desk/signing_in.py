"""Access tokens of the calendars' keepers: what one is, and who gives them."""

from dataclasses import dataclass
from typing import Protocol

from sekimori.core.confidential import Secret
from sekimori.core.errors import SekimoriError


class SignInFailed(SekimoriError):  # noqa: N818 - the name says what happened
    """A keeper of calendars gave no token."""

    code = "calendar.sign_in_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token; ``uti`` names it in the issuer's logs, where it could be read."""

    value: Secret[str]
    uti: str | None


class TokenSource(Protocol):
    """Gives tokens for one keeper of calendars."""

    async def token(self) -> Token:
        """Return a valid token, from memory or newly obtained.

        Raises:
            SignInFailed: the issuer gave none, or could not be reached.
        """
        ...

    async def renewed(self, claims: str | None) -> Token:
        """Return a token newly obtained, because the last is no longer accepted; ``claims`` is the challenge."""
        ...

    def close(self) -> None:
        """Let go of the connections to the issuer."""
        ...
