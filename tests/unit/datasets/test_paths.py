from __future__ import annotations

from pathlib import Path

import pytest

from coffea_lcf.datasets.paths import find
from coffea_lcf.errors import FilesetError

WHERE = "c.yaml: datasets.d.files"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.root", "b.root", "deep/c.root"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def found(entry: str, folder: Path) -> list[str]:
    return [one.path for one in find(entry, folder, WHERE)]


@pytest.mark.parametrize("entry", ["@lists/all.txt", "lists/all.txt", "@lists/all"])
def test_list_has_one_entry_a_line(folder: Path, entry: str) -> None:
    text = "# all\n../deep/c.root  # third\n\n../[ab].root\nroot://host//store/#1.root\r\n"
    path = folder / entry.removeprefix("@")
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    assert found(entry, folder) == [
        f"{folder}/deep/c.root",
        f"{folder}/lists/../a.root".replace("/lists/..", ""),
        f"{folder}/b.root",
        "root://host//store/#1.root",
    ]


def test_address_that_ends_in_txt_is_no_list(folder: Path) -> None:
    assert found("root://host//a.txt", folder) == ["root://host//a.txt"]


def test_line_of_a_list_without_a_file(folder: Path) -> None:
    (folder / "l.txt").write_text("a.root\nz.root\n")
    with pytest.raises(FilesetError) as caught:
        found("l.txt", folder)
    assert str(caught.value) == (
        f"{WHERE}, l.txt line 2: no such file: z.root\n  looked for {folder}/z.root"
    )


def test_list_in_a_list(folder: Path) -> None:
    (folder / "l.txt").write_text("@l.txt\n")
    with pytest.raises(FilesetError, match=r"l\.txt line 1: @l\.txt is a list in a list"):
        found("@l.txt", folder)


def test_list_that_is_no_text(folder: Path) -> None:
    (folder / "l.txt").write_bytes(b"\x80\x04pickle")
    with pytest.raises(FilesetError, match=r"l\.txt is not a text file with one path a line"):
        found("l.txt", folder)


def test_no_such_list(folder: Path) -> None:
    with pytest.raises(FilesetError, match=r"no such file: l\.txt"):
        found("@l.txt", folder)


def test_folders_among_the_matches_of_a_glob_are_left_out(folder: Path) -> None:
    assert found("**", folder) == [f"{folder}/{one}" for one in ("a.root", "b.root", "deep/c.root")]


def test_bracket_of_the_folder_is_a_letter(tmp_path: Path) -> None:
    (tmp_path / "run[2024]").mkdir()
    (tmp_path / "run[2024]" / "s1.root").write_bytes(b"")
    assert found("s*.root", tmp_path / "run[2024]") == [f"{tmp_path}/run[2024]/s1.root"]
    with pytest.raises(FilesetError, match=r"looked for .*/run\[2024\]/b\*\.root$"):
        found("b*.root", tmp_path / "run[2024]")


def test_folder_tells_how_to_name_its_files(folder: Path) -> None:
    with pytest.raises(FilesetError, match=r"no such file: deep\n  .*/deep is a folder: add /\*"):
        found("deep", folder)


@pytest.mark.parametrize(
    "entry", ["a\0.root", "../a\0.root", "a\0*.root", "x" * 300, "a.root/b", "~nobody/a"]
)
def test_names_that_no_file_can_have(folder: Path, entry: str) -> None:
    with pytest.raises(FilesetError, match=r"^c\.yaml: datasets\.d\.files"):
        found(entry, folder)


def test_links_to_one_file_are_known_by_their_identity(folder: Path) -> None:
    (folder / "link.root").symlink_to(folder / "a.root")
    [one], [link] = (list(find(name, folder, WHERE)) for name in ("a.root", "link.root"))
    assert one.identity == link.identity
    assert link.path == f"{folder}/link.root"


def test_dots_behind_a_link_lead_where_the_disk_says(folder: Path) -> None:
    (folder / "deep" / "down").mkdir()
    (folder / "link").symlink_to(folder / "deep" / "down")
    assert found("link/../c.root", folder) == [f"{folder}/deep/c.root"]


def test_names_are_shown_in_one_short_line(folder: Path) -> None:
    with pytest.raises(FilesetError) as caught:
        found(f"a\n{'x' * 5000}*", folder)
    first, second = str(caught.value).split("\n")
    assert first.startswith(f"{WHERE}: 'a\\nxxx")
    assert max(len(first), len(second)) < 400
