from __future__ import annotations

import pytest

from coffea_lcf.errors import FitError
from coffea_lcf.training.adam import Adam
from coffea_lcf.training.newton import Newton
from coffea_lcf.training.recipe import PRESETS, Recipe, preset


def test_the_default_is_newton_on_all_events():
    assert preset("default") == Recipe()
    assert isinstance(preset("default").optimiser, Newton)
    assert preset("default").validation_fraction == 0.0


def test_the_paper_is_the_recipe_of_arxiv_2503_22498():
    recipe = preset("paper")
    assert recipe.optimiser == Adam(learning_rate=1e-3, batch_size=512, epochs=200)
    assert (recipe.validation_fraction, recipe.patience) == (0.0, None)
    assert recipe.min_significance == 0.0


def test_the_gradient_descent_stops_early():
    recipe = preset("gradient")
    assert isinstance(recipe.optimiser, Adam)
    assert recipe.validation_fraction > 0
    assert recipe.patience is not None


def test_an_unknown_preset_names_those_there_are():
    with pytest.raises(FitError, match="preset 'quick' is not one of") as caught:
        preset("quick")
    for name in PRESETS:
        assert name in str(caught.value)
