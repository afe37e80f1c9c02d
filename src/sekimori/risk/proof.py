"""What `drill matrix` proved and when: a small file that the tables and reports read."""

import os
import tempfile
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Final

import msgspec

from sekimori.core.errors import SekimoriError

VERSION: Final = 1


class ProofUnreadable(SekimoriError):  # noqa: N818 - the name says what happened
    """A proof file cannot be read or written."""

    code: ClassVar[str] = "proof.unreadable"


class Fired(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that told of a technique, and how many seconds after the log record its alert had been delivered."""

    rule: str
    seconds: float


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is known not to hold, with the reason and what would close it, in each language.

    ``kind``: ``rule_not_fired`` (by any technique), ``technique_not_caught`` (by a rule that should), or
    ``look_alike_fires``.
    """

    kind: str
    technique: str | None = None
    rule: str | None = None
    why: Mapping[str, str]
    closes: Mapping[str, str]


class ProvenTechnique(msgspec.Struct, frozen=True, kw_only=True):
    """One technique as it was carried out.

    Attributes:
        mitre: ids of MITRE ATT&CK; none for a benign look-alike.
        quiet: rules that were asked not to fire and did not.
        missed: rules that should have fired.
        event: the log record that gives the technique away, with nobody's names and ids in it.
        telling: paths into ``event``, with dots and list positions from 0, to what gives it away.
    """

    id: str
    benign: bool
    mitre: tuple[str, ...]
    fired: tuple[Fired, ...]
    quiet: tuple[str, ...]
    missed: tuple[str, ...]
    event: dict[str, Any]
    telling: tuple[str, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that told of it, each once."""
        return tuple(dict.fromkeys(fired.rule for fired in self.fired))


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """The whole matrix of one run; ``rules`` are all that were asked."""

    version: int
    proven_at: datetime
    sekimori: str
    techniques: tuple[ProvenTechnique, ...]
    rules: tuple[str, ...]
    gaps: tuple[Gap, ...]

    @property
    def attacks(self) -> tuple[ProvenTechnique, ...]:
        """The techniques that are no look-alikes."""
        return tuple(technique for technique in self.techniques if not technique.benign)


def shipped_path() -> Path:
    """Return the proof that ships with the package."""
    return Path(str(files("sekimori.risk").joinpath("proven.json")))


def local_path(environ: Mapping[str, str]) -> Path | None:
    """Return where a run keeps its own proof (XDG Base Directory), or None where the user has no home."""
    state, home = environ.get("XDG_STATE_HOME"), environ.get("HOME")
    base = Path(state) if state else Path(home) / ".local" / "state" if home else None
    return base / "sekimori" / "proven.json" if base else None


def newest(environ: Mapping[str, str]) -> Proof:
    """Return the user's own proof or the shipped one, whichever is newer."""
    shipped, own = read(shipped_path()), local_path(environ)
    local = read(own) if own is not None and own.is_file() else None
    return local if local is not None and local.proven_at > shipped.proven_at else shipped


def read(path: Path) -> Proof:
    """Read a proof file.

    Raises:
        ProofUnreadable: it cannot be read, or is not one.
    """
    try:
        proof = msgspec.json.decode(path.read_bytes(), type=Proof)
    except OSError as error:
        hint = "sekimori drill matrix writes one"
        raise ProofUnreadable(f"{path} cannot be read: {error.strerror}", hint=hint) from error
    except msgspec.DecodeError as error:
        hint = "sekimori drill matrix writes it anew"
        raise ProofUnreadable(f"{path} is no proof: {error}", hint=hint) from error
    if proof.version != VERSION or proof.proven_at.tzinfo is None:
        raise ProofUnreadable(f"{path} is no proof of version {VERSION}", hint="sekimori drill matrix writes it anew")
    return proof


def write(proof: Proof, path: Path) -> None:
    """Write a proof file, whole or not at all.

    Raises:
        ProofUnreadable: it cannot be written.
    """
    text = msgspec.json.format(msgspec.json.encode(proof), indent=1) + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".proven")
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise ProofUnreadable(f"{path} cannot be written: {error.strerror}") from error
