"""Interactive elements inside blocks: where they are, and what Slack tells when one is used."""

from collections.abc import Iterator, Mapping
from typing import Any


class NotAllowedError(Exception):
    """Slack would not let this person do that: not a member, nothing to click."""


def elements_of(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each interactive element with the block it stands in."""
    for block in blocks:
        inner = block.get("elements", []) if block["type"] == "actions" else []
        for element in [*inner, block.get("accessory"), block.get("element")]:
            if isinstance(element, dict):
                yield block, element


def filled_in(blocks: list[dict[str, Any]], values: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return ``view.state.values``: each input by ``block_id`` and ``action_id``, in the shape of its kind.

    Raises:
        NotAllowedError: a menu does not offer what was chosen.
    """
    state: dict[str, dict[str, Any]] = {}
    for block, element in elements_of([block for block in blocks if block["type"] == "input"]):
        value = values.get(element["action_id"]) or None
        state.setdefault(block["block_id"], {})[element["action_id"]] = _state(element, value)
    return state


def _state(element: dict[str, Any], value: str | None) -> dict[str, Any]:
    kind = {"type": element["type"]}
    if element["type"] == "plain_text_input":
        return kind | {"value": value}
    if element["type"] == "datepicker":
        return kind | {"selected_date": value or element.get("initial_date")}
    return kind | {"selected_option": _chosen(element, value) if value else element.get("initial_option")}


def acted(block: dict[str, Any], element: dict[str, Any], value: str | None) -> dict[str, Any]:
    """Return the entry of ``actions`` for a click, or for choosing ``value``.

    Raises:
        NotAllowedError: a menu does not offer the value.
    """
    action = {"type": element["type"], "action_id": element["action_id"], "block_id": block.get("block_id")}
    if element["type"] == "button":
        return action | {key: element[key] for key in ("text", "value", "style") if key in element}
    if element["type"] == "datepicker":
        return action | {"selected_date": value}
    return action | {"selected_option": _chosen(element, value)}


def _chosen(element: dict[str, Any], value: str | None) -> dict[str, Any]:
    for option in element.get("options", []):
        if option.get("value") == value:
            return dict(option)
    raise NotAllowedError(f"{element['action_id']} offers no {value!r}")
