"""What a first sighting saw, for each language to put into words."""

from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.state.sightings import FirstSeen


def sighted(finding: Finding) -> tuple[str, int] | None:
    """Return the field whose value was new, and for how many days it had not been seen; None of other findings.

    The last line of a first sighting's identity is its day. One value too many has none: whether it is new is unknown.
    """
    state = finding.rule.state
    if state is None or not isinstance(state.keeper, FirstSeen) or finding.pattern is None:
        return None
    is_new = finding.pattern.identity.rpartition("\n")[2].isdecimal()
    fields = state.parts[0].counts or ()
    return (fields[0].name if len(fields) == 1 else "", state.keeper.memory) if is_new else None
