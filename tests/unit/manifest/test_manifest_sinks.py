"""Each kind of sink has its own keys, and the manifest says which are missing or another kind's."""

from pathlib import Path

import pytest

from sekimori.manifest.explanation import explained
from sekimori.manifest.loader import parsed
from sekimori.manifest.problems import ManifestError
from sekimori.manifest.tables.service import Language
from sekimori.manifest.tables.sinks import AlertLevel, SinkKind
from sekimori.watch.domain.level import Level

FULL = (Path(__file__).parent / "full.toml").read_text("utf-8")
SOUND = {
    SinkKind.SLACK: 'kind = "slack"\nname = "second"\nchannel = "C0OTHER"\n',
    SinkKind.DATADOG: 'kind = "datadog"\napi_key = "env:DD_KEY"\nsite = "datadoghq.eu"\nform = "events"\n',
    SinkKind.WEBHOOK: 'kind = "webhook"\nurl = "https://hooks.fabrikam.example/alerts"\nsecret = "env:HOOK"\n',
    SinkKind.NDJSON: 'kind = "ndjson"\npath = "alerts"\nlevel = "high"\n',
    SinkKind.OCSF: 'kind = "ocsf"\nname = "lake"\npath = "/var/lib/alerts"\n',
}


def with_sinks(*texts: str):
    return parsed(FULL + "".join(f"\n[[watch.sinks]]\n{text}" for text in texts), file=Path("sekimori.toml"))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", SinkKind)
def test_every_kind_is_read_and_explained(kind, language):
    (sink,) = with_sinks(SOUND[kind]).watch.sinks
    assert sink.kind is kind
    told = explained(with_sinks(SOUND[kind]), language=language)
    assert sink.called in told
    assert (sink.channel or sink.url or sink.path or sink.site) in told
    assert "DD_KEY" not in told


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (['kind = "slack"\nname = "x"\n'], 'channel: is missing; kind = "slack" needs it'),
        (['kind = "datadog"\n'], 'api_key: is missing; kind = "datadog" needs it'),
        (['kind = "webhook"\nurl = "https://a.example/"\n'], "secret: is missing"),
        (['kind = "ndjson"\npath = "a"\nsecret = "env:A"\n'], "secret: belongs to kind = webhook, not to ndjson"),
        (['kind = "datadog"\napi_key = "abc"\n'], "api_key: must be a reference"),
        (['kind = "kafka"\n'], "kind: must be one of slack, datadog, webhook, ndjson, ocsf"),
        (['kind = "ndjson"\npath = "a"\nlevel = "severe"\n'], "level: must be one of"),
        ([SOUND[SinkKind.NDJSON], SOUND[SinkKind.NDJSON]], '"ndjson" is already watch.sinks[0]'),
        (['kind = "slack"\nchannel = "C0OTHER"\n'], '"slack" is already slack.security_channel'),
        (['kind = "webhook"\nurl = "http://hooks.example/"\nsecret = "env:A"\n'], "would send alerts in clear text"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(texts, expected):
    with pytest.raises(ManifestError) as error:
        with_sinks(*texts)
    assert f"watch.sinks[{len(texts) - 1}]" in str(error.value)
    assert expected in str(error.value)


def test_a_receiver_on_this_machine_needs_no_tls():
    (sink,) = with_sinks('kind = "webhook"\nurl = "http://127.0.0.1:9/"\nsecret = "env:A"\n').watch.sinks
    assert sink.url == "http://127.0.0.1:9/"


def test_the_levels_are_the_watchs_own():
    assert [level.value for level in AlertLevel] == [level.value for level in Level]
