"""Where each key of a TOML text stands; `tomllib` reads the values but forgets their places."""

from typing import Final

from sekimori.manifest.problems import KeyPath

Position = tuple[int, int]
"""Line and column, both from 1."""

_BLANK: Final = " \t\r\n"
_BARE_KEY_ENDS: Final = " \t.=]"


def positions(text: str) -> dict[KeyPath, Position]:
    """Map every table, key and array element to its place.

    The text must be valid TOML; read it with `tomllib` first.
    """
    return _Scanner(text).scan()


class _Scanner:
    """Walks over the text once; where it stands is ``at``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[KeyPath, Position] = {}
        self.lengths: dict[KeyPath, int] = {}

    def scan(self) -> dict[KeyPath, Position]:
        table: KeyPath = ()
        self.skip_blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip_blank()
        return self.found

    def header(self) -> KeyPath:
        start = self.at
        repeated = self.text.startswith("[[", start)
        self.at += 2 if repeated else 1
        keys = self.keys()
        self.at += 2 if repeated else 1
        path = self.inside(keys if not repeated else keys[:-1])
        if repeated:
            path = (*path, keys[-1])
            self.note(path, start)
            self.lengths[path] = self.lengths.get(path, 0) + 1
            path = (*path, self.lengths[path] - 1)
        self.note(path, start)
        return path

    def inside(self, keys: list[str]) -> KeyPath:
        """Follow the keys of a header; an array of tables on the way means its last element."""
        path: KeyPath = ()
        for key in keys:
            path = (*path, key)
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
        return path

    def pair(self, table: KeyPath) -> None:
        start = self.at
        path = table
        for key in self.keys():
            path = (*path, key)
            self.note(path, start)
        self.at += 1  # the equals sign
        self.value(path)

    def keys(self) -> list[str]:
        found = [self.key()]
        while self.text[self.at] == ".":
            self.at += 1
            found.append(self.key())
        return found

    def key(self) -> str:
        self.skip_blank()
        start = self.at
        if self.text[start] in "\"'":
            self.string()
            key = self.text[start + 1 : self.at - 1]
        else:
            while self.text[self.at] not in _BARE_KEY_ENDS:
                self.at += 1
            key = self.text[start : self.at]
        self.skip_blank()
        return key

    def value(self, path: KeyPath) -> None:
        self.skip_blank()
        opening = self.text[self.at]
        if opening in "\"'":
            self.string()
        elif opening == "[":
            self.array(path)
        elif opening == "{":
            self.inline_table(path)
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self.at += 1

    def array(self, path: KeyPath) -> None:
        index = 0
        self.open()
        while self.text[self.at] != "]":
            self.note((*path, index), self.at)
            self.value((*path, index))
            self.separator()
            index += 1
        self.at += 1

    def inline_table(self, path: KeyPath) -> None:
        self.open()
        while self.text[self.at] != "}":
            self.pair(path)
            self.separator()
        self.at += 1

    def open(self) -> None:
        self.at += 1
        self.skip_blank()

    def separator(self) -> None:
        self.skip_blank()
        if self.text[self.at] == ",":
            self.open()

    def string(self) -> None:
        quote = self.text[self.at]
        fence = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(fence)
        while not self.text.startswith(fence, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(fence)
        while len(fence) == 3 and self.text.startswith(quote, self.at):
            self.at += 1  # up to two quotes may stand before the closing three

    def skip_blank(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _BLANK + "#":
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                self.at += 1

    def note(self, path: KeyPath, start: int) -> None:
        line_start = self.text.rfind("\n", 0, start) + 1
        self.found.setdefault(path, (self.text.count("\n", 0, start) + 1, start - line_start + 1))
