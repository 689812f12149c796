from __future__ import annotations

import base64

import pytest

from coffea_lcf.report import html

EVIL = '<script src="x">&'
SAFE = "&lt;script src=&quot;x&quot;&gt;&amp;"


@pytest.mark.parametrize(
    "made",
    [
        html.text(EVIL),
        html.paragraph(EVIL),
        html.heading(EVIL),
        html.bullets([EVIL]),
        html.table([EVIL], []),
        html.table(["a", "b"], [(EVIL, 1)]),
        html.table(["a", "b"], [(1, EVIL)]),
        html.table(["a"], [], caption=EVIL),
        html.folded(EVIL, ""),
        html.tree({EVIL: 1}),
        html.tree({"key": [EVIL]}),
        html.image("<svg/>", EVIL),
    ],
)
def test_text_is_escaped(made):
    assert "<script" not in made
    assert SAFE in made


def test_paragraph_joins_sentences_and_vanishes_without_any():
    assert html.paragraph("One.", "", "Two.", kind="note") == '<p class="note">One. Two.</p>\n'
    assert html.paragraph("", "") == ""


def test_table_has_words_first_and_numbers_after():
    made = html.table(["cut", "Z"], [("mass < 3", "1.2")], caption="Yields")
    assert "<caption>Yields</caption>" in made
    assert '<th scope="col">cut</th><th scope="col">Z</th>' in made
    assert '<tr><th scope="row">mass &lt; 3</th><td>1.2</td></tr>' in made


def test_image_holds_the_picture():
    data = html.image("<svg>é</svg>", "a").partition("base64,")[2].partition('"')[0]
    assert base64.b64decode(data).decode() == "<svg>é</svg>"


def test_tree_nests():
    assert html.tree({"a": {"b": [1, "two"]}}) == (
        "<dl><dt>a</dt><dd><dl><dt>b</dt><dd><ul><li>1</li><li>two</li></ul></dd></dl></dd></dl>"
    )
