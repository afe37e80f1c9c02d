"""How much a finding matters."""

from enum import StrEnum


class Level(StrEnum):
    """Sigma's five levels, the least first; compare with :meth:`at_least`."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """The place in the order, 0 the least."""
        return list(Level).index(self)

    def at_least(self, other: "Level") -> bool:
        """Say whether this level is as serious as another, or more."""
        return self.rank >= other.rank
