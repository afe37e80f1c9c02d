"""Ids in the vendors' shapes, drawn from one seed."""

import base64
import random
import string
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

_SLACK_ALPHABET = string.ascii_uppercase + string.digits


@dataclass(frozen=True, slots=True)
class IdSource:
    """Draws ids; the same seed gives the same ids in the same order."""

    chance: random.Random
    _stamps: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    def from_seed(cls, seed: int) -> "IdSource":
        """Make a source whose ids depend on nothing but the seed."""
        return cls(random.Random(seed))

    def guid(self) -> str:
        """Return a version 4 UUID, lower case."""
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def token_id(self) -> str:
        """Return an opaque token identifier: 16 bytes as 22 characters of base64url."""
        return base64.urlsafe_b64encode(self.chance.randbytes(16)).rstrip(b"=").decode()

    def slack(self, prefix: str) -> str:
        """Return an id such as ``Ev…`` or ``F…``."""
        return prefix + "".join(self.chance.choices(_SLACK_ALPHABET, k=10))

    def stamp(self, seconds: int) -> str:
        """Return a message ``ts`` that no other message has."""
        return f"{seconds}.{next(self._stamps):06d}"

    def secret(self) -> str:
        """Return a client secret in Entra's shape."""
        return "".join(self.chance.choices(string.ascii_letters + string.digits + "~._-", k=40))
