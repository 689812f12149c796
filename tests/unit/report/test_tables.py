from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.cutflow.tables.text import text_table
from coffea_lcf.report.tables import with_tables


class Cells(HTMLParser):
    """The texts of a page by the element that they are in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag in ("caption", "th", "td", "pre"):
            self.found.append((tag, ""))

    def handle_data(self, data):
        if self.found and data.strip():
            tag, text = self.found.pop()
            self.found.append((tag, text + data))


def test_tables_become_tables_and_the_rest_stays():
    first = text_table("lost <without>", ("cut", ["x < 3", "y"]), {"ε_b %": ["1.0 ± 2.0", "3"]}, 80)
    second = text_table("again", ("", ["a b"]), {"Z": ["-"], "": ["needed"]}, 80)
    found = Cells(
        with_tables(f"in general\n\nwith a gap\n\n{first}\nlegend  1\n  2\n\n{second}")
    ).found

    assert found == [
        ("pre", "in general\n\nwith a gap"),
        *[("caption", "lost <without>"), ("th", "cut"), ("th", "ε_b %")],
        *[("th", "x < 3"), ("td", "1.0 ± 2.0"), ("th", "y"), ("td", "3")],
        ("pre", "legend  1\n  2"),
        *[("caption", "again"), ("th", ""), ("th", "Z"), ("th", "")],
        *[("th", "a b"), ("td", "-"), ("td", "needed")],
    ]


def test_text_without_a_table_stays_as_it_is():
    assert Cells(with_tables("a - b\n  c & d\n")).found == [("pre", "a - b\n  c & d")]


WORDS = st.lists(st.from_regex(r"[a-z_<>0-9.]{1,12}", fullmatch=True), min_size=1, max_size=8)


@given(st.lists(WORDS, min_size=1, max_size=4), st.integers(40, 80))
def test_names_that_wrap_on_the_screen_are_put_together(rows, width):
    names = [" ".join(words) for words in rows]
    numbers = [str(number) for number in range(len(names))]
    page = with_tables(text_table("title", ("cut", names), {"number": numbers}, width))
    cells = [text for _, text in Cells(page).found[3:]]

    assert cells[0::2] == names
    assert cells[1::2] == numbers
