"""Every script of the examples runs from an empty folder, and prints what it promises."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"

PRINTED = {
    "learn_cuts_from_arrays": [
        r"1\. 5\d\.\d+ < mass < 1[12]\d\.\d+ GeV",
        r"2\. tau21 < 0\.6",
        r"signal\n  initial +alone  3750",
        r"background\n",
    ],
    "own_processor": [
        r"1\. 0\.\d+ < m_over_pt < 0\.\d+",
        r"2\. N2 < 0\.",
        r"3\. .*n_jets",
        r"accuracy 0\.8[4-7]",
    ],
    "skim_and_reread": [
        r"1\. 5\d\.\d+ < trimmed_mass < 1[12]\d\.\d+ GeV",
        r"ww: trimmed mass from 5\d\.\d+ to 1[12]\d\.\d+ GeV\n  1[23]\d{3} events, 1\.3\d+e\+06",
        r"qcd: .*\n  2\d{3} events, 5\.\d+e\+10 expected",
    ],
    "tagger_as_observable": [
        r"score > ",
        r"\d\d\.\d+ < mass < \d+\.\d+ GeV",
        r"signal efficiency 0\.5000, background efficiency 0\.0[1-5]",
    ],
}
"""Patterns by script, in the order in which they are printed."""


def test_every_script_is_tested_and_fits_on_a_screen() -> None:
    scripts = {path.stem: path for path in EXAMPLES.glob("*.py")}
    assert scripts.keys() == PRINTED.keys()
    lines = {name: len(path.read_text().splitlines()) for name, path in scripts.items()}
    assert max(lines.values()) <= 60, lines


@pytest.mark.filterwarnings("ignore:Missing cross-reference")
@pytest.mark.parametrize("name", PRINTED)
def test_script_runs(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
    printed = capsys.readouterr().out
    assert re.search(".*".join(PRINTED[name]), printed, flags=re.DOTALL), printed
