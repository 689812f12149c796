from __future__ import annotations

import csv
import io
import math
import re
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.cutflow import Cutflow, Normalisation, count
from coffea_lcf.cutflow.tables import (
    CutflowTable,
    YieldWarning,
    cutflow_table,
    rich_table,
    to_csv,
    to_latex,
)
from coffea_lcf.cutflow.tables.latex import escape
from coffea_lcf.cutflow.tables.numbers import aligned, grouped, percent, plain, plus_minus
from coffea_lcf.errors import ConfigError, SelectionError
from coffea_lcf.selection import Cut, Selection

SELECTION = Selection((Cut("mass", "middle", 60.5, 98.0, "GeV"), Cut("tau21", "left", upper=0.5)))
# 2 pb at 10 /pb over Σw = 10: two expected events per unit of weight
SIGNAL = Normalisation("signal", sumw=10.0, cross_section=2.0, luminosity=10.0)
BACKGROUND = Normalisation("background", sumw=2.5)
ROLES = {"w": SIGNAL, "qcd": BACKGROUND}


def _flow(dataset: str, mass: list[int], tau21: list[int], weight: list[float]) -> Cutflow:
    masks = {"mass": np.array(mass, bool), "tau21": np.array(tau21, bool)}
    return count(dataset, masks, np.array(weight))


@pytest.fixture
def flow() -> Cutflow:
    signal = _flow("w", [1, 1, 1, 0], [1, 1, 0, 1], [1.0, 2.0, 3.0, 4.0])
    return signal + _flow("qcd", [1, 0, 1], [1, 1, 0], [1.0, -0.5, 2.0])


@pytest.fixture
def table(flow: Cutflow) -> CutflowTable:
    return cutflow_table(flow, ROLES, SELECTION)


def _column(rows: tuple, name: str) -> list:
    return [getattr(row, name) for row in rows]


def test_signal_comes_first_and_cuts_are_in_words(table):
    assert [entry.dataset for entry in table.datasets] == ["w", "qcd"]
    words = ["all events", "60.5 < mass < 98 GeV", "tau21 < 0.5"]
    assert _column(table.datasets[0].rows, "cut") == words
    assert _column(table.summary, "cut") == words


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("events", [4, 3, 2]),
        ("sumw", [10.0, 6.0, 3.0]),
        ("sumw_error", [30.0**0.5, 14.0**0.5, 5.0**0.5]),
        ("expected", [20.0, 12.0, 6.0]),
        ("expected_error", [2 * 30.0**0.5, 2 * 14.0**0.5, 2 * 5.0**0.5]),
        ("alone", [1.0, 0.6, 0.7]),
        ("step", [math.nan, 0.6, 0.5]),
        ("total", [1.0, 0.6, 0.3]),
        ("nminusone", [math.nan, 14.0, 12.0]),
        ("nminusone_error", [math.nan, 2 * 21.0**0.5, 2 * 14.0**0.5]),
        ("nminusone_efficiency", [math.nan, 3 / 7, 0.5]),
    ],
)
def test_rows_of_a_dataset(table, name, expected):
    np.testing.assert_allclose(_column(table.datasets[0].rows, name), expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("signal", [20.0, 12.0, 6.0]),
        ("background", [2.5, 3.0, 1.0]),
        ("background_error", [5.25**0.5, 5.0**0.5, 1.0]),
        ("s_over_sqrt_b", [20 / 2.5**0.5, 12 / 3**0.5, 6.0]),
        ("purity", [20 / 22.5, 0.8, 6 / 7]),
        ("signal_efficiency", [1.0, 0.6, 0.3]),
        ("background_efficiency", [1.0, 1.2, 0.4]),
        ("signal_nminusone", [math.nan, 3 / 7, 0.5]),
        ("background_nminusone", [math.nan, 2.0, 1 / 3]),
    ],
)
def test_summary(table, name, expected):
    np.testing.assert_allclose(_column(table.summary, name), expected, rtol=1e-14)


def test_asimov_by_hand_with_and_without_the_cut(table):
    def z(s: float, b: float) -> float:
        return math.sqrt(2 * ((s + b) * math.log(1 + s / b) - s))

    assert table.summary[-1].asimov == pytest.approx(z(6.0, 1.0))
    assert table.summary[1].asimov_without == pytest.approx(z(14.0, 0.5))
    assert table.summary[2].asimov_without == pytest.approx(z(12.0, 3.0))


def test_background_uncertainty_lowers_the_significance(flow, table):
    uncertain = cutflow_table(flow, ROLES, SELECTION, background_uncertainty=0.3)
    for exact, spread in zip(table.summary, uncertain.summary, strict=True):
        assert spread.asimov < exact.asimov


def test_errors_of_two_backgrounds_add_in_quadrature(flow):
    more = flow + _flow("ttbar", [1, 1], [1, 1], [1.5, 0.5])
    roles = {**ROLES, "ttbar": Normalisation("background", 2.0)}
    last = cutflow_table(more, roles, SELECTION).summary[-1]
    assert last.background == pytest.approx(3.0)
    assert last.background_error == pytest.approx(math.sqrt(1.0 + 1.5**2 + 0.5**2))


def test_nothing_to_divide_by_is_nan():
    flow = _flow("w", [0, 0], [1, 1], [1.0, 1.0]) + _flow("qcd", [1], [1], [1.0])
    last = cutflow_table(flow, ROLES, SELECTION).datasets[0].rows[-1]
    assert math.isnan(last.step)
    assert math.isnan(last.nminusone_efficiency)
    assert last.total == 0.0


def test_negative_background_warns_and_has_no_significance():
    flow = _flow("w", [1], [1], [1.0]) + _flow("qcd", [1, 0], [1, 1], [-1.5, 4.0])
    with (
        pytest.warns(YieldWarning, match=r"negative after 'tau21 < 0\.5': -1\.5"),
        pytest.warns(YieldWarning, match=r"negative after '60\.5 < mass < 98 GeV': -1\.5 ± 1\.5"),
    ):
        table = cutflow_table(flow, ROLES, SELECTION)
    assert math.isnan(table.summary[1].asimov)
    assert rich_table(table).splitlines()[-2].split()[-4:] == ["-", "-", "-", "-"]


def test_dataset_without_events_warns(flow):
    with pytest.warns(YieldWarning, match="'ttbar' is not in the cut-flow"):
        cutflow_table(flow, {**ROLES, "ttbar": BACKGROUND}, SELECTION)


def test_dataset_without_normalisation_is_an_error(flow):
    with pytest.raises(ConfigError, match=r"dataset 'qcd' is neither(.|\n)*nearest  qcd_ht"):
        cutflow_table(flow, {"w": SIGNAL, "qcd_ht": BACKGROUND}, SELECTION)


def test_cutflow_of_another_selection_is_an_error(flow):
    with pytest.raises(SelectionError, match=r"mass, tau21\n  selection  mass$"):
        cutflow_table(flow, ROLES, Selection(SELECTION.cuts[:1]))


def test_terminal_text(table):
    lines = rich_table(table).splitlines()
    assert lines[0] == "w (signal)"
    assert " ".join(lines[2].split()) == "cut events Σw expected alone % step % total % N-1 %"
    assert " ".join(lines[5].split()) == (
        "60.5 < mass < 98 GeV 3 6.0 ± 3.7 12.0 ± 7.5 60.00 60.00 60.00 42.86"
    )
    # without a cross-section Σw is the yield, and is not shown twice
    assert "expected" not in lines[lines.index("qcd (background)") + 2]


def test_plus_minus_signs_stand_below_each_other(table):
    rows = rich_table(table).splitlines()[4:7]
    first, second = zip(*([m.start() for m in re.finditer("±", row)] for row in rows), strict=True)
    assert len(set(first)) == 1
    assert len(set(second)) == 1


def test_long_cuts_wrap_and_numbers_do_not():
    name = "leading_fatjet_softdrop_mass_over_pt"
    selection = Selection((Cut(name, "edge", -1234.56, 98765.4, "GeV"),))
    huge = Normalisation("signal", 1.0, cross_section=1e6, luminosity=3e6)
    flow = count("w", {name: np.array([True, False])}, np.array([1.0, 1.0]))
    text = rich_table(cutflow_table(flow, {"w": huge}, selection))
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "(3.0 ± 3.0)e12" in text
    assert "…" not in text


def test_csv_reads_back_exactly(table):
    rows = list(csv.DictReader(io.StringIO(to_csv(table))))
    assert len(rows) == 6
    assert [row["dataset"] for row in rows] == ["w"] * 3 + ["qcd"] * 3
    assert rows[1]["cut"] == "60.5 < mass < 98 GeV"
    assert float(rows[2]["expected_error"]) == table.datasets[0].rows[2].expected_error
    assert float(rows[5]["asimov"]) == float(rows[2]["asimov"]) == table.summary[2].asimov
    assert math.isnan(float(rows[0]["step"]))


def test_latex_rows(table):
    text = to_latex(table)
    assert r"60.5 $<$ mass $<$ 98 GeV & 12.0 $\pm$ 7.5 & 3.0 $\pm$ 2.2 &" in text
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") == 3
    for line in text.splitlines():
        if line.endswith(r"\\"):
            assert line.count(" & ") in (5, 6)


def test_latex_escapes_what_is_special():
    assert escape(r"a_b < 5% & {x}\y~^#$") == (
        r"a\_b $<$ 5\% \& \{x\}\textbackslash{}y\textasciitilde{}\textasciicircum{}\#\$"
    )


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX here")
def test_latex_compiles(tmp_path):
    name = "n&_%#{}$~^\\"
    selection = Selection((Cut(name, "edge", -1e-9, 1e9, "μm²"),))
    odd = Normalisation("signal", 1.0, cross_section=1e9, luminosity=1e6)
    flow = count("a_b&c", {name: np.array([True, False])}, np.array([1.0, 1.0]))
    text = to_latex(cutflow_table(flow, {"a_b&c": odd}, selection)).replace("μ", "u")
    document = (
        r"\documentclass{article}\usepackage{booktabs}\begin{document}" + text + r"\end{document}"
    )
    (tmp_path / "table.tex").write_text(document)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "table.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (812.44, 9.13, "812.4 ± 9.1"),
        (15000.0, 122.47, "15 000 ± 122"),
        (0.5, 0.0213, "0.500 ± 0.021"),
        (-3.0, 1.7, "-3.0 ± 1.7"),
        (5.4181e11, 1.2e9, "(5.418 ± 0.012)e11"),
        (2e-5, 1e-6, "(2.00 ± 0.10)e-5"),
        (3.0, 0.0, "3 ± 0"),
        (2.5, 0.0, "2.500 ± 0.000"),
        (0.0, 0.0, "0 ± 0"),
        (math.nan, 1.0, "-"),
        (math.inf, math.nan, "∞"),
    ],
)
def test_plus_minus(value, error, text):
    assert plus_minus(value, error) == text


@given(
    st.floats(-1e15, 1e15).filter(lambda value: value == 0 or abs(value) > 1e-12),
    st.floats(1e-12, 1e15),
)
def test_plus_minus_loses_less_than_its_error(value, error):
    text = plus_minus(value, error)
    power = 10.0 ** int(text.partition(")e")[2] or 0)
    shown, spread = (
        power * float(part.replace(" ", "").lstrip("("))
        for part in text.partition(")")[0].split("±")
    )
    # half a unit of the second digit, or half an event where no decimals are shown
    assert abs(shown - value) <= 0.0501 * error + 1e-9 * abs(value) or abs(shown - value) <= 0.5
    assert abs(spread - error) <= 0.0501 * error or abs(spread - error) <= 0.5


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.71234, "71.23"), (1.0, "100.00"), (0.0, "0.00"), (2.346e-6, "0.00023"), (math.nan, "-")],
)
def test_percent(fraction, text):
    assert percent(fraction) == text


def test_plain_grouped_and_aligned():
    assert [plain(value) for value in (math.inf, -math.inf, math.nan, 1.23456)] == (
        ["∞", "-∞", "-", "1.235"]
    )
    assert grouped(1234567) == "1 234 567"
    assert aligned(["1.0 ± 0.25", "10 ± 3", "-"]) == ["1.0 ± 0.25", "10 ± 3   ", "-       "]


def test_a_notebook_gets_text_too(monkeypatch):
    """In Jupyter rich shows what it prints by itself, and a file would stay empty."""
    table = cutflow_table(_flow("w", [1, 0], [1, 1], [1.0, 1.0]), {"w": SIGNAL}, SELECTION)
    plain_text = rich_table(table)
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    assert rich_table(table) == plain_text != ""
