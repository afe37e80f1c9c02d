"""An instance finds its own name after a crash, and never that of another one that is alive."""

import itertools
import subprocess
import sys

import pytest

from sekimori.storage.errors import StorageUnavailable
from sekimori.storage.instance import held_instance

HOLDER = """
import sys, time
from pathlib import Path
from sekimori.storage.instance import held_instance
with held_instance(Path(sys.argv[1]), new_id=lambda: "made by the other") as name:
    print(name, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def new_id():
    numbers = itertools.count(1)
    return lambda: f"instance {next(numbers)}"


def test_the_name_is_the_same_after_a_restart(tmp_path, new_id):
    for _ in range(2):
        with held_instance(tmp_path / "x.db", new_id=new_id) as name:
            assert name == "instance 1"
    assert [path.name for path in tmp_path.iterdir()] == ["x.db.instance"]


def test_instances_in_one_folder_have_names_of_their_own(tmp_path, new_id):
    database = tmp_path / "x.db"
    with held_instance(database, new_id=new_id) as one:
        with held_instance(database, new_id=new_id) as two, held_instance(database, new_id=new_id) as three:
            assert len({one, two, three}) == 3
        with held_instance(database, new_id=new_id) as again:
            assert again == two


def test_who_was_killed_leaves_his_name_to_his_successor(tmp_path, new_id):
    database = tmp_path / "x.db"
    with subprocess.Popen([sys.executable, "-c", HOLDER, database], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "made by the other\n"
        with held_instance(database, new_id=new_id) as name:
            assert name == "instance 1"
        other.kill()
    with held_instance(database, new_id=new_id) as name:
        assert name == "made by the other"


def test_an_empty_file_gets_a_name(tmp_path, new_id):
    (tmp_path / "x.db.instance").write_bytes(b"")
    with held_instance(tmp_path / "x.db", new_id=new_id) as name:
        assert name == "instance 1"
    assert (tmp_path / "x.db.instance").read_text() == "instance 1\n"


def test_a_folder_that_is_not_there_is_told(tmp_path, new_id):
    with (
        pytest.raises(StorageUnavailable, match="name cannot be kept"),
        held_instance(tmp_path / "missing" / "x.db", new_id=new_id),
    ):
        pass
