"""The code blocks of a Markdown page, and how each language is run."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from markdown_it import MarkdownIt

from coffea_lcf.cli import main
from coffea_lcf.config import load_config, parse_config

NOT_RUN = "% not run:"
"""Starts the paragraph before a block that the tests leave alone, and gives the reason."""

NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?")

LANGUAGES = ("python", "yaml", "sh", "text")
"""What stands in blocks: code, configurations, commands and what they print."""


@dataclass(frozen=True)
class Block:
    """A code block.

    Attributes
    ----------
    place
        Page and line.
    language
        One of `LANGUAGES`.
    text
        The code.
    caption
        The file that it is, empty for none.
    reason
        Why it is not run, empty if it is.
    """

    place: str
    language: str
    text: str
    caption: str = ""
    reason: str = ""


@dataclass
class Session:
    """What the blocks of a page find, and leave for those after them.

    Attributes
    ----------
    config
        The configuration of which parts are shown.
    names
        Variables of Python.
    printed
        What the last block that ran wrote on the screen.
    """

    config: Mapping[str, Any]
    names: dict[str, Any] = field(default_factory=dict)
    printed: str = ""


def blocks(page: Path) -> list[Block]:
    """Return the code blocks of `page` in order; directives without code are none."""
    found, before = [], ""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "fence":
            language, _, argument = token.info.partition(" ")
            if language == "{code-block}":
                language = argument
            if not language.startswith("{"):
                caption, text = _options(token.content)
                line = 0 if token.map is None else token.map[0] + 1
                reason = before.removeprefix(NOT_RUN).strip() if NOT_RUN in before else ""
                found.append(Block(f"{page.name}:{line}", language, text, caption, reason))
            before = ""
        elif token.type == "inline":
            before = token.content if token.content.startswith(NOT_RUN) else ""
    return found


def _options(content: str) -> tuple[str, str]:
    """Return the caption of a directive and the code behind its options."""
    caption = re.match(r":caption: (.+)\n", content)
    return (caption[1], content[caption.end() :].lstrip("\n")) if caption else ("", content)


def run(block: Block, session: Session) -> None:
    """Run `block` in the working directory, or compare it with what was printed last."""
    assert block.language in LANGUAGES, f"{block.place}: {block.language!r}"
    if block.reason:
        session.printed = ""
        return
    {"python": _python, "yaml": _yaml, "sh": _commands, "text": _shown}[block.language](
        block, session
    )


def _python(block: Block, session: Session) -> None:
    if block.caption:
        Path(block.caption).write_text(block.text, encoding="utf-8")
        return
    screen = io.StringIO()
    with contextlib.redirect_stdout(screen):
        exec(compile(block.text, block.place, "exec"), session.names)
    session.printed = screen.getvalue()


def _yaml(block: Block, session: Session) -> None:
    """Check a configuration, or sections that stand in the place of those of `Session.config`."""
    if block.caption:
        path = Path(block.caption)
        path.write_text(block.text, encoding="utf-8")
        load_config(path)
    else:
        parse_config({**session.config, **yaml.safe_load(block.text)}, block.place)


def _commands(block: Block, session: Session) -> None:
    session.printed = ""
    for line in block.text.replace("\\\n", " ").splitlines():
        command = shlex.split(line, comments=True)
        if not command:
            continue
        assert command[0] == "coffea-lcf", f"{block.place}: {line!r} needs '{NOT_RUN} REASON'"
        result = CliRunner().invoke(main, command[1:])
        assert result.exit_code == 0, (block.place, line, result.output, result.exception)
        session.printed += result.output


def _shown(block: Block, session: Session) -> None:
    """Check that each line was printed, with about its numbers; ``...`` is left out."""
    if session.printed:
        assert_printed(block.text, session.printed, block.place)


def assert_printed(text: str, printed: str, place: str) -> None:
    """Check that each line of `text` is in `printed`, with about its numbers, or ``...``."""
    found = [_parts(line) for line in printed.splitlines()]
    for line in text.splitlines():
        words, numbers = _parts(line)
        alike = [pytest.approx(own, rel=0.1, abs=0.01) for one, own in found if one == words]
        assert line.strip() == "..." or numbers in alike, f"{place}: {line!r} is not in\n{printed}"


def _parts(line: str) -> tuple[str, list[float]]:
    """Return what is beside numbers, spaces and rules in `line`, and its numbers."""
    joined = re.sub(r"(?<=\d) (?=\d{3}\b)", "", line)  # of 15 000
    numbers = [float(one) for one in NUMBER.findall(joined)]
    return re.sub(r"[─\s]+", "", NUMBER.sub("#", joined)), numbers
