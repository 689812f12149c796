"""The cut-flow as LaTeX tables (booktabs)."""

from __future__ import annotations

import re

from coffea_lcf.cutflow.tables.numbers import grouped, percent, plain, plus_minus
from coffea_lcf.cutflow.tables.rows import CutflowTable, DatasetTable, SummaryRow

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "_": r"\_",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": "$<$",
    ">": "$>$",
    "±": r"$\pm$",
    "∞": r"$\infty$",
}


def to_latex(table: CutflowTable) -> str:
    r"""Return `table` as ``table`` floats, the summary first; needs ``\usepackage{booktabs}``.

    Letters outside of ASCII are kept: a unit such as ``μm`` needs LuaLaTeX or XeLaTeX.
    """
    floats = [_summary(table.summary, table.background_uncertainty)]
    floats += [_dataset(dataset) for dataset in table.datasets]
    return "\n".join(["% needs \\usepackage{booktabs}", *floats])


def escape(text: str) -> str:
    """Return `text` so that LaTeX prints it as it stands."""
    return "".join(_SPECIAL.get(letter, letter) for letter in text)


def _summary(rows: tuple[SummaryRow, ...], background_uncertainty: float) -> str:
    head = ["Cut", "$S$", "$B$", r"$S/\sqrt{B}$", "$Z$", r"$S/(S+B)$ [\%]"]
    body = [
        [
            escape(row.cut),
            _number(plus_minus(row.signal, row.signal_error)),
            _number(plus_minus(row.background, row.background_error)),
            _number(plain(row.s_over_sqrt_b)),
            _number(plain(row.asimov)),
            _number(percent(row.purity)),
        ]
        for row in rows
    ]
    caption = (
        "Expected signal $S$ and background $B$ after each cut, and the Asimov significance $Z$ "
        rf"with a background uncertainty of {100.0 * background_uncertainty:.3g}\,\%."
    )
    return _float(caption, head, body)


def _dataset(dataset: DatasetTable) -> str:
    head = ["Cut", "Events", "Expected", r"Alone [\%]", r"Step [\%]", r"Total [\%]", r"$N-1$ [\%]"]
    body = [
        [
            escape(row.cut),
            _number(grouped(row.events)),
            _number(plus_minus(row.expected, row.expected_error)),
            _number(percent(row.alone)),
            _number(percent(row.step)),
            _number(percent(row.total)),
            _number(percent(row.nminusone_efficiency)),
        ]
        for row in dataset.rows
    ]
    caption = (
        f"Cut-flow of {escape(dataset.dataset)} ({dataset.role}). Efficiencies of each cut on all "
        "events (alone), on what the cuts above leave (step), of all cuts so far (total), and of "
        "the cut on what all the others leave ($N-1$)."
    )
    return _float(caption, head, body)


def _float(caption: str, head: list[str], body: list[list[str]]) -> str:
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{caption}}}",
        rf"\begin{{tabular}}{{l{'r' * (len(head) - 1)}}}",
        r"\toprule",
        " & ".join(head) + r" \\",
        r"\midrule",
        *(" & ".join(row) + r" \\" for row in body),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
        "",
    ]
    return "\n".join(lines)


def _number(text: str) -> str:
    r"""Typeset a number: thin spaces between thousands, powers of ten, minus signs."""
    text = re.sub(r"(?<=\d) (?=\d)", r"\\,", text)
    text = re.sub(r"e([+-]?)0*(\d+)$", lambda m: rf"$\times10^{{{m[1].strip('+')}{m[2]}}}$", text)
    text = re.sub(r"(?<![\w^{])-(?=[\d∞])", "$-$", text)
    return re.sub("[±∞]", lambda match: _SPECIAL[match[0]], text)
