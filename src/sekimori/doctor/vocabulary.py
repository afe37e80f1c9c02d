"""The names of permissions, as the watch knows them; passed in, since the doctor knows neither half."""

from collections.abc import Mapping
from dataclasses import dataclass

from sekimori.manifest.preventive.entra import GRAPH_APP


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names by (resource's application id, permission's id, ``Role`` or ``Scope``); the manifest's are Graph's."""

    names: Mapping[tuple[str, str, str], str]

    def name_of(self, resource: str, id_: str, kind: str) -> str:
        """Return a permission's name, or its id where nobody knows one; with its kind where it is delegated.

        A permission of another resource than Graph has that resource beside it: many are called as Graph's are.
        """
        name = self.names.get((resource.casefold(), id_.casefold(), kind), id_)
        named = name if resource.casefold() == GRAPH_APP else f"{name} ({resource})"
        return named if kind == "Role" else f"{named} ({kind})"
