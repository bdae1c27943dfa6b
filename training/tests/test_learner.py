"""Learning: rewarded tokens become likelier, others do not, and a training that was interrupted goes on as if it had not been."""

import unittest

import torch

from episodes import Sample
from learner import Batch, Learner, Training, batches, logprobs, share_of_rate
from tests.support import small_decoder

PROMPT = [10, 11, 12]


def sample(ids, advantages, chosen=None, right=False):
    return Sample(PROMPT, ids, chosen or [True] * len(ids), advantages, right)


class Learning(unittest.TestCase):
    def probability(self, model, ids):
        whole = torch.tensor([PROMPT + ids])
        chosen = torch.zeros(1, whole.shape[1] - 1, dtype=torch.bool)
        chosen[0, len(PROMPT) - 1 :] = True
        with torch.no_grad():
            return logprobs(model.eval(), Batch(whole, chosen, chosen, chosen), 1.0).sum().item()

    def test_batches_hold_every_sample_once_and_align_with_what_is_predicted(self):
        samples = [sample([20, 21], [0.5, 0.5]), sample([30, 31, 32, 33], [1, 2, 3, 4], [False, True, True, False]), sample([40], [-1])]
        seen = []
        for batch in batches(samples, 8):
            self.assertEqual(batch.chosen.shape, (len(batch.ids), batch.ids.shape[1] - 1))
            self.assertEqual(batch.right.shape, batch.chosen.shape)
            for row, mask, credit in zip(batch.ids, batch.chosen, batch.advantages, strict=True):
                seen += list(zip(row[1:][mask].tolist(), credit[mask].tolist(), strict=True))
        self.assertEqual(sorted(seen), [(20, 0.5), (21, 0.5), (31, 2.0), (32, 3.0), (40, -1.0)])

    def test_log_probabilities_are_those_of_the_whole_sequence(self):
        model = small_decoder(5)
        ids, chosen = torch.tensor([[1, 2, 3, 4]]), torch.tensor([[False, True, True]])
        expected = (model(ids)[0] / 0.7).log_softmax(-1)
        found = logprobs(model, Batch(ids, chosen, chosen, chosen), 0.7)
        self.assertTrue(torch.allclose(found, torch.stack([expected[1, 3], expected[2, 4]]), atol=1e-5))

    def test_what_was_rewarded_becomes_likelier(self):
        for options in ({}, {"optimizer": "muon"}, {"parts": 2}, {"kl_weight": 0.01}):
            model = small_decoder(5)
            learner = Learner(model, Training(rate=1e-3, warm_up=0, **options), 1.0)
            good, bad = [50, 51, 52], [60, 61, 62]
            before = self.probability(model, good), self.probability(model, bad)
            for _ in range(3):
                learner.learn([sample(good, [1.0] * 3), sample(bad, [-1.0] * 3)])
                learner.step += 1
            after = self.probability(model, good), self.probability(model, bad)
            self.assertGreater(after[0], before[0], options)
            self.assertLess(after[1], before[1], options)

    def test_tokens_that_were_not_chosen_teach_nothing(self):
        model = small_decoder(5)
        learner = Learner(model, Training(warm_up=0), 1.0)
        figures = learner.learn([sample([50, 51], [1.0, 0.0], [False, True])])
        self.assertEqual(figures["gradient"], 0.0)

    def test_right_rollouts_are_imitated_also_where_all_were_right(self):
        for imitation, rises in ((0.0, False), (0.5, True)):
            model = small_decoder(5)
            learner = Learner(model, Training(rate=1e-3, warm_up=0, imitation=imitation), 1.0)
            before = self.probability(model, [50, 51, 52]), self.probability(model, [60, 61, 62])
            learner.learn([sample([50, 51, 52], [0.0] * 3, right=True), sample([60, 61, 62], [0.0] * 3)])
            after = self.probability(model, [50, 51, 52]), self.probability(model, [60, 61, 62])
            self.assertEqual(after[0] > before[0], rises)
            self.assertEqual(after == before, not rises)

    def test_nothing_to_learn_from_changes_nothing(self):
        model = small_decoder(5)
        before = {name: value.clone() for name, value in model.state_dict().items()}
        self.assertEqual(Learner(model, Training(), 1.0).learn([]), {})
        self.assertTrue(all(torch.equal(value, before[name]) for name, value in model.state_dict().items()))

    def test_a_resumed_training_is_the_same_training(self):
        rounds = [[sample([50 + at, 51, 52], [1.0] * 3), sample([60, 61 + at, 62], [-1.0] * 3)] for at in range(4)]

        def train(learner, some):
            for one in some:
                learner.learn(list(one))
                learner.step += 1

        whole = Learner(small_decoder(5), Training(parts=2, kl_weight=0.1), 1.0)
        train(whole, rounds)
        first = Learner(small_decoder(5), Training(parts=2, kl_weight=0.1), 1.0)
        train(first, rounds[:2])
        second = Learner(small_decoder(5), Training(parts=2, kl_weight=0.1), 1.0)
        second.load(first.state())
        train(second, rounds[2:])
        self.assertEqual(second.step, 4)
        for mine, other in zip(whole.model.parameters(), second.model.parameters(), strict=True):
            self.assertTrue(torch.equal(mine, other))

    def test_the_rate_rises_and_falls_to_nothing(self):
        training = Training(steps=12, warm_up=2)
        shares = [share_of_rate(step, training) for step in range(12)]
        self.assertEqual(shares[:3], [0.5, 1.0, 1.0])
        self.assertEqual(shares[2:], sorted(shares[2:], reverse=True))
        self.assertAlmostEqual(shares[-1], 0.1)

    def test_the_distance_to_the_reference_is_seen_and_held(self):
        distances = []
        for weight in (1e-6, 10.0):
            learner = Learner(small_decoder(5), Training(rate=3e-3, warm_up=0, kl_weight=weight), 1.0)
            for _ in range(6):
                figures = learner.learn([sample([50, 51, 52], [1.0] * 3)])
                learner.step += 1
            distances.append(figures["kl"])
        self.assertGreater(distances[0], distances[1])


if __name__ == "__main__":
    unittest.main()
