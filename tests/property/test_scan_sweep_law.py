"""Law: a scan that sweeps its files finds, and complains of, what a scan that reads every line does, in that order."""

import copy
import json
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekimori.catalogue import discover_modules
from sekimori.watch.documents import LONGEST_LINE
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import MemoryTrail
from sekimori.watch.intake import Envelope, Intake
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.samples import read_samples, samples_file
from sekimori.watch.scanning import Scan, Trouble

RULES = shipped_rules()
RAW = [sample.raw for rule in RULES for sample in read_samples(samples_file(rule)) if isinstance(sample.raw, dict)]
GRAPH = [raw for raw in RAW if raw.get("category") == "MicrosoftGraphActivityLogs"]
APP = GRAPH[0]["properties"]["appId"]
PLAIN = Detector(RULES)
WATCHING = Detector(RULES, profiles=[IdentityProfile(name="schedule-bot", app_id=APP, recorded=True)])
ENVELOPES = [cast("Envelope", module) for module in discover_modules("sekimori.watch.envelopes").values()]
ENTRY = {"seq": 1, "id": "E1", "at": "2026-08-01T00:00:00Z", "kind": "call.intent", "body": {}, "hash": "00"}
OWN = {"category": "SekimoriAudit", "operationName": "call.intent", "properties": {"id": "e2", "kind": "call.intent"}}
BROKEN = [
    *(b"", b"  ", b"\r", b"half a reco", b'{"category": "AuditLogs", "operationName"', b"{}", b"[]", b"17", b"null"),
    *(b'"\xff"', b'{"a": "\\ud800"}', b"[" * 3000 + b"]" * 3000, b"\x00", b"[{}, 1]", b"\xef\xbb\xbf{}"),
]


def bare(raw: dict[str, Any], **more: object) -> bytes:
    return json.dumps(raw | more, ensure_ascii=False).encode()


@st.composite
def lines(draw: Any) -> bytes:
    raw = copy.deepcopy(draw(st.sampled_from(RAW)))
    match draw(st.integers(0, 12)):
        case 0:
            return cast("bytes", draw(st.sampled_from(BROKEN)))
        case 1:
            return bare({"records": [raw, draw(st.sampled_from(RAW))]})
        case 2:
            return bare(draw(st.sampled_from([ENTRY, OWN, {"seen": 1}, {"category": "New", "operationName": "x"}])))
        case 3:
            return bare(raw).replace(b"a", b"\xff", 1) if draw(st.booleans()) else bare(raw, unused="\x01")
        case 4:
            return bare(raw, **{draw(st.sampled_from(["evt", "value", "operationname", "note"])): "Other"})
        case 5:
            return bare(raw)[: draw(st.integers(1, 400))]
        case 6:
            return bare(raw, properties=draw(st.sampled_from([None, "{}", [], 3])))
        case 7:
            return bare(raw, category=draw(st.sampled_from(["SignInLogs", "auditlogs", "Other", 7, None])))
        case 8:
            return b" " * draw(st.integers(0, 9000)) + bare(raw) + b"\r"
        case 9:
            return bare(draw(st.sampled_from(GRAPH)))
        case 10:
            return json.dumps(raw).replace("/", "\\/").encode()
        case _:
            return bare(raw)


def told(detector: Detector, path: str, **how: int) -> list[object]:
    detector.trail = MemoryTrail()
    scan = Scan(intake=Intake(envelopes=ENVELOPES), detector=detector, **how)
    return [
        str(each) if isinstance(each, Trouble) else (each.fingerprint, each.level, each.reason, each.event)
        for each in scan.run([path])
    ]


@pytest.mark.parametrize(("detector", "workers"), [(PLAIN, 1), (WATCHING, 1), (WATCHING, 2)])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(lines(), max_size=12), end=st.sampled_from([b"", b"\n", b"\n\n"]), chunk=st.integers(200, 6000))
def test_a_swept_scan_tells_what_a_reading_one_does(tmp_path, detector, workers, found, end, chunk):
    path = tmp_path / "log.ndjson"
    path.write_bytes(b"\n".join(found) + end)
    swept = told(detector, str(path), workers=workers, swept_from=0, chunk=chunk)
    assert swept == told(detector, str(path), swept_from=1 << 40)


def test_a_line_too_long_to_read_is_told_and_the_rest_is_found(tmp_path):
    path = tmp_path / "log.ndjson"
    huge = b'{"a": "' + b"x" * (LONGEST_LINE + (1 << 20)) + b'"}'
    path.write_bytes(b"\n".join([bare(GRAPH[0]), huge, *map(bare, RAW[:9]), huge]))
    swept = told(PLAIN, str(path), workers=2, swept_from=0)
    assert swept == told(PLAIN, str(path), swept_from=1 << 40)
    assert [each for each in swept if isinstance(each, str)] == [
        f"{path}:2: longer than 64 MiB",
        f"{path}:12: longer than 64 MiB",
    ]


def test_a_sweep_tells_how_far_it_is(tmp_path):
    path = tmp_path / "log.ndjson"
    path.write_bytes(b"\n".join(map(bare, RAW * 20)))
    read = []
    for workers in (1, 2):
        read.clear()
        scan = Scan(
            intake=Intake(envelopes=ENVELOPES), detector=PLAIN, swept_from=0, workers=workers, progress=read.append
        )
        assert list(scan.run([str(path)]))
        assert sum(read) == len(RAW) * 20
