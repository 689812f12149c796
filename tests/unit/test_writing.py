from __future__ import annotations

import json

import pytest

from coffea_lcf.errors import FilesetError, OutputError
from coffea_lcf.writing import nothing_written, write_json, write_text, written_beside


def _write(target, text="", fail_with=None):
    """Write `text` and then, still inside of the block, raise `fail_with`."""
    with written_beside(target) as part:
        part.write_text(text)
        if fail_with is not None:
            raise fail_with


def _files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_file_appears_only_when_the_block_ends(tmp_path):
    target = tmp_path / "new" / "cutflow.root"
    with written_beside(target) as part:
        part.write_text("all")
        assert part.parent == target.parent
        assert part.suffix == ".root"
        assert not target.exists()
    assert target.read_text() == "all"
    assert _files(tmp_path) == ["new/cutflow.root"]


def test_two_writers_of_one_file_do_not_meet(tmp_path):
    target = tmp_path / "a.root"
    with written_beside(target) as first, written_beside(target) as second:
        assert first != second
        first.write_text("first")
        second.write_text("second")
    assert target.read_text() == "first"
    assert _files(tmp_path) == ["a.root"]


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_block_leaves_what_was_there(tmp_path, stop):
    target = write_text(tmp_path / "a.txt", "old")
    with pytest.raises(stop):
        _write(target, "half", fail_with=stop())
    assert target.read_text() == "old"
    assert _files(tmp_path) == ["a.txt"]


def test_a_block_that_writes_nothing_is_an_error(tmp_path):
    with pytest.raises(OutputError, match="No such file"), written_beside(tmp_path / "a.txt"):
        pass


def test_a_folder_below_a_regular_file_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot write .*a\.txt: .*\n.*--output DIR"):
        write_text(tmp_path / "file" / "sub" / "a.txt", "")


def test_a_folder_in_the_place_of_the_file_is_left_alone(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OutputError, match=r"cannot write .*a\.txt"):
        write_text(tmp_path / "a.txt", "text")
    assert _files(tmp_path) == []


def test_a_full_disk_is_a_failure_of_the_output(tmp_path):
    with pytest.raises(OutputError, match=r"a\.txt: No space left on device"):
        _write(tmp_path / "a.txt", fail_with=OSError(28, "No space left on device"))


@pytest.mark.parametrize("output", ["a.txt", "results/a.txt"])
def test_a_missing_input_is_not_a_failure_of_the_output(tmp_path, output):
    missing = FileNotFoundError(2, "No such file or directory", str(tmp_path / "in.root"))
    with pytest.raises(FileNotFoundError, match=r"in\.root"):
        _write(tmp_path / output, fail_with=missing)
    assert _files(tmp_path) == []


def test_an_error_of_an_input_file_passes_as_it_is(tmp_path):
    with pytest.raises(FilesetError, match=r"^in\.root is truncated$"):
        _write(tmp_path / "a.txt", fail_with=FilesetError("in.root is truncated"))


def test_text_is_utf8_and_the_path_comes_back(tmp_path):
    path = write_text(str(tmp_path / "a.txt"), "√s = 13 TeV")
    assert path == tmp_path / "a.txt"
    assert path.read_bytes().decode("utf-8") == "√s = 13 TeV"


def test_json_ends_with_a_newline_and_reads_back(tmp_path):
    path = write_json(tmp_path / "a.json", {"cuts": [1.5, None]})
    assert json.loads(path.read_text()) == {"cuts": [1.5, None]}
    assert path.read_text().endswith("}\n")


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_json_does_not_know_are_refused(tmp_path, number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "a.json", {"x": number})
    assert _files(tmp_path) == []


def test_within_nothing_written_files_keep_what_they_held(tmp_path):
    write_text(tmp_path / "a.txt", "before")
    with nothing_written():
        write_text(tmp_path / "a.txt", "after")
        assert write_text(tmp_path / "new" / "b.txt", "b") == tmp_path / "new" / "b.txt"
    assert _files(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "before"
    write_text(tmp_path / "a.txt", "after")
    assert (tmp_path / "a.txt").read_text() == "after"
