"""The clipped objective and the KL estimate."""

import unittest

import torch

from objective import clipped_loss, clipped_share, kl_estimate


class Objective(unittest.TestCase):
    def test_a_first_step_follows_the_advantage(self):
        new = torch.tensor([-1.0, -2.0], requires_grad=True)
        clipped_loss(new, new.detach(), torch.tensor([1.0, -0.5])).sum().backward()
        self.assertEqual(new.grad.tolist(), [-1.0, 0.5])

    def test_what_has_moved_far_enough_is_left_alone(self):
        old = torch.zeros(4)
        new = torch.tensor([1.27, 1.29, 0.81, 0.79]).log().requires_grad_()
        advantages = torch.tensor([1.0, 1.0, -1.0, -1.0])
        loss = clipped_loss(new, old, advantages)
        self.assertTrue(torch.allclose(loss, torch.tensor([-1.27, -1.28, 0.81, 0.8])))
        loss.sum().backward()
        self.assertEqual([bool(value) for value in new.grad], [True, False, True, False])
        self.assertEqual(clipped_share(new.detach(), old, advantages), 0.5)

    def test_a_move_in_the_wrong_direction_is_never_clipped(self):
        new = torch.tensor([0.1, 3.0]).log().requires_grad_()
        clipped_loss(new, torch.zeros(2), torch.tensor([1.0, -1.0])).sum().backward()
        self.assertTrue(torch.allclose(new.grad, torch.tensor([-0.1, 3.0])))

    def test_the_kl_estimate_is_unbiased_and_never_negative(self):
        generator = torch.Generator().manual_seed(1)
        p, q = torch.tensor([0.7, 0.2, 0.1]), torch.tensor([0.5, 0.2, 0.3])
        drawn = torch.multinomial(p, 200_000, replacement=True, generator=generator)
        estimate = kl_estimate(p.log()[drawn], q.log()[drawn])
        self.assertTrue(bool((estimate >= 0).all()))
        self.assertAlmostEqual(estimate.mean().item(), (p * (p / q).log()).sum().item(), places=2)
        self.assertEqual(kl_estimate(p.log(), p.log()).tolist(), [0, 0, 0])


if __name__ == "__main__":
    unittest.main()
