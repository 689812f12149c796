"""Figures of the code beside what they should be: ``python -m benchmarks.house``.

Lines of modules (all of them) and functions (without docstrings), documented and annotated public
names, lines of code of the tests beside those of the package (neither blank, comment nor
docstring). Complexity, docstrings and types have rules of their own in ``make lint``.
"""

from __future__ import annotations

import ast
import io
import statistics
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
CODE, TESTS = ("coffea_lcf", "processors"), ("tests",)
NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
"""Tokens that make no line one of code."""


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes
    ----------
    name, value, limit
        What is measured, and what it should not be above, or below where `least`.
    least
        Whether the limit is the least that is good.
    where
        The worst places.
    """

    name: str
    value: float
    limit: float
    least: bool = False
    where: str = ""

    @property
    def met(self) -> bool:
        """Whether the value is within the limit."""
        return self.value >= self.limit if self.least else self.value <= self.limit

    def __str__(self) -> str:
        """Return the line."""
        sign = ">=" if self.least else "<="
        mark = "  " if self.met else "! "
        return f"{mark}{self.name:48} {self.value:8.5g}  {sign} {self.limit:<6g} {self.where}"


def modules(folders: tuple[str, ...]) -> dict[Path, str]:
    """Return the source of every module."""
    paths = sorted(path for folder in folders for path in Path(folder).rglob("*.py"))
    return {path: path.read_text(encoding="utf-8") for path in paths}


def functions(sources: dict[Path, str]) -> Iterator[tuple[Path, Function]]:
    """Yield all functions and methods, with their modules."""
    for path, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, Function):
                yield path, node


def lines_of_code(source: str) -> int:
    """Return the lines that are neither blank nor comments nor docstrings."""
    code = set[int]()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NOT_CODE:
            code.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if text and isinstance(node.value.value, str):
            code.difference_update(range(node.lineno, node.end_lineno + 1))
    return len(code)


def length(node: Function) -> int:
    """Return the lines of a function without its docstring."""
    assert node.end_lineno is not None
    lines = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node) is not None:
        first = node.body[0]
        assert first.end_lineno is not None
        lines -= first.end_lineno - first.lineno + 1
    return lines


def is_annotated(node: Function) -> bool:
    """Tell whether arguments and result have types."""
    own = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    named = [one for one in own if one.arg not in ("self", "cls")]
    return node.returns is not None and all(one.annotation is not None for one in named)


def share(passed: list[bool]) -> float:
    """Return the percentage of True."""
    return 100.0 * sum(passed) / len(passed)


def figures() -> list[Figure]:
    """Return all figures of the repository in the current folder."""
    code, tests = modules(CODE), modules(TESTS)
    lines = {path: len(source.splitlines()) for path, source in code.items()}
    longest = max(lines, key=lambda path: lines[path])
    sizes = sorted((length(node), f"{path}:{node.name}") for path, node in functions(code))
    public = [node for _, node in functions(code) if not node.name.startswith("_")]
    top = [
        node
        for source in code.values()
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_")
    ]
    tested = sum(map(lines_of_code, tests.values())) / sum(map(lines_of_code, code.values()))
    return [
        Figure("modules", len(lines), float("inf")),
        Figure("lines of a module, median", statistics.median(lines.values()), 120),
        Figure("lines of a module, most", lines[longest], 300, where=str(longest)),
        Figure("lines of a function, 95th percentile", sizes[int(0.95 * len(sizes))][0], 40),
        Figure("functions above 40 lines, %", share([one > 40 for one, _ in sizes]), 5),
        Figure("lines of a function, most", sizes[-1][0], 60, where=sizes[-1][1]),
        Figure(
            "public names documented, %",
            share([ast.get_docstring(node) is not None for node in top]),
            100,
            least=True,
        ),
        Figure(
            "public functions annotated, %", share([is_annotated(node) for node in public]), 100,
            least=True,
        ),
        Figure("lines of code of tests per line of the package", tested, 1, least=True),
    ]  # fmt: skip


def main() -> None:
    """Print the figures; exit status 1 if one is missed."""
    found = figures()
    print("\n".join(map(str, found)))
    sys.exit(not all(one.met for one in found))


if __name__ == "__main__":
    main()
