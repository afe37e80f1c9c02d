"""What people said of an alert."""

from enum import StrEnum


class Standing(StrEnum):
    """Where an alert stands; a closed vocabulary."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    EXPECTED = "expected"
    FALSE_POSITIVE = "false_positive"

    @property
    def mutes(self) -> bool:
        """Whether the same again is to be recorded and not told, until the decision ends."""
        return self in {Standing.EXPECTED, Standing.FALSE_POSITIVE}
