"""Tests on one value, as Sigma's modifiers name them. Text compares without case unless a rule says `cased`."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final, Protocol, TypeAlias

from sekimori.watch.domain.names import normalised_name

Scalar: TypeAlias = str | int | float | bool | None


class Missing:
    """The value of a key that a record does not have."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()
Value: TypeAlias = Scalar | Missing


class ValueTest(Protocol):
    """Something a value passes or fails."""

    def holds(self, value: Value) -> bool:
        """Say whether the value passes."""
        ...


def text_of(value: Value) -> str | None:
    """Return what a text test compares: JSON's own spelling of a value; None for null, absent and non-values."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case _:
            return None


def folded_fragment(text: str) -> str:
    """Fold a piece of a name as `normalised_name` folds names, but keep what stands at its ends."""
    return normalised_name(f"|{text}|")[1:-1]


class Place(StrEnum):
    """Where in the value a text must stand."""

    WHOLE = "whole"
    START = "start"
    END = "end"
    INSIDE = "inside"

    def found(self, text: str, value: str) -> bool:
        """Say whether the text stands there in the value."""
        match self:
            case Place.WHOLE:
                return value == text
            case Place.START:
                return value.startswith(text)
            case Place.END:
                return value.endswith(text)
            case Place.INSIDE:
                return text in value


@dataclass(frozen=True, slots=True)
class Text:
    """A text at its place in the value; `text` is casefolded already."""

    place: Place
    text: str

    def holds(self, value: Value) -> bool:
        """Say whether the value has the text there, whatever its case."""
        found = text_of(value)
        return found is not None and self.place.found(self.text, found.casefold())


@dataclass(frozen=True, slots=True)
class CasedText:
    """A text at its place in the value, letter for letter."""

    place: Place
    text: str

    def holds(self, value: Value) -> bool:
        """Say whether the value has exactly the text there."""
        found = text_of(value)
        return found is not None and self.place.found(self.text, found)


@dataclass(frozen=True, slots=True)
class Name:
    """A text in an operation name: as written, or as names are compared (any dash, spaces, end, case)."""

    place: Place
    text: str
    normalised: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        anchored = folded_fragment(self.text)
        if self.place in {Place.WHOLE, Place.START}:
            anchored = anchored.lstrip()
        if self.place in {Place.WHOLE, Place.END}:
            anchored = anchored.rstrip(" .")
        object.__setattr__(self, "normalised", anchored)

    def holds(self, value: Value) -> bool:
        """Say whether the name has the text there, under either reading."""
        found = text_of(value)
        if found is None:
            return False
        if self.place.found(self.text, found.casefold()):
            return True
        return bool(self.normalised) and self.place.found(self.normalised, normalised_name(found))


class Reading(StrEnum):
    """How a value is read before an expression is searched in it."""

    RAW = "raw"
    FOLDED = "folded"
    NAME = "name"

    def readings(self, value: str) -> tuple[str, ...]:
        """Return the texts to search; one that matches is enough."""
        match self:
            case Reading.RAW:
                return (value,)
            case Reading.FOLDED:
                return (value.casefold(),)
            case Reading.NAME:
                return (value.casefold(), folded_fragment(value), normalised_name(value))


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression searched in the value: Sigma's `re`, or text with wildcards inside (`folded`, `name`)."""

    source: str
    flags: int = 0
    reading: Reading = Reading.RAW
    compiled: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "compiled", re.compile(self.source, self.flags))

    def holds(self, value: Value) -> bool:
        """Say whether the expression is found in the value, read as the rule means it."""
        found = text_of(value)
        if found is None:
            return False
        return any(self.compiled.search(text) is not None for text in self.reading.readings(found))


@dataclass(frozen=True, slots=True)
class Number:
    """A number: equal as a number, or the same text where the log writes it as text."""

    number: int | float

    def holds(self, value: Value) -> bool:
        """Say whether the value is this number; true and false are none."""
        if isinstance(value, str):
            return value == repr(self.number)
        return isinstance(value, int | float) and not isinstance(value, bool) and value == self.number


class Order(StrEnum):
    """A numeric comparison."""

    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"

    def holds(self, left: float, right: float) -> bool:
        """Say whether left stands in this order to right."""
        match self:
            case Order.LT:
                return left < right
            case Order.LTE:
                return left <= right
            case Order.GT:
                return left > right
            case Order.GTE:
                return left >= right


@dataclass(frozen=True, slots=True)
class Ordered:
    """A value below or above a number; a text that is a number counts as one."""

    order: Order
    number: float

    def holds(self, value: Value) -> bool:
        """Say whether the value stands in the order to the number."""
        if isinstance(value, str):
            value = _number(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return self.order.holds(value, self.number)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Cidr:
    """An address inside a network."""

    network: IPv4Network | IPv6Network

    def holds(self, value: Value) -> bool:
        """Say whether the value is an address of the network; a text that is no address is not."""
        if not isinstance(value, str):
            return False
        try:
            address = ip_address(value.strip())
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return (mapped or address) in self.network


@dataclass(frozen=True, slots=True)
class Null:
    """A value that is null or not there."""

    def holds(self, value: Value) -> bool:
        """Say whether there is no value."""
        return value is None or value is MISSING


@dataclass(frozen=True, slots=True)
class Exists:
    """A key that is there, whatever its value."""

    def holds(self, value: Value) -> bool:
        """Say whether the key is there."""
        return value is not MISSING


class Part(StrEnum):
    """A part of an instant (Sigma's timestamp modifiers); weeks and years are ISO 8601's for `week`."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    def of(self, instant: datetime) -> int:
        """Return the part's number."""
        return instant.isocalendar().week if self is Part.WEEK else int(getattr(instant, self.value))


@dataclass(frozen=True, slots=True)
class InstantPart:
    """One part of an instant passes a test of its own; the instant is read as UTC where it names no zone."""

    part: Part
    test: ValueTest

    def holds(self, value: Value) -> bool:
        """Say whether the value is an ISO 8601 instant whose part passes."""
        if not isinstance(value, str):
            return False
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            return False
        return self.test.holds(self.part.of(instant))


@dataclass(frozen=True, slots=True)
class JsonText:
    """A text test on a value that may be JSON: the value as it is, or the text that its JSON string holds."""

    test: ValueTest

    def holds(self, value: Value) -> bool:
        """Say whether the value passes, quoted or not."""
        # Entra: a modified property's "Global Administrator" is written "\"Global Administrator\"".
        if self.test.holds(value):
            return True
        return isinstance(value, str) and value[:1] == '"' and self.test.holds(unquoted(value))


def unquoted(value: str) -> str | None:
    """Return the text that a JSON string holds, None where the value is none."""
    try:
        inner = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return inner if isinstance(inner, str) else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A test on the words `Success` and `Failure` that an error code stands for."""

    test: ValueTest

    def holds(self, value: Value) -> bool:
        """Say whether the code's word passes; a value that is no code does not."""
        text = text_of(value)
        code = None if text is None else text.strip().removeprefix("-")
        if code is None or not code.isdecimal():
            return False
        return self.test.holds("Failure" if code.strip("0") else "Success")


@dataclass(frozen=True, slots=True)
class Provider:
    """A test on the resource provider that an Azure operation's name starts with."""

    test: ValueTest

    def holds(self, value: Value) -> bool:
        """Say whether the part before the first slash passes."""
        text = text_of(value)
        return text is not None and "/" in text and self.test.holds(text.partition("/")[0])
