"""The sampled softmax against the full one."""

import numpy as np
import pytest
import torch

from elmo.training.fast.sampled_softmax import Sampler, sampled_loss

VOCAB = 60


def problem():
    torch.manual_seed(0)
    hidden = torch.randn(40, 8, requires_grad=True)
    W = (0.5 * torch.randn(VOCAB, 8)).requires_grad_()
    b = torch.randn(VOCAB, requires_grad=True)
    return hidden, W, b, torch.randint(0, VOCAB, (40,))


def test_with_every_word_sampled_it_is_the_full_softmax():
    hidden, W, b, targets = problem()
    full = torch.nn.functional.cross_entropy(hidden @ W.T + b, targets)
    sampled = sampled_loss(hidden, W, b, targets, torch.arange(VOCAB), torch.ones(VOCAB))
    torch.testing.assert_close(sampled, full)
    wanted = torch.autograd.grad(full, [hidden, W, b])
    for one, other in zip(torch.autograd.grad(sampled, [hidden, W, b]), wanted, strict=True):
        torch.testing.assert_close(one, other, atol=1e-6, rtol=1e-4)


def test_its_gradient_agrees_with_the_full_one_in_expectation():
    hidden, W, b, targets = problem()
    wanted = torch.autograd.grad(
        torch.nn.functional.cross_entropy(hidden @ W.T + b, targets), [hidden, W, b]
    )
    sampler = Sampler(np.arange(VOCAB, 0, -1), 50)
    rng = np.random.default_rng(0)
    mean = [torch.zeros_like(g) for g in wanted]
    n = 600
    for _ in range(n):
        chosen = sampler(rng)
        inclusion = torch.from_numpy(sampler.inclusion[chosen]).float()
        loss = sampled_loss(hidden, W, b, targets, torch.from_numpy(chosen), inclusion)
        for total, gradient in zip(mean, torch.autograd.grad(loss, [hidden, W, b]), strict=True):
            total += gradient / n
    for one, other in zip(mean, wanted, strict=True):
        assert torch.cosine_similarity(one.flatten(), other.flatten(), dim=0) > 0.99
        assert (
            0.93 < float(one.norm() / other.norm()) < 1.07
        )  # a ratio of estimates is a little off


@pytest.mark.parametrize("n_sampled", [5, 30, 60, 100])
def test_samples_have_the_size_that_was_asked_for_and_frequent_words_come_more_often(n_sampled):
    sampler = Sampler(np.arange(VOCAB, 0, -1) ** 3, n_sampled)
    assert sampler.inclusion.sum() == pytest.approx(min(n_sampled, VOCAB))
    assert (np.diff(sampler.inclusion) <= 0).all()
    assert (sampler.inclusion > 0).all()
    assert (sampler.inclusion <= 1).all()
    drawn = np.mean([len(sampler(np.random.default_rng(k))) for k in range(300)])
    assert drawn == pytest.approx(min(n_sampled, VOCAB), abs=1)
