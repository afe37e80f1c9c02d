"""The signed head of the log: so many entries, this root (C2SP tlog-checkpoint in a C2SP signed-note)."""

import base64
import binascii
from dataclasses import dataclass
from typing import Final

from sekimori.audit.keys import Signer, VerifyingKey

_SIGNATURE: Final = "\u2014 "
_LARGEST: Final = 1 << 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What the log commits to: its name, how many entries it has, and the root over them (RFC 6962 §2.1)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def signed(size: int, root: bytes, signer: Signer) -> str:
    """Write a checkpoint as a signed note; anybody who has the public key can check it."""
    key = signer.key
    text = Checkpoint(origin=key.name, size=size, root=root).text
    mark = base64.b64encode(key.id + signer.sign(text.encode())).decode()
    return f"{text}\n{_SIGNATURE}{key.name} {mark}\n"


def opened(note: str, key: VerifyingKey) -> Checkpoint | None:
    """Read a signed note; None where it is no checkpoint or no signature on it is this key's."""
    text, gap, signatures = note.partition("\n\n")
    text += "\n"
    if not gap or not any(_is_ours(line, text, key) for line in signatures.splitlines()):
        return None
    return _parsed(text, key)


def _is_ours(line: str, text: str, key: VerifyingKey) -> bool:
    name, _, mark = line.removeprefix(_SIGNATURE).partition(" ")
    try:
        raw = base64.b64decode(mark, validate=True)
    except (binascii.Error, ValueError):
        return False
    ours = line.startswith(_SIGNATURE) and name == key.name and raw[:4] == key.id
    return ours and key.accepts(raw[4:], text.encode())


def _parsed(text: str, key: VerifyingKey) -> Checkpoint | None:
    lines = text.split("\n")
    if len(lines) != 4 or lines[0] != key.name or not (lines[1].isascii() and lines[1].isdigit()):
        return None
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError):
        return None
    found = Checkpoint(origin=lines[0], size=int(lines[1]), root=root)
    return found if found.text == text and found.size < _LARGEST else None
