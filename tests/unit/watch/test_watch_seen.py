import hashlib

from sekimori.watch.seen import Seen


def fingerprint(number):
    return hashlib.sha256(str(number).encode()).hexdigest()[:32]


def test_a_fingerprint_is_new_once_however_many_there_are():
    seen = Seen()
    assert all(seen.add(fingerprint(number)) for number in range(5000))
    assert not any(seen.add(fingerprint(number)) for number in range(5000))
    assert len(seen) == 5000


def test_fingerprints_that_begin_alike_are_told_apart():
    seen = Seen()
    assert seen.add("0" * 32)
    assert not seen.add("0" * 32)
    assert [seen.add(f"{low << 10:016x}{'0' * 16}") for low in range(1, 4)] == [True] * 3
