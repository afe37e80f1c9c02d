"""The names of permissions, as the watch knows them; passed in, since the doctor knows neither half."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names by (resource's application id, permission's id, ``Role`` or ``Scope``)."""

    names: Mapping[tuple[str, str, str], str]

    def name_of(self, resource: str, id_: str, kind: str) -> str:
        """Return a permission's name, with its kind where it is delegated; its id where nobody knows a name."""
        name = self.names.get((resource.casefold(), id_.casefold(), kind), id_)
        return name if kind == "Role" else f"{name} ({kind})"
