"""Laws about the repository itself; each failure says what to do."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "sekimori"
PURE = [SOURCE / "core", SOURCE / "audit", SOURCE / "desk" / "domain", SOURCE / "watch" / "domain"]

NOT_OURS = {".venv", "build", "demo", "dist"}
CLOCK_AND_CHANCE = {
    "now",
    "utcnow",
    "today",
    "uuid1",
    "uuid4",
    "getenv",
    "urandom",
    "token_hex",
    "token_bytes",
    "sleep",
}


def modules(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in sorted(folder.rglob("*.py"))]


def tracked() -> list[Path]:
    """The files that are committed; outside a checkout, every file but what was built or installed."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        own = (path for path in sorted(ROOT.rglob("*")) if path.relative_to(ROOT).parts[0] not in NOT_OURS)
        return [path for path in own if path.is_file()]
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


@pytest.mark.parametrize("path", modules(*PURE), ids=lambda p: str(p.relative_to(SOURCE)))
def test_pure_packages_take_time_chance_and_ids_as_parameters(path: Path):
    calls = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.func.attr}()"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK_AND_CHANCE
    ]
    assert not calls, f"pass the value in from bootstrap instead: {calls}"


def test_only_the_doors_and_the_wiring_read_the_environment():
    allowed = {*modules(SOURCE / "bootstrap", SOURCE / "cli")}
    readers = [
        str(path.relative_to(ROOT))
        for path in modules(SOURCE)
        if path not in allowed and re.search(r"\bos\.environ\b|\bgetenv\(", path.read_text("utf-8"))
    ]
    assert not readers, f"let bootstrap read it and pass the value: {readers}"


def test_the_locks_hold_names_versions_and_hashes_only():
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text("utf-8")
        assert "://" not in text, f"{lock.name} names a registry: run `make lock`"
        pinned = re.findall(r"^[a-zA-Z0-9._\[\]-]+==", text, re.MULTILINE)
        assert pinned, f"{lock.name} pins nothing"


def test_no_path_of_one_machine_is_committed():
    machine = re.compile(r"(?<![\w./])/(?:root|home/\w+|Users/\w+|work)/\w")
    texts = {".py", ".md", ".toml", ".yml", ".yaml", ".json", ".html", ".css", ".js", ".txt", ".sh", ""}
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix in texts and path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1)
        if machine.search(line)
    ]
    assert not found, f"say it without the path: {found}"


def test_every_declared_dependency_is_imported_somewhere():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {re.split(r"[\[<>=!~ ]", entry)[0].lower() for entry in declared}
    imports_as = {
        "pillow": "PIL",
        "pyjwt": "jwt",
        "pysigma": "sigma",
        "pyyaml": "yaml",
        "slack-bolt": "slack_bolt",
        "slack-sdk": "slack_sdk",
    }
    # loaded by another library by name, not by an import statement of ours
    by_name = {"aiosqlite", "aiohttp", "psycopg", "sniffio", "tzdata", "python-multipart"}
    code = "\n".join(path.read_text("utf-8") for path in modules(SOURCE))
    unused = [
        name
        for name in sorted(names - by_name)
        if not re.search(
            rf"^\s*(?:import|from) {re.escape(imports_as.get(name, name.replace('-', '_')))}\b", code, re.MULTILINE
        )
    ]
    assert not unused, f"take them out of pyproject.toml and run `make lock`: {unused}"


def test_each_decision_has_a_number_of_its_own():
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [f"{number:04}" for number in range(1, len(files) + 1)]
    assert [file.name[:4] for file in files] == numbers, "give the newer one the next number that is free"
    headed = [file.read_text("utf-8").partition(":")[0] for file in files]
    assert headed == [f"# {number}" for number in numbers], "head a decision with the number of its file"
