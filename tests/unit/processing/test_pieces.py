from __future__ import annotations

from pathlib import Path

from coffea_lcf.processing.pieces import are_there, in_order


def test_order_is_that_of_the_input_and_its_entries() -> None:
    pieces = [
        {"source": source, "start": start}
        for source, start in (("/b/2.root", 0), ("/b/10.root", 700), ("/b/10.root", 1400))
    ]
    mixed = [pieces[2], pieces[0], pieces[1]]
    assert in_order(mixed, ["/b/2.root", "/b/10.root"]) == pieces


def test_a_file_that_is_gone_or_another(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert are_there([])
    assert are_there([{"file": str(path), "bytes": 5}])
    assert not are_there([{"file": str(path), "bytes": 5}, {"file": str(path), "bytes": 4}])
    path.unlink()
    assert not are_there([{"file": str(path), "bytes": 5}])
