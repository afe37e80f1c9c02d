"""The languages that sentences are written in."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias


class Language(StrEnum):
    """A language the watch speaks."""

    JA = "ja"
    EN = "en"


Texts: TypeAlias = Mapping[Language, str]
"""The same thing said in each language."""

Lists: TypeAlias = Mapping[Language, tuple[str, ...]]
"""The same things said in each language, in one order."""
