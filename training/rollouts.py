"""Generates thinking and answers under two separate budgets, for many prompts at once: answering, measuring and reinforcement all use it.

Budgets are spent as in Elastic Reasoning (arXiv 2505.05315): thinking stops at the end tag or when its budget is spent, then the text that closes
it is written for the model, then the solution has a budget of its own that thinking cannot touch. What thinking leaves over is not handed on.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from decoding import Cache, Weights, prefill, step
from model import Decoder
from prompts import CLOSE, CLOSE_AFTER_BREAK

ROWS = 192
# Rows that are done are taken out of the batch once the living are no more than this share of it.
COMPACT_AT = 0.75
THINKING, CLOSING, SOLVING, DONE = range(4)


@dataclass(frozen=True)
class Request:
    """A prompt and its budgets in tokens. `thoughts` are given, not generated; they count against the thinking budget."""

    prompt: list[int]
    thinking_budget: int
    solution_budget: int
    thoughts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Rollout:
    ids: list[int]  # all after the prompt: thoughts, how they were closed, answer
    sampled: list[bool]  # for every one of `ids`, whether the model chose it
    thinking: int  # tokens before the end of thinking
    closed: bool  # the model ended its thinking itself
    ended: bool  # the model ended its turn within the solution budget
    answer: list[int]  # without the end tag, the break after it and the end of turn


class Marks:
    """The tokens that mean something to the budgets."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.end_tag, self.stop = tokenizer.token_to_id("</think>"), tokenizer.token_to_id("<|im_end|>")
        texts = [tokenizer.decode([token], skip_special_tokens=False) for token in range(tokenizer.get_vocab_size())]
        self.breaks = torch.tensor([text.endswith("\n") for text in texts])
        # By whether the thoughts end with a line break already.
        self.closings = [tokenizer.encode(text).ids for text in (CLOSE, CLOSE_AFTER_BREAK)]

    def closing(self, thoughts: list[int]) -> list[int]:
        return self.closings[int(not thoughts or bool(self.breaks[thoughts[-1]]))]


@torch.inference_mode()
def generate(
    model: Decoder, marks: Marks, requests: list[Request], *, temperature: float = 0.0, seed: int = 0, copies: int = 1, rows: int = ROWS, half: bool = False
) -> list[list[Rollout]]:
    """For every request `copies` rollouts, greedy at temperature 0. The same seed, requests and machine give the same rollouts."""
    weights = Weights(model, half)
    results: list[list[Rollout]] = [[] for _ in requests]
    contexts = [_context(request, marks) for request in requests]
    # Prompts of one length need no padding, and rows with one budget end together.
    order = sorted(range(len(requests)), key=lambda i: (_longest(requests[i]), len(contexts[i])))
    at_once = max(1, rows // copies)
    for start in range(0, len(order), at_once):
        chosen = order[start : start + at_once]
        noise = torch.Generator().manual_seed(seed * 1_000_003 + start)
        batch = _Batch(marks, [requests[i] for i in chosen for _ in range(copies)], temperature, noise)
        logits, cache = prefill(weights, [contexts[i] for i in chosen], batch.capacity)
        if copies > 1:
            source = torch.arange(len(chosen)).repeat_interleave(copies)
            logits, cache = logits[source], cache.widened(source)
        batch.run(weights, cache, logits)
        for at, rollout in enumerate(batch.rollouts()):
            results[chosen[at // copies]].append(rollout)
    return results


def _context(request: Request, marks: Marks) -> list[int]:
    thoughts = list(request.thoughts)
    return request.prompt + thoughts + (marks.closing(thoughts) if len(thoughts) >= request.thinking_budget else [])


def _longest(request: Request) -> int:
    return request.solution_budget + max(0, request.thinking_budget - len(request.thoughts))


class _Batch:
    """The state of rows that are generated together, one token each at a time."""

    def __init__(self, marks: Marks, requests: list[Request], temperature: float, noise: torch.Generator) -> None:
        self.marks, self.requests, self.temperature, self.noise = marks, requests, temperature, noise
        given = torch.tensor([len(request.thoughts) for request in requests])
        self.thinking = given.clone()
        self.left = torch.tensor([request.thinking_budget for request in requests]) - given  # of the budget of the phase
        self.solution = torch.tensor([request.solution_budget for request in requests])
        self.phase = torch.where(self.left > 0, THINKING, SOLVING)
        self.left = torch.where(self.left > 0, self.left, self.solution)
        longest = max(map(len, marks.closings))
        self.closings = torch.tensor([ids + [0] * (longest - len(ids)) for ids in marks.closings])
        self.closing_lengths = torch.tensor([len(ids) for ids in marks.closings])
        self.kind, self.at = torch.zeros(len(requests), dtype=torch.long), torch.zeros(len(requests), dtype=torch.long)
        self.capacity = max(_longest(request) for request in requests) + longest
        self.tokens = torch.zeros(len(requests), self.capacity, dtype=torch.long)
        self.sampled = torch.zeros(len(requests), self.capacity, dtype=torch.bool)
        self.count = torch.zeros(len(requests), dtype=torch.long)
        self.ended = torch.zeros(len(requests), dtype=torch.bool)

    def run(self, weights: Weights, cache: Cache, logits: Tensor) -> None:
        live = torch.arange(len(self.requests))
        for column in range(self.capacity):
            tokens = self._choose(logits, live)
            self.tokens[live, column] = tokens
            self.sampled[live, column] = self.phase[live] != CLOSING
            # A row that is done but not yet taken out goes on unheard.
            self.count[live] += self.phase[live] != DONE
            self._account(tokens, live)
            keep = (self.phase[live] != DONE).nonzero()[:, 0]
            if len(keep) == 0:
                return
            if len(keep) <= COMPACT_AT * len(live):
                live, tokens = live[keep], tokens[keep]
                cache.keep(keep)
            logits = step(weights, cache, tokens)

    def _choose(self, logits: Tensor, live: Tensor) -> Tensor:
        # A matrix may have more rows than the tokenizer has tokens; those mean nothing.
        logits = logits[:, : len(self.marks.breaks)]
        if self.temperature == 0:
            chosen = logits.argmax(-1)
        else:
            # argmax(p / e) with e exponential draws from p (the Gumbel-max trick).
            draw = torch.empty_like(logits).exponential_(generator=self.noise)
            chosen = (logits / self.temperature).softmax(-1).div_(draw).argmax(-1)
        forced = self.closings[self.kind[live], self.at[live]]
        return torch.where(self.phase[live] == CLOSING, forced, chosen)

    def _account(self, tokens: Tensor, live: Tensor) -> None:
        """Charges one token to each row and moves rows on to their next phase."""
        phase, left = self.phase[live], self.left[live] - 1
        thinking, closing, solving = (phase == kind for kind in (THINKING, CLOSING, SOLVING))
        stopped = (tokens == self.marks.stop) & (thinking | solving)
        closes_itself = thinking & (tokens == self.marks.end_tag)
        spent = thinking & ~closes_itself & (left == 0)
        kind = torch.where(spent, self.marks.breaks[tokens].long(), self.kind[live])
        at = torch.where(closing, self.at[live] + 1, 0)
        closed = closing & (at == self.closing_lengths[kind])
        following = torch.where(spent, CLOSING, phase)
        following = torch.where(closes_itself | closed, SOLVING, following)
        following = torch.where(stopped | (solving & (left == 0)), DONE, following)
        self.phase[live], self.kind[live] = following, kind
        self.at[live] = torch.where(closed, 0, at)
        self.left[live] = torch.where(closes_itself | closed, self.solution[live], left)
        self.thinking[live] += thinking & ~closes_itself & ~stopped
        self.ended[live] |= stopped & solving

    def rollouts(self) -> Iterator[Rollout]:
        for row, request in enumerate(self.requests):
            count = int(self.count[row])
            ids, sampled = self.tokens[row, :count].tolist(), self.sampled[row, :count].tolist()
            thoughts = list(request.thoughts)
            given = thoughts + (self.marks.closing(thoughts) if len(thoughts) >= request.thinking_budget else [])
            ids, sampled = given + ids, [False] * len(given) + sampled
            tag = ids.index(self.marks.end_tag) if self.marks.end_tag in ids else None
            answer = [] if tag is None else [token for token in ids[tag + 1 :] if token != self.marks.stop]
            yield Rollout(ids, sampled, int(self.thinking[row]), tag is not None and sampled[tag], bool(self.ended[row]), answer)
