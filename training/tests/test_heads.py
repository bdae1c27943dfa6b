"""Heads: their losses against known values, and that they learn what there is to learn from states."""

import json
import random
import tempfile
import unittest
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from head_data import UNKNOWN, Record, _found, batches
from heads import Heads, exit_loss, gamma_cdf, gamma_loss, gamma_mode, layer_states
from tests.support import small_decoder
from train_heads import loss_of, measure, middle_layers, moments, read_heads, write_heads

PROMPT = [10, 11, 12]


def natural(thinking, answer, right=True, problem=0):
    ids = [*thinking, 1, *answer]
    return Record(problem, "high", PROMPT, ids, [True] * len(ids), len(thinking), True, right)


def cut(thinking, answer, right=False, problem=0):
    ids = [*thinking, 2, 1, 3, *answer]
    return Record(problem, "low", PROMPT, ids, [False] * (len(thinking) + 3) + [True] * len(answer), len(thinking), False, right)


class Interrupted(unittest.TestCase):
    def test_a_block_that_was_broken_off_is_made_again(self):
        record = json.dumps(asdict(natural([5, 6], [7])))
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "rollouts.jsonl"
            self.assertEqual(_found(path), ([], 0))
            whole = f'{record}\n{record}\n{{"done": 24}}\n'
            for rest in ("", record + "\n", record[:9], '{"done": 4'):
                path.write_text(whole + rest)
                records, done = _found(path)
                self.assertEqual((len(records), done, path.read_text()), (2, 24, whole))


class Losses(unittest.TestCase):
    def test_the_length_loss_is_the_gamma_density_of_its_logarithm(self):
        alpha, rate, remaining = torch.tensor([70.0, 2.0, 0.5]), torch.tensor([12.0, 3.0, 0.4]), torch.tensor([313.0, 1.0, 20.0])
        expected = -torch.distributions.Gamma(alpha, rate).log_prob((1 + remaining).log())
        self.assertTrue(torch.allclose(gamma_loss(alpha, rate, remaining), expected, atol=1e-4))

    def test_the_mode_in_tokens(self):
        self.assertEqual(round(gamma_mode(torch.tensor(70.0), torch.tensor(12.0)).item()), 313)
        self.assertEqual(gamma_mode(torch.tensor(0.8), torch.tensor(1.0)).item(), 0)

    def test_the_distribution_function_of_the_example(self):
        # Budget Guidance's example: alpha 70, lambda 12.
        cdf = gamma_cdf(torch.tensor(70.0), torch.tensor(12.0), torch.tensor([100.0, 500, 1000]))
        self.assertTrue(torch.allclose(cdf, torch.tensor([0.032471, 0.718287, 0.932671]), atol=2e-5), cdf)

    def test_the_exit_loss_is_a_divergence(self):
        final = torch.tensor([[2.0, 1.0, -1.0], [0.0, 0.0, 0.0]])
        self.assertTrue(torch.allclose(exit_loss(final + 5, final), torch.zeros(2), atol=1e-6))
        p, q = final[0].softmax(-1), torch.tensor([0.1, 0.2, 0.7])
        self.assertAlmostEqual(exit_loss(q.log()[None], final[:1]).item(), (p * (p / q).log()).sum().item(), places=5)


class Labels(unittest.TestCase):
    def test_a_natural_course_is_labelled_from_the_prompt_on(self):
        (batch,) = batches([natural([20, 21], [30, 31])], 100, None)
        self.assertEqual(batch.ids.tolist(), [[*PROMPT, 20, 21, 1, 30, 31]])
        self.assertEqual(batch.right.tolist(), [[UNKNOWN, UNKNOWN, 1, 1, 1, 1, 1, UNKNOWN]])
        # From the prompt there are two thoughts and the end tag to come; before the end tag, one token.
        self.assertEqual(batch.remaining.tolist(), [[UNKNOWN, UNKNOWN, 3, 2, 1, UNKNOWN, UNKNOWN, UNKNOWN]])
        self.assertEqual(batch.chosen.tolist(), [[False, False, True, True, True, True, True, False]])

    def test_a_cut_course_is_labelled_from_its_cut_on(self):
        (batch,) = batches([cut([20, 21], [30, 31])], 100, None)
        u = UNKNOWN
        self.assertEqual(batch.right.tolist(), [[u, u, u, u, u, u, u, 0, 0, u]])
        self.assertEqual(batch.remaining.tolist(), [[u] * 10])
        self.assertEqual(batch.chosen.tolist(), [[False] * 7 + [True, True, False]])

    def test_every_record_once_a_pass(self):
        records = [natural([20] * n, [30]) for n in range(1, 9)]
        for rng in (None, random.Random(1)):
            seen = [record for batch in batches(records, 20, rng) for record in batch.records]
            self.assertEqual(sorted(len(record.ids) for record in seen), [n + 2 for n in range(1, 9)])

    def test_moments_are_those_of_all_thoughts(self):
        alpha, rate = moments([natural([20, 21], [30]), cut([20] * 50, [30])])
        z = np.log1p([3, 2, 1])
        self.assertAlmostEqual(alpha / rate, z.mean())
        self.assertAlmostEqual(alpha / rate**2, z.var())
        self.assertEqual(moments([cut([20] * 50, [30])]), (1, 1))


class Learning(unittest.TestCase):
    def setUp(self):
        self.model = small_decoder(7).requires_grad_(False)

    def test_states_are_the_models_own(self):
        ids = torch.tensor([[5, 6, 7, 8]])
        residuals, states = layer_states(self.model, ids)
        self.assertEqual(len(residuals), self.model.shape.layers + 1)
        self.assertTrue(torch.equal(states, self.model.states(ids)))

    def test_an_untrained_exit_is_the_output_matrix_on_the_layer_as_it_is(self):
        heads = Heads(self.model.shape, (1, 2))
        residuals, _ = layer_states(self.model, torch.tensor([[5, 6, 7]]))
        plain = self.model.logits(torch.nn.functional.rms_norm(residuals[2], (32,), self.model.norm, 1e-6))
        self.assertTrue(torch.allclose(heads.exit_logits(self.model, 2, residuals[2]), plain, atol=1e-5))

    def test_the_length_head_starts_where_it_is_told(self):
        heads = Heads(self.model.shape, ())
        heads.start_remaining_at(7.5, 1.5)
        alpha, rate = heads.gamma(torch.randn(4, 32))
        self.assertTrue(torch.allclose(alpha, torch.full((4,), 7.5)) and torch.allclose(rate, torch.full((4,), 1.5)))

    def test_all_heads_learn(self):
        torch.manual_seed(1)
        # A course that begins with 40 is long and ends wrong, one that begins with 50 is short and ends right.
        records = [natural([40, *range(60, 80)], [30], False, 0), natural([50, 61], [30], True, 1), cut([50], [30], False, 1)]
        heads = Heads(self.model.shape, (1, 2))
        heads.start_remaining_at(*moments(records))
        optimizer = torch.optim.AdamW(heads.parameters(), lr=1e-2)
        losses = []
        for _ in range(150):
            for batch in batches(records, 1000, None):
                loss = loss_of(self.model, heads, batch)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
        self.assertLess(losses[-1], losses[0] - 1)
        _, long = layer_states(self.model, torch.tensor([[*PROMPT, 40, 60]]))
        _, short = layer_states(self.model, torch.tensor([[*PROMPT, 50, 61]]))
        self.assertLess(heads.evaluation_logits(long[0, -1]).item(), -2)
        self.assertGreater(heads.evaluation_logits(short[0, -1]).item(), 2)
        self.assertGreater(gamma_mode(*heads.gamma(long[0, -1])).item(), 5)
        self.assertLess(gamma_mode(*heads.gamma(short[0, -1])).item(), 3)

    def test_figures_stand_beside_what_needs_no_head(self):
        heads = Heads(self.model.shape, (1, 2))
        records = [natural([40, 41], [30], False, 0), natural([50], [30], True, 0), cut([50, 51], [30], True, 1)]
        figures = measure(self.model, heads, records, (2.0, 1.0))
        evaluation, lengths = figures["self-evaluation"], figures["remaining length"]
        right, states = 3 + 1, 4 + 3 + 1  # of the right courses and of all, from their prompt or cut on
        self.assertAlmostEqual(evaluation["share right"], round(right / states, 4))
        self.assertAlmostEqual(evaluation["brier of the base rate"], round(right / states * (1 - right / states), 4))
        self.assertEqual(set(figures["early exit"]), {"1", "2"})
        for figure in figures["early exit"].values():
            self.assertEqual(figure["kl"], figure["plain kl"])
            self.assertTrue(0 <= figure["same"] <= 1)
        self.assertGreater(lengths["median factor off"], 1)
        self.assertIsNone(measure(self.model, heads, records[2:], (2.0, 1.0))["remaining length"])

    def test_heads_written_and_read_back(self):
        heads = Heads(self.model.shape, middle_layers(self.model.shape.layers))
        with tempfile.TemporaryDirectory() as folder:
            write_heads(Path(folder), heads)
            back = read_heads(Path(folder), self.model)
        self.assertEqual(back.layers, heads.layers)
        states = torch.randn(3, 32)
        self.assertTrue(torch.equal(heads.evaluation_logits(states), back.evaluation_logits(states)))

    def test_middle_layers(self):
        self.assertEqual([middle_layers(count) for count in (1, 2, 3, 6, 12)], [(), (1,), (1, 2), (2, 4), (4, 8)])


if __name__ == "__main__":
    unittest.main()
