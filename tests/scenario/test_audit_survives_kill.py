"""As an operator I may kill the service at any moment: what it said was recorded is there, and the log is sound."""

import asyncio
import os
import random
import subprocess
import sys
import time

from sekimori.audit.keys import signer_from_seed
from sekimori.audit.verify import Verified
from sekimori.storage.audit_check import check_audit_log
from sekimori.storage.database import open_for_reading

WRITER = """
import asyncio, itertools, sys, uuid
from datetime import UTC, datetime
from pathlib import Path
from sekimori.audit.entry import EntryKind
from sekimori.audit.keys import signer_from_seed
from sekimori.storage.audit_log import SqlAuditLog
from sekimori.storage.database import open_database

async def main():
    database = await open_database("sqlite:///audit.db", folder=Path(sys.argv[1]))
    log = SqlAuditLog(
        database, signer=signer_from_seed(b"s" * 32), clock=lambda: datetime.now(UTC), new_id=lambda: str(uuid.uuid4())
    )
    for number in itertools.count():
        entry = await log.append(EntryKind.CALL_INTENT, {"n": number})
        print(entry.seq, flush=True)

asyncio.run(main())
"""


async def test_killed_at_any_moment(tmp_path):
    for _ in range(3):
        told = await asyncio.to_thread(write_until_killed, tmp_path)
        async with await open_for_reading("sqlite:///audit.db", folder=tmp_path) as database:
            found = await check_audit_log(database, signer_from_seed(b"s" * 32).key)
        assert isinstance(found, Verified), found
        assert told <= found.size <= told + 1


def write_until_killed(folder) -> int:
    """Let a process append until it is killed without warning; returns the last entry that it said was written."""
    command = [sys.executable, "-c", WRITER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=dict(os.environ), text=True) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline()]
        time.sleep(random.uniform(0, 0.1))
        writer.kill()
        told += writer.stdout.readlines()
    return int([line for line in told if line.endswith("\n")][-1])
