"""Each kind of source has its own keys, and the manifest says which are missing or another kind's."""

from pathlib import Path

import pytest

from sekimori.manifest.doubts import missing_files
from sekimori.manifest.explanation import explained
from sekimori.manifest.loader import parsed
from sekimori.manifest.problems import ManifestError
from sekimori.manifest.tables.service import Language
from sekimori.manifest.tables.sources import SourceKind

FULL = (Path(__file__).parent / "full.toml").read_text("utf-8")
FILES = 'kind = "files"\npath = "logs/*.ndjson"\n'
assert FILES in FULL

SOUND = {
    SourceKind.FILES: FILES,
    SourceKind.HTTP: 'kind = "http"\nkeys = ["env:INTAKE_KEY", "file:next-key"]\n',
    SourceKind.EVENTHUBS: """kind = "eventhubs"
servers = "fabrikam.servicebus.windows.net:9093"
hubs = ["entra-logs"]
consumer_group = "sekimori"
connection_string = "env:HUB"
""",
    SourceKind.GRAPH: """kind = "graph"
logs = ["directoryAudits", "signIns"]
app_id = "0d1e2f30-4152-4364-8576-8798a9bacbdd"
certificate = "file:reader.pem"
""",
    SourceKind.DATADOG: """kind = "datadog"
query = "source:azure.activedirectory"
api_key = "env:DD_API_KEY"
application_key = "env:DD_APP_KEY"
""",
}


def with_source(text: str):
    return parsed(FULL.replace(FILES, text), file=Path("sekimori.toml"))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", SourceKind)
def test_every_kind_is_read_and_explained(kind, language):
    manifest = with_source(SOUND[kind])
    (source,) = manifest.watch.sources
    assert source.kind is kind
    assert source.stream.startswith(f"{kind.value}:")
    told = explained(manifest, language=language)
    known = (source.path, *source.hubs, *source.logs, source.query, source.servers, source.app_id)
    for fact in filter(None, known):
        assert fact in told
    assert "INTAKE_KEY" not in told


def test_a_watch_without_sources_is_told_to_see_nothing():
    assert "the watch sees nothing" in explained(without(), language=Language.EN)


def without():
    return parsed(FULL.replace("[[watch.sources]]\n" + FILES, ""), file=Path("sekimori.toml"))


@pytest.mark.parametrize(
    ("kind", "old", "new", "expected"),
    [
        ("files", 'path = "logs/*.ndjson"\n', "", 'watch.sources[0].path: is missing; kind = "files" needs it'),
        ("http", 'keys = ["env:INTAKE_KEY", "file:next-key"]', "keys = []", "watch.sources[0].keys: is missing"),
        ("http", "keys", 'path = "x"\nkeys', "watch.sources[0].path: belongs to kind = files, not to http"),
        ("http", "env:INTAKE_KEY", "very-secret", "watch.sources[0].keys[0]: must be a reference"),
        ("eventhubs", 'connection_string = "env:HUB"\n', "", "only servers on this machine go without"),
        ("eventhubs", 'hubs = ["entra-logs"]\n', "", "watch.sources[0].hubs: is missing"),
        ("graph", 'certificate = "file:reader.pem"\n', "", "name either certificate or secret"),
        ("graph", '"signIns"', '"signins"', 'must be one of directoryAudits, signIns; did you mean "signIns"?'),
        ("datadog", "application_key", "app_key", 'unknown key; did you mean "application_key"?'),
    ],
)
def test_each_mistake_has_its_own_words(kind, old, new, expected):
    text = SOUND[SourceKind(kind)]
    assert old in text
    with pytest.raises(ManifestError) as raised:
        with_source(text.replace(old, new, 1))
    words = [str(problem) for problem in raised.value.problems]
    assert [line for line in words if expected in line], words
    assert "very-secret" not in "".join(words)


def test_servers_on_this_machine_need_no_connection_string():
    text = SOUND[SourceKind.EVENTHUBS].replace('connection_string = "env:HUB"\n', "")
    assert with_source(text.replace("fabrikam.servicebus.windows.net:9093", "127.0.0.1:9092")).watch.sources


def test_two_intakes_or_the_same_files_twice_are_refused():
    for text in (SOUND[SourceKind.HTTP], FILES):
        with pytest.raises(ManifestError, match=r"watch.sources\[1\]: is the same as watch.sources\[0\]"):
            with_source(f"{text}\n[[watch.sources]]\n{text}")


def test_a_key_file_that_is_not_there_is_warned_of(tmp_path):
    warned = missing_files(with_source(SOUND[SourceKind.HTTP]), folder=tmp_path)
    assert "watch.sources[0].keys[1]" in [each.key for each in warned]
