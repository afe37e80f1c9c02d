"""Law: any manifest either loads or is refused with places inside the file; nothing else can happen."""

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from sekimori.manifest.loader import parsed
from sekimori.manifest.model import Manifest
from sekimori.manifest.problems import ManifestError, Problem

FULL = (Path(__file__).parents[1] / "unit" / "manifest" / "full.toml").read_text()
LINES = FULL.splitlines()
VALUES = [
    *('""', '"x"', '"sato"', "0", "-1", "1e9", "nan", "true", "[]", "[[]]", "{}", "[{}]", "{ a = 1 }", "1979-05-27"),
    *("1979-05-27T07:32:00", "1979-05-27T07:32:00Z", "07:32:00", "[1, [2]]", '"24:00-24:00"', '"::1"', "9" * 30),
    *('"\\u0000"', '"../../x"', '"1.2.3.4/0"', '"file:"', '"env:X"', '"Asia/../x"', '"A\\n"'),
]


def changed(number: int, value: str) -> str:
    key, equals, _ = LINES[number].partition(" = ")
    line = f"{key} = {value}" if equals else ""
    return "\n".join([*LINES[:number], line, *LINES[number + 1 :]])


def outcome(text: str) -> Manifest | tuple[Problem, ...]:
    try:
        return parsed(text, file=Path("sekimori.toml"))
    except ManifestError as error:
        return error.problems


@given(st.integers(0, len(LINES) - 1), st.sampled_from(VALUES))
@example(next(n for n, line in enumerate(LINES) if line.startswith("kind")), "[1, [2]]")
def test_a_value_of_any_kind_anywhere(number, value):
    found = outcome(changed(number, value))
    if not isinstance(found, Manifest):
        assert found
        assert all(1 <= problem.line <= len(LINES) and problem.column >= 1 for problem in found)


@given(st.text(alphabet="[]=\"'.#{},\n ab1", max_size=30))
def test_any_text_at_all(text):
    found = outcome(text)
    assert not isinstance(found, Manifest)  # it has no identity
    assert found
