from pathlib import Path

import pytest

from sekimori.cli._assessing import reader
from sekimori.risk.proof import Proof
from sekimori.risk.proof import read as read_proof
from sekimori.risk.table import Reader
from sekimori.watch.domain.rule import Rule
from sekimori.watch.rulebook import shipped_rules

DATA = Path(__file__).parents[2] / "data"
PROOF = DATA / "risk" / "proven.json"


@pytest.fixture(scope="session")
def proof() -> Proof:
    return read_proof(PROOF)


@pytest.fixture(scope="session")
def rules() -> list[Rule]:
    return shipped_rules()


@pytest.fixture(scope="session")
def read() -> Reader:
    return reader()
