"""Takes what a sender packed together apart, into one text a record, without decoding the records."""

import codecs
import zlib
from collections.abc import Callable, Mapping
from typing import Final

import msgspec
import zstandard

_RAW: Final = msgspec.json.Decoder(msgspec.Raw)
_RAW_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    records: list[msgspec.Raw]


_BATCH: Final = msgspec.json.Decoder(_Batch)


class TooLarge(Exception):  # noqa: N818 - the name says what happened
    """A body is longer than is taken, when it is unpacked."""


class Garbled(Exception):  # noqa: N818 - as above
    """A body is not what its headers or its beginning say; the text says why."""


def unpacked(body: bytes, encoding: str, *, longest: int) -> bytes:
    """Undo a Content-Encoding; never makes more than ``longest`` bytes.

    Raises:
        TooLarge: it would be longer.
        Garbled: it is not in that encoding, or the encoding is none of ours.
    """
    unpack = _ENCODINGS.get(encoding.strip().casefold())
    if unpack is None:
        raise Garbled("the Content-Encoding is none of gzip, deflate, zstd, identity")
    try:
        text = unpack(body, longest)
    except (zlib.error, zstandard.ZstdError, EOFError) as error:
        raise Garbled("the body is not in the encoding that Content-Encoding names") from error
    if len(text) > longest:
        raise TooLarge
    return text


def _plain(body: bytes, _longest: int) -> bytes:
    return body


def _gzip(body: bytes, longest: int) -> bytes:
    parts, size = [], 0
    while body:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        part = unpacker.decompress(body, longest - size + 1)
        parts.append(part)
        size += len(part)
        if size > longest:
            raise TooLarge
        if not unpacker.eof:
            raise EOFError
        body = unpacker.unused_data  # gzip: a body may be several members, RFC 1952 §2.2
    return b"".join(parts)


def _deflate(body: bytes, longest: int) -> bytes:
    # RFC 9110 §8.4.1.2 says zlib's wrapping; some senders leave it out.
    unpacker = zlib.decompressobj(zlib.MAX_WBITS if body[:1] and body[0] & 0x0F == 8 else -zlib.MAX_WBITS)
    text = unpacker.decompress(body, longest + 1)
    if len(text) <= longest and not unpacker.eof:
        raise EOFError
    return text


def _zstd(body: bytes, longest: int) -> bytes:
    with zstandard.ZstdDecompressor().stream_reader(body) as stream:
        return stream.read(longest + 1)


_ENCODINGS: Final[Mapping[str, Callable[[bytes, int], bytes]]] = {
    "": _plain,
    "identity": _plain,
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "zstd": _zstd,
}


def texts_in(body: bytes) -> list[bytes]:
    """Return the records of a body: the elements of an array or of ``{"records": […]}``, an object, or its lines.

    A line that cannot be read comes back as it is: whoever reads it says what is wrong with it.

    Raises:
        Garbled: it begins as JSON, and neither it nor a line of it is.
    """
    body = body.removeprefix(codecs.BOM_UTF8).strip()
    found = _elements(body)
    if found is not None:
        return found
    if _is_json(body):
        return [body]
    lines = [line for line in (each.strip() for each in body.split(b"\n")) if line]
    if body[:1] in b"[{" and body and not any(_is_json(line) for line in lines):
        raise Garbled("the body is not JSON to its end")
    return lines


def _elements(body: bytes) -> list[bytes] | None:
    try:
        if body[:1] == b"[":
            return [bytes(each) for each in _RAW_LIST.decode(body)]
        if body[:1] == b"{" and b'"records"' in body[:32]:
            return [bytes(each) for each in _BATCH.decode(body).records]
    except (msgspec.DecodeError, RecursionError):
        return None
    return None


def _is_json(text: bytes) -> bool:
    try:
        _RAW.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
