"""Judges blocks the way Slack does before it posts them: kinds, required keys, unknown keys, sizes."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """Which keys something must and may have; a number is the longest text or list."""

    required: Mapping[str, int]
    optional: Mapping[str, int]


_ANY: Final = 10**9
_ID: Final = {"block_id": 255}
_ACTION: Final = {"action_id": 255}
_CONFIRM: Final = {"confirm": _ANY}
_SELECT: Final = _Shape(
    required={"options": 100},
    optional={
        **_ACTION,
        **_CONFIRM,
        "placeholder": 150,
        "initial_option": _ANY,
        "focus_on_load": _ANY,
        "option_groups": 100,
    },
)
BLOCKS: Final[Mapping[str, _Shape]] = {
    "section": _Shape(required={}, optional={**_ID, "text": 3000, "fields": 10, "accessory": _ANY, "expand": _ANY}),
    "header": _Shape(required={"text": 150}, optional={**_ID, "level": _ANY}),
    "divider": _Shape(required={}, optional=_ID),
    "image": _Shape(
        required={"alt_text": 2000}, optional={**_ID, "image_url": 3000, "slack_file": _ANY, "title": 2000}
    ),
    "context": _Shape(required={"elements": 10}, optional=_ID),
    "actions": _Shape(required={"elements": 25}, optional=_ID),
    "input": _Shape(
        required={"label": 2000, "element": _ANY},
        optional={**_ID, "hint": 2000, "optional": _ANY, "dispatch_action": _ANY},
    ),
    "markdown": _Shape(required={"text": 12000}, optional=_ID),
    "rich_text": _Shape(required={"elements": _ANY}, optional=_ID),
    "table": _Shape(required={"rows": 100}, optional={**_ID, "column_settings": 20}),
}
ELEMENTS: Final[Mapping[str, _Shape]] = {
    "button": _Shape(
        required={"text": 75},
        optional={**_ACTION, **_CONFIRM, "value": 2000, "url": 3000, "style": 20, "accessibility_label": 75},
    ),
    "static_select": _SELECT,
    "overflow": _Shape(required={"options": 5}, optional={**_ACTION, **_CONFIRM}),
    "radio_buttons": _Shape(required={"options": 10}, optional={**_ACTION, **_CONFIRM, "initial_option": _ANY}),
    "checkboxes": _Shape(required={"options": 10}, optional={**_ACTION, **_CONFIRM, "initial_options": 10}),
    "datepicker": _Shape(required={}, optional={**_ACTION, **_CONFIRM, "placeholder": 150, "initial_date": 10}),
    "plain_text_input": _Shape(
        required={},
        optional={
            **_ACTION,
            "placeholder": 150,
            "initial_value": 3000,
            "multiline": _ANY,
            "max_length": _ANY,
            "min_length": _ANY,
        },
    ),
    "image": _Shape(required={"alt_text": 2000}, optional={"image_url": 3000, "slack_file": _ANY}),
    "mrkdwn": _Shape(required={"text": 3000}, optional={"verbatim": _ANY}),
    "plain_text": _Shape(required={"text": 3000}, optional={"emoji": _ANY}),
}
_OPTION: Final = _Shape(required={"text": 75, "value": 150}, optional={"description": 75, "url": 3000})
_PLAIN_ONLY: Final = {"header": ("text",), "button": ("text",), "input": ("label", "hint"), "image": ("title",)}


def block_errors(blocks: Any, *, most: int, file_known: Callable[[str], bool]) -> list[str]:
    """Return what Slack would put into ``response_metadata.messages``; nothing where it would post."""
    if not isinstance(blocks, list):
        return ["[ERROR] must be an array [json-pointer:/blocks]"]
    found = [f"[ERROR] no more than {most} items allowed [json-pointer:/blocks]"] if len(blocks) > most else []
    for number, block in enumerate(blocks):
        found += [f"[ERROR] {words} [json-pointer:/blocks/{number}{at}]" for at, words in _block(block, file_known)]
    ids = [block["block_id"] for block in blocks if isinstance(block, dict) and block.get("block_id")]
    if len(ids) != len(set(ids)):
        found.append("[ERROR] block_id already exists [json-pointer:/blocks]")
    if sum(isinstance(b, dict) and b.get("type") == "table" for b in blocks) > 1:
        found.append("[ERROR] only one table is allowed [json-pointer:/blocks]")
    return found


_Problem = tuple[str, str]


def _block(block: Any, file_known: Callable[[str], bool]) -> Iterator[_Problem]:
    kind = block.get("type") if isinstance(block, dict) else None
    shape = BLOCKS.get(str(kind))
    if shape is None:
        yield "/type", f"unsupported type: {kind}"
        return
    yield from _shape(block, shape)
    yield from _inner(block, str(kind), file_known)


def _inner(block: Mapping[str, Any], kind: str, file_known: Callable[[str], bool]) -> Iterator[_Problem]:
    if kind == "section" and not block.get("text") and not block.get("fields"):
        yield "", "missing required field: text"
    if kind in {"image", "context"}:
        yield from _images(block, file_known)
    if kind == "table":
        yield from _table(block)
    for key in ("text", "label"):
        if key in block and kind != "markdown":
            yield from _element(block[key], f"/{key}")
    yield from _plain_only(block, kind, "")
    children = [(f"/{key}", block[key]) for key in ("accessory", "element") if key in block]
    if kind in {"context", "actions"}:
        children += [(f"/elements/{n}", element) for n, element in enumerate(block.get("elements", []))]
    children += [(f"/fields/{n}", one) for n, one in enumerate(block.get("fields", []))]
    for at, child in children:
        yield from _element(child, at)


def _element(element: Any, at: str) -> Iterator[_Problem]:
    kind = element.get("type") if isinstance(element, dict) else None
    shape = ELEMENTS.get(str(kind))
    if shape is None:
        yield f"{at}/type", f"unsupported type: {kind}"
        return
    for where, words in _shape(element, shape):
        yield at + where, words
    yield from _plain_only(element, str(kind), at)
    for number, option in enumerate(element.get("options", [])):
        for where, words in _shape(option, _OPTION):
            yield f"{at}/options/{number}{where}", words


def _shape(value: Mapping[str, Any], shape: _Shape) -> Iterator[_Problem]:
    for key in shape.required:
        if key not in value:
            yield "", f"missing required field: {key}"
    limits = {**shape.required, **shape.optional}
    for key in set(value) - set(limits) - {"type"}:
        yield "", f"invalid additional property: {key}"
    for key, most in limits.items():
        if key in value:
            yield from _size(value[key], most, f"/{key}")


def _size(value: Any, most: int, at: str) -> Iterator[_Problem]:
    text = value.get("text") if isinstance(value, dict) else value
    if isinstance(text, str):
        place = at + ("/text" if isinstance(value, dict) else "")
        if not text:
            yield place, "must be more than 0 characters"
        elif len(text) > most:
            yield place, f"must be less than {most + 1} characters"
    elif isinstance(value, list):
        if not value:
            yield at, "must have at least 1 item"
        elif len(value) > most:
            yield at, f"no more than {most} items allowed"


def _plain_only(value: Mapping[str, Any], kind: str, at: str) -> Iterator[_Problem]:
    for key in _PLAIN_ONLY.get(kind, ()):
        text = value.get(key)
        if text is not None and (not isinstance(text, dict) or text.get("type") != "plain_text"):
            yield f"{at}/{key}/type", "must be a plain_text object"


def _images(block: Mapping[str, Any], file_known: Callable[[str], bool]) -> Iterator[_Problem]:
    images = [block] if block["type"] == "image" else block.get("elements", [])
    for image in images:
        if not isinstance(image, dict) or image.get("type") != "image":
            continue
        file = image.get("slack_file")
        if ("image_url" in image) == (file is not None):
            yield "", "must have exactly one of image_url and slack_file"
        elif isinstance(file, dict) and not file_known(str(file.get("id", file.get("url", "")))):
            yield "/slack_file", "invalid slack file"


def _table(block: Mapping[str, Any]) -> Iterator[_Problem]:
    for number, row in enumerate(block.get("rows", [])):
        if not isinstance(row, list) or not 1 <= len(row) <= 20:
            yield f"/rows/{number}", "must have 1 to 20 cells"
            continue
        for cell in row:
            if not isinstance(cell, dict) or cell.get("type") not in {"raw_text", "rich_text"}:
                yield f"/rows/{number}", "unsupported cell"


def read_blocks(value: Any) -> Any:
    """Take blocks out of a form, where they are JSON in a text, or out of a JSON body.

    Raises:
        ValueError: the text is not JSON.
    """
    return json.loads(value) if isinstance(value, str) else value
