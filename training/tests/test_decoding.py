"""Decoding with a cache gives what the decoder gives without one."""

import unittest

import torch

from decoding import Weights, prefill, step
from tests.support import small_decoder

CONTEXTS = [[5, 6, 7, 8, 9, 10, 11], [3, 4], [40, 41, 42, 43]]


class Decoding(unittest.TestCase):
    @torch.inference_mode()
    def setUp(self):
        self.model = small_decoder(2)
        self.weights = Weights(self.model)

    def last_logits(self, ids):
        return self.model(torch.tensor([ids]))[0, -1]

    def assert_rows(self, logits, contexts):
        for row, context in enumerate(contexts):
            self.assertTrue(torch.allclose(logits[row], self.last_logits(context), atol=1e-4), (row, context))

    @torch.inference_mode()
    def test_rows_of_different_lengths(self):
        contexts = [list(context) for context in CONTEXTS]
        logits, cache = prefill(self.weights, contexts, 8)
        self.assert_rows(logits, contexts)
        for token in (12, 77, 300):
            logits = step(self.weights, cache, torch.tensor([token, token + 1, token + 2]))
            for row, context in enumerate(contexts):
                context.append(token + row)
            self.assert_rows(logits, contexts)

    @torch.inference_mode()
    def test_rows_taken_out_and_put_in_order(self):
        logits, cache = prefill(self.weights, CONTEXTS, 4)
        step(self.weights, cache, torch.tensor([1, 2, 3]))
        cache.keep(torch.tensor([2, 0]))
        logits = step(self.weights, cache, torch.tensor([50, 60]))
        self.assert_rows(logits, [[*CONTEXTS[2], 3, 50], [*CONTEXTS[0], 1, 60]])

    @torch.inference_mode()
    def test_several_rows_from_one(self):
        _, cache = prefill(self.weights, CONTEXTS, 4)
        cache = cache.widened(torch.tensor([0, 0, 2]))
        logits = step(self.weights, cache, torch.tensor([21, 22, 23]))
        self.assert_rows(logits, [[*CONTEXTS[0], 21], [*CONTEXTS[0], 22], [*CONTEXTS[2], 23]])

    @torch.inference_mode()
    def test_half_precision_is_near(self):
        exact, _ = prefill(self.weights, CONTEXTS, 0)
        half, _ = prefill(Weights(self.model, half=True), CONTEXTS, 0)
        self.assertFalse(torch.equal(exact, half))
        self.assertLess((exact - half).abs().max().item(), 0.05 * exact.abs().max().item())


if __name__ == "__main__":
    unittest.main()
