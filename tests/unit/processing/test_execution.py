from __future__ import annotations

from types import SimpleNamespace

import pytest
from coffea.util import coffea_console

from coffea_lcf.processing.execution import bars


@pytest.mark.parametrize("visible", [True, False])
def test_hidden_bars_leave_no_widget_in_a_notebook(
    monkeypatch: pytest.MonkeyPatch, visible: bool
) -> None:
    monkeypatch.setattr(coffea_console, "is_jupyter", True)
    executor = SimpleNamespace(status=None)
    with bars(executor, visible):
        assert (coffea_console.is_jupyter, coffea_console.quiet) == (visible, not visible)
        assert executor.status is visible
    assert (coffea_console.is_jupyter, coffea_console.quiet) == (True, False)
