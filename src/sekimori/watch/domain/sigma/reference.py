"""What pySigma, Sigma's reference implementation, says of a rule's form: a second opinion for `rules check`."""

import re
from collections.abc import Mapping
from typing import Any, Final

# Sigma proposal 212: `field[any]` and its kin are ours (and rsigma's), pySigma does not read them.
_SELECTOR: Final = re.compile(r"\[(any|all|all_or_empty|none|-?\d+)\]")


def objections(content: Mapping[str, Any]) -> list[str]:
    """Return pySigma's errors on a rule; nothing where the rule uses what only a proposal has."""
    if _SELECTOR.search(str(content.get("detection"))):
        return []
    from sigma.exceptions import SigmaError
    from sigma.rule import SigmaRule

    try:
        rule = SigmaRule.from_dict(dict(content), collect_errors=True)
        errors = [str(error) for error in rule.errors]
        for condition in [] if errors else rule.detection.parsed_condition:
            _ = condition.parsed
    except SigmaError as error:
        return [str(error)]
    return errors
