"""Sigma's value modifiers: each changes the value that the rule wrote, or what is asked of the log's value."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network
from typing import Final

from sekimori.watch.domain.sigma.problems import Fault
from sekimori.watch.domain.sigma.texts import Sensitivity, SigmaText
from sekimori.watch.domain.sigma.values import (
    Cidr,
    Exists,
    InstantPart,
    Null,
    Number,
    Order,
    Ordered,
    Part,
    Pattern,
    Place,
    Scalar,
    ValueTest,
)

PLACES: Final = {"contains": Place.INSIDE, "startswith": Place.START, "endswith": Place.END}
ENCODINGS: Final = {"wide": "utf-16-le", "utf16le": "utf-16-le", "utf16be": "utf-16-be", "utf16": "utf-16"}
FLAGS: Final = {
    "i": re.IGNORECASE,
    "ignorecase": re.IGNORECASE,
    "m": re.MULTILINE,
    "multiline": re.MULTILINE,
    "s": re.DOTALL,
    "dotall": re.DOTALL,
}
_DASHES: Final = "-/\u2013\u2014\u2015"
_PLACEHOLDER: Final = re.compile(r"%([^%\s]+)%")


@dataclass(frozen=True, slots=True)
class Asked:
    """One value of a rule on its way through the modifiers."""

    value: SigmaText | bytes | Scalar
    cased: Sensitivity | None = None
    expression: re.RegexFlag | None = None
    order: Order | None = None
    part: Part | None = None
    kind: str = "value"
    place: Place = Place.WHOLE

    def text(self) -> SigmaText:
        """Return the value as a Sigma string."""
        match self.value:
            case SigmaText():
                return self.value
            case bytes():
                return SigmaText.plain(self.value.decode("latin-1"))
            case bool():
                return SigmaText.plain(str(self.value).lower())
            case None:
                raise Fault("null cannot be modified")
            case _:
                return SigmaText.plain(str(self.value))

    def octets(self) -> bytes:
        """Return the value as bytes, for an encoding to work on."""
        if isinstance(self.value, bytes):
            return self.value
        text = self.text()
        if not text.is_plain:
            raise Fault("a value with wildcards cannot be encoded", at_fault=text.literal)
        return text.literal.encode()


Modifier = Callable[[Asked], list[Asked]]


def asked(written: Scalar) -> Asked:
    """Take a value as the rule wrote it."""
    return Asked(SigmaText.parse(written) if isinstance(written, str) else written)


def modified(values: list[Asked], modifiers: Sequence[str], placeholders: Mapping[str, Sequence[str]]) -> list[Asked]:
    """Send values through modifiers, in their order.

    Raises:
        Fault: a modifier that a value does not bear.
    """
    for name in modifiers:
        if name == "expand":
            values = [expanded for value in values for expanded in _expanded(value, placeholders)]
        else:
            values = [changed for value in values for changed in MODIFIERS[name](value)]
    return values


def test_of(value: Asked, sensitivity: Sensitivity) -> ValueTest:
    """Make the test that a value asks for after all its modifiers."""
    if value.part is not None:
        return InstantPart(value.part, _numeric(value))
    if value.kind == "exists":
        return Exists()
    if value.kind == "cidr":
        return _cidr(value)
    if value.expression is not None:
        return _expression(value)
    if value.order is not None:
        return _numeric(value)
    match value.value:
        case None:
            return Null()
        case int() | float() as number if not isinstance(number, bool):
            return Number(number)
        case _:
            return value.text().test(value.cased or sensitivity)


def squeezed(value: Asked) -> Asked:
    """Leave spaces out of a text: `Device Code` is written `deviceCode` in logs."""
    if not isinstance(value.value, SigmaText):
        return value
    pieces = tuple(piece.replace(" ", "") if isinstance(piece, str) else piece for piece in value.value.pieces)
    return replace(value, value=SigmaText(pieces, value.value.written))


def _expression(value: Asked) -> ValueTest:
    source = str(value.value)
    try:
        return Pattern(source, value.expression or 0)
    except (re.error, OverflowError, RecursionError) as error:
        raise Fault(f"not a regular expression: {error}", at_fault=source) from None


def _numeric(value: Asked) -> ValueTest:
    number = value.value.literal if isinstance(value.value, SigmaText) else value.value
    try:
        parsed = float("" if number is None or isinstance(number, bool | bytes) else number)
    except ValueError:
        raise Fault(f"{number!r} is not a number", at_fault=str(number)) from None
    return Ordered(value.order, parsed) if value.order else Number(int(parsed) if parsed.is_integer() else parsed)


def _cidr(value: Asked) -> ValueTest:
    written = str(value.value)
    try:
        return Cidr(ip_network(written.strip(), strict=False))
    except ValueError:
        raise Fault(f"{written!r} is not an address range", at_fault=written) from None


def _raw(value: Asked) -> str:
    """Undo the reading of wildcards: expressions and address ranges are written as they are."""
    return value.value.written if isinstance(value.value, SigmaText) else str(value.value)


def _placed(place: Place) -> Modifier:
    def place_it(value: Asked) -> list[Asked]:
        if value.expression is not None or value.kind == "fieldref":
            return [replace(value, place=place)]
        return [replace(value, value=value.text().within(place))]

    return place_it


def _encoded(encoding: str) -> Modifier:
    return lambda value: [replace(value, value=value.octets().decode().encode(encoding))]


def _base64(value: Asked) -> list[Asked]:
    return [replace(value, value=b64encode(value.octets()))]


def _base64_offsets(value: Asked) -> list[Asked]:
    """Encode a text at its three places in base64, each cut to the characters that only the text decides."""
    octets = value.octets()
    starts, ends = (0, 2, 3), (None, -3, -2)
    return [
        replace(value, value=b64encode(b" " * i + octets)[starts[i] : ends[(len(octets) + i) % 3]]) for i in range(3)
    ]


def _dashes(value: Asked) -> list[Asked]:
    text = value.text()
    variants = dict.fromkeys(
        SigmaText(tuple(re.sub(r"\B[-/]\b", dash, p) if isinstance(p, str) else p for p in text.pieces))
        for dash in _DASHES
    )
    return [value, *(replace(value, value=variant) for variant in variants if variant != text)]


def _expanded(value: Asked, placeholders: Mapping[str, Sequence[str]]) -> Iterator[Asked]:
    text = value.text()
    found = _PLACEHOLDER.search(text.written)
    if found is None:
        yield value
        return
    if found[1] not in placeholders:
        raise Unfilled(found[1])
    for filled in placeholders[found[1]]:
        written = text.written[: found.start()] + filled + text.written[found.end() :]
        yield from _expanded(replace(value, value=SigmaText.parse(written)), placeholders)


class Unfilled(Exception):  # noqa: N818 - an expected outcome inside this package
    """A placeholder that nobody filled."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _exists(value: Asked) -> list[Asked]:
    if not isinstance(value.value, bool):
        raise Fault("`exists` takes true or false", at_fault=str(value.value))
    return [replace(value, kind="exists")]


def _ordered(order: Order) -> Modifier:
    return lambda value: [replace(value, order=order)]


def _part(part: Part) -> Modifier:
    return lambda value: [replace(value, part=part)]


def _flag(flag: re.RegexFlag) -> Modifier:
    def add(value: Asked) -> list[Asked]:
        if value.expression is None:
            raise Fault("`i`, `m` and `s` stand after `re`")
        return [replace(value, expression=value.expression | flag)]

    return add


MODIFIERS: Final[Mapping[str, Modifier]] = {
    "all": lambda value: [value],
    "neq": lambda value: [value],
    "base64": _base64,
    "base64offset": _base64_offsets,
    "cased": lambda value: [replace(value, cased=Sensitivity.CASED)],
    "cidr": lambda value: [replace(value, value=_raw(value), kind="cidr")],
    "exists": _exists,
    "fieldref": lambda value: [replace(value, value=_raw(value), kind="fieldref")],
    "re": lambda value: [replace(value, value=_raw(value), expression=re.RegexFlag(0))],
    "windash": _dashes,
    **{name: _placed(place) for name, place in PLACES.items()},
    **{name: _encoded(encoding) for name, encoding in ENCODINGS.items()},
    **{name: _flag(flag) for name, flag in FLAGS.items()},
    **{order.value: _ordered(order) for order in Order},
    **{part.value: _part(part) for part in Part},
}
KNOWN: Final = frozenset({*MODIFIERS, "expand"})
