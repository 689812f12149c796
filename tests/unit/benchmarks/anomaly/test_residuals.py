from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmarks.anomaly.losses import by_place, of_every_particle
from benchmarks.anomaly.residuals import QUANTITIES, relative_errors
from coffea_lcf.nn.lorentz.transformations import rotation, transform
from tests.jets import draw_jets


@pytest.fixture(scope="module")
def jets():
    p4, mask = draw_jets(50, 10)
    # the empty places at the end, as networks leave them
    return p4.gather(1, mask.int().argsort(1, descending=True)[..., None].expand(-1, -1, 4))


def test_what_is_perfect_has_no_errors(jets):
    found = relative_errors(jets, jets)
    assert tuple(sorted(found)) == tuple(sorted(QUANTITIES))
    assert all((errors == 0.0).all() for errors in found.values())


def test_a_common_factor_changes_momenta_and_masses_but_no_angles(jets):
    found = relative_errors(jets, 1.25 * jets)
    for quantity in ("particle pt", "jet pt", "jet mass"):
        assert found[quantity] == pytest.approx(0.25)
    for quantity in ("particle η", "particle φ", "jet η", "jet φ"):
        assert np.abs(found[quantity]).max() < 1e-9


def test_empty_places_are_left_out(jets):
    found = relative_errors(jets, jets + 1.0)
    assert len(found["particle pt"]) == int((jets[..., 0] > 0).sum())
    assert len(found["jet pt"]) == len(jets)


def test_an_angle_across_pi_is_small():
    # at azimuths of 3.1 and -3.1 instead of 3.1
    p4 = torch.tensor([[[1.0, np.cos(3.1), np.sin(3.1), 0.0]] * 2], dtype=torch.float64)
    turned = transform(rotation(2 * np.pi - 6.2, (0.0, 0.0, 1.0)), p4)
    found = relative_errors(p4, turned)
    assert found["jet φ"] == pytest.approx((2 * np.pi - 6.2) / 3.1)


def test_places_are_compared_one_by_one():
    distance = torch.tensor([[[1.0, 0.0], [0.0, 2.0]]])
    assert by_place(distance).tolist() == [3.0]


def test_the_loss_counts_a_soft_particle_by_its_own_energy():
    # back to back at rest, with a mass of 100: the third is soft, the fourth place empty
    jet = torch.zeros(1, 4, 4, dtype=torch.float64)
    jet[0, :3, 0] = torch.tensor([49.5, 49.5, 1.0])
    jet[0, :2, 1] = torch.tensor([49.5, -49.5])
    decoded = jet.clone()
    decoded[0, 2, 1] = 1.0
    found, smallest = (float(of_every_particle(jet, one)) for one in (decoded, jet))
    assert smallest == pytest.approx(4 * 0.01 / 100)
    assert found == pytest.approx(((1.0 + 3.0 * 1.0 / (1.0 + 1.0)) + 3 * 0.01) / 100, rel=1e-3)
