"""Words by which a typed question asks for collisions."""

import re
from typing import Final

from sekimori.core.confidential import Personal

_COLLISIONS: Final = re.compile(
    r"(?:と|の|が|を|に)?(?:予定の)?(?:衝突|重なり|重複|ダブルブッキング|ダブり|だぶり|かぶり|被り)(?:して(?:い)?る)?(?:予定|もの|ところ)?"
    r"(?:が|は|を|も)?(?:あり(?:ます|ません)か|ある(?:か)?|ない(?:か)?|を?(?:調べて|探して|確認して)(?:ください|下さい)?)?"
    r"|(?<![a-z])(?:any\s+)?(?:collisions?|conflicts?|overlaps?|clash(?:es)?|double[\s\-]?bookings?)(?![a-z])",
    re.IGNORECASE,
)


def take_collisions(text: Personal[str]) -> Personal[str] | None:
    """Take the words for collisions out of a question; None where there are none."""
    words, count = _COLLISIONS.subn(" ", text.reveal())
    return Personal(words) if count else None
