from __future__ import annotations

from pathlib import Path

from coffea_lcf.report.study import study_section


def test_pictures_that_are_there_stand_above_the_text(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.svg").write_text("<svg/>", encoding="utf-8")
    files = [tmp_path / f"{name}.svg" for name in ("one", "missing", "two")]
    section = study_section("Worth", "a < b", *files)
    assert section.title == "Worth"
    assert section.body.count("<img ") == 2
    assert 'alt="Worth: one"' in section.body
    assert section.body.index("<img ") < section.body.index("a &lt; b")


def test_a_study_without_pictures_is_its_text() -> None:
    assert "<img" not in study_section("Worth", "text").body
