from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import hist
import pytest

from coffea_lcf.cutflow import Normalisation, count
from coffea_lcf.errors import SelectionError
from coffea_lcf.report import ReportContent, Section, write_report
from coffea_lcf.report.histograms import stage_met
from coffea_lcf.report.page import render
from coffea_lcf.selection import Selection

VOID = {"meta", "img"}
TITLES = [
    "What ran",
    "Cuts",
    "Importance",
    "Training",
    "Cut-flow",
    "Datasets",
    "Skims",
    "Provenance",
]


class Page(HTMLParser):
    """Reads a page: its tags, whether each is closed, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def bare(content) -> ReportContent:
    """The content without what takes time to draw: histograms and fit."""
    return replace(content, observables={}, fit={})


@pytest.fixture(scope="module")
def source(content) -> str:
    return render(content)


@pytest.fixture(scope="module")
def page(source) -> Page:
    return Page(source)


def _page(content: ReportContent) -> Page:
    return Page(render(content))


def test_every_tag_is_closed(page):
    assert page.open == []


def test_nothing_comes_from_outside(page, source):
    assert all(image["src"].startswith("data:image/svg+xml;base64,") for image in page.of("img"))
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "iframe", "object"})
    assert not re.search(r"url\(|@import|https?://", source)


def test_sections_are_listed_in_order(source):
    assert re.findall(r'<a href="#s\d+">(.*?)</a>', source) == TITLES
    assert re.findall(r"<h2>(.*?)</h2>", source) == TITLES
    assert re.findall(r'<section id="(s\d+)">', source) == [f"s{n}" for n in range(1, 9)]


def test_every_picture_is_described(page):
    # two a cut, the observable without one, importance, history and efficiencies
    assert len(page.of("img")) == 2 * 4 + 1 + 3
    assert all(image["alt"] for image in page.of("img"))


def test_size(source):
    assert len(source) < 1_500_000


def test_summary_says_what_the_selection_does(content, page):
    end = content.table.summary[-1]
    assert f"It keeps {100 * end.signal_efficiency:.0f} % of signal" in page.text
    assert f"{100 * end.background_efficiency:.2g} % of background" in page.text
    assert "4 cuts, 3 learned with the sequential strategy, 1 given by the user." in page.text
    assert "30 000 events of w_jets (signal), qcd_dijets (background)" in page.text
    assert f"rises from 0.042 to {end.asimov:.3g}" in page.text
    assert "Offered and not cut: n2." in page.text


def test_cuts_are_in_words_with_their_spread(page):
    assert "1. 62.4 < mass < 101.7 GeV" in page.text
    assert "importance 0.412 ± 0.021; lower boundary ± 1.2 GeV" in page.text
    assert "3. d2 < 0.4 or d2 > 1.45" in page.text


def test_importance_is_qualified_and_beside_the_nminusone_column(content, page):
    assert "a trace of the path that the optimiser took" in page.text
    row = content.table.summary[1]
    cells = f"{100 * row.signal_nminusone:.2f} {100 * row.background_nminusone:.2f}"
    assert f"62.4 < mass < 101.7 GeV {cells} {row.asimov_without:.3g}" in page.text


def test_yields_of_each_dataset_are_shown(content, page):
    for table in content.table.datasets:
        assert f"{table.dataset} ({table.role})" in page.text
    assert "Z with 10 % background uncertainty" in page.text


def test_complete_run_has_no_banner(page):
    assert not any(attrs.get("class") == "banner" for attrs in page.of("div"))
    assert "15 000 / 15 000 yes" in page.text


@pytest.mark.parametrize(
    ("shortfall", "message"),
    [
        ({"chunks_processed": 2}, "w_jets: 2 of 3 chunks processed"),
        ({"events_processed": 9_999}, "w_jets: 9 999 of 15 000 events processed"),
        ({"failures": ["a.root: truncated"]}, "w_jets: a.root: truncated"),
    ],
)
def test_incomplete_run_has_a_banner(bare, shortfall, message):
    first, second = bare.completeness
    page = _page(replace(bare, completeness=[{**first, **shortfall}, second]))
    assert any(attrs.get("class") == "banner" for attrs in page.of("div"))
    assert f"for all events. {message}" in page.text
    assert "NO" in page.words


def test_what_is_not_there_is_left_out(bare):
    page = _page(replace(bare, skims=[], provenance={}, completeness=[]))
    headings = [title for title in TITLES if title in page.words]
    assert headings == ["What ran", "Cuts", "Cut-flow", "Datasets"]
    assert len(page.of("img")) == 1


def test_fit_without_steps_has_settings_and_no_picture(bare):
    page = _page(replace(bare, fit={"strategy": "parallel", "history": {"step": [], "loss": []}}))
    assert "Settings strategy parallel" in page.text
    assert len(page.of("img")) == 1


def test_extra_sections_follow_the_cutflow(bare):
    extra = Section("Trade-off & more", "<p>Points of <em>operation</em>.</p>\n")
    source = render(replace(bare, extra=(extra,)))
    order = re.findall(r"<h2>(.*?)</h2>", source)
    assert order[order.index("Cut-flow") + 1] == "Trade-off &amp; more"
    assert extra.body in source


def test_text_of_the_user_is_text(bare):
    evil = "<script>alert(1)</script>$title"
    page = _page(replace(bare, title=evil, description=evil, provenance={evil: evil}))
    assert not page.of("script")
    assert page.text.count(evil) == 5


def test_without_cross_sections_it_says_so(bare):
    roles = {"w_jets": Normalisation("signal", 1.0), "qcd_dijets": Normalisation("background", 1.0)}
    page = _page(replace(bare, normalisations=roles))
    assert "No cross-section was given for qcd_dijets, w_jets" in page.text


def test_selection_without_cuts(bare):
    flow = count("w_jets", {}, bare.cutflow.sumw("w_jets")) + count(
        "qcd_dijets", {}, bare.cutflow.sumw("qcd_dijets")
    )
    page = _page(replace(bare, selection=Selection(()), cutflow=flow))
    assert "The selection is 0 cuts. It keeps 100 % of signal and 100 % of background." in page.text


def test_cutflow_of_another_selection_is_refused(bare, tmp_path):
    with pytest.raises(SelectionError, match="not that of the selection"):
        write_report(tmp_path / "report.html", replace(bare, selection=Selection(())))
    assert list(tmp_path.iterdir()) == []


def test_file_is_written_and_named(bare, tmp_path):
    path = write_report(tmp_path / "new" / "report.html", bare)
    assert path == tmp_path / "new" / "report.html"
    assert path.read_text(encoding="utf-8") == render(bare)


def test_nminusone_histograms_are_preferred(content):
    assert stage_met(content, 2) == ("all but d2", "events that pass all other cuts")
    stages = [one for one in content.observables["d2"].axes["stage"] if one != "all but d2"]
    without_others = hist.Hist(
        hist.axis.StrCategory(["w_jets"], name="dataset"),
        hist.axis.StrCategory(stages, name="stage"),
        hist.axis.Regular(2, 0, 1, name="x"),
        storage=hist.storage.Weight(),
    )
    older = replace(content, observables={**content.observables, "d2": without_others})
    assert stage_met(older, 2) == ("tau21", "events that pass the cuts above")


def test_importing_the_report_is_cheap():
    check = (
        "import sys, coffea_lcf.report; "
        "sys.exit(any(name in sys.modules for name in ('matplotlib', 'mplhep', 'torch', 'coffea')))"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


@pytest.mark.slow
def test_forty_observables_stay_below_five_megabytes(content):
    some = content.observables["n2"]
    many = {**content.observables, **{f"x{order}": some for order in range(35)}}
    assert len(render(replace(content, observables=many))) < 5_000_000
