"""One round of reinforcement: rollouts of each prompt, their judgement, and how much each sampled token gets of the credit."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from tokenizers import Tokenizer

from judge import Attempt, Grade, Judge
from model import Decoder
from prompts import render_prompt
from rewards import LENGTH_WEIGHT, budget_prior, group_advantages, group_brpo_advantages, leak_reward, length_rewards, process_reward, task_reward
from rollouts import Marks, Request, Rollout, generate


@dataclass(frozen=True)
class Settings:
    """How rollouts are made and rewarded. Budgets are in tokens."""

    copies: int = 8
    temperature: float = 1.0
    thinking: dict[str, int] = field(default_factory=lambda: {"low": 96, "medium": 320, "high": 640})
    solution: int = 32
    # Thinking is also cut and answered after these many tokens, in ascending order, where the budget has more; none leaves the dense rewards out.
    truncations: tuple[int, ...] = ()
    prior: str = "uniform"
    length_weight: float = 1.0  # times the effort's own
    leak_weight: float = 1.0
    process_weight: float = 0.0


def truncations_at(settings: Settings, effort: str) -> tuple[int, ...]:
    """Those before the effort's whole budget: an end there or later is the end it has anyhow."""
    return tuple(cut for cut in settings.truncations if cut < settings.thinking[effort])


@dataclass(frozen=True)
class Prompt:
    ids: list[int]
    effort: str
    problem: dict


@dataclass(frozen=True)
class Sample:
    """A sequence to learn from: what each token after the prompt is to be credited with, which of them the model chose, and whether it ended right."""

    prompt: list[int]
    ids: list[int]
    chosen: list[bool]
    advantages: list[float]
    right: bool


@dataclass(frozen=True)
class Outcome:
    """A judged rollout, for the log."""

    effort: str
    right: bool
    reward: float
    thinking: int
    closed: bool
    ended: bool


class World:
    """Draws and judges: what the policy acts on."""

    def __init__(self, tokenizer: Tokenizer, judge: Judge, settings: Settings) -> None:
        self.tokenizer, self.judge, self.settings, self.marks = tokenizer, judge, settings, Marks(tokenizer)

    def prompt(self, row: dict, effort: str) -> Prompt:
        return Prompt(self.tokenizer.encode(render_prompt(row["messages"], effort)).ids, effort, row["problem"])

    def rollouts(self, model: Decoder, prompts: list[Prompt], seed: int, half: bool) -> list[list[Rollout]]:
        s = self.settings
        requests = [Request(prompt.ids, s.thinking[prompt.effort], s.solution) for prompt in prompts]
        return generate(model, self.marks, requests, temperature=s.temperature, seed=seed, copies=s.copies, half=half)

    def grades(self, problem: dict, rollouts: list[Rollout]) -> list[Grade]:
        decode = self.tokenizer.decode
        return self.judge.grade(problem, [Attempt(decode(one.answer).strip(), decode(one.ids[: one.thinking])) for one in rollouts])

    def answer_text(self, rollout: Rollout) -> str:
        return self.tokenizer.decode(rollout.answer, skip_special_tokens=False)


def play(world: World, model: Decoder, prompts: list[Prompt], seed: int, half: bool = True) -> tuple[list[Sample], list[Outcome]]:
    """Samples to learn from and what they came to. Where nothing differs within a group there is no credit to give."""
    s = world.settings
    groups = world.rollouts(model, prompts, seed, half)
    cuts = _cut_groups(world, model, prompts, groups, seed + 1, half) if s.truncations else None
    samples: list[Sample] = []
    outcomes: list[Outcome] = []
    for at, (prompt, group) in enumerate(zip(prompts, groups, strict=True)):
        grades = world.grades(prompt.problem, group)
        task = [task_reward(grade.right, one.ended) for grade, one in zip(grades, group, strict=True)]
        shaping = shaping_rewards(world, prompt.effort, group, grades)
        rewards = [own + extra for own, extra in zip(task, shaping, strict=True)]
        outcomes += [
            Outcome(prompt.effort, grade.right and one.ended, reward, one.thinking, one.closed, one.ended)
            for grade, one, reward in zip(grades, group, rewards, strict=True)
        ]
        if cuts is None:
            credits = group_advantages(torch.tensor(rewards)).tolist()
            samples += [
                Sample(prompt.ids, one.ids, one.sampled, [credit] * len(one.ids), own > 0) for one, credit, own in zip(group, credits, task, strict=True)
            ]
        else:
            samples += dense_samples(world, prompt, group, cuts[at], task, shaping)
    return samples, outcomes


def shaping_rewards(world: World, effort: str, group: list[Rollout], grades: list[Grade]) -> list[float]:
    """All rewards but the task's own."""
    s = world.settings
    right = [grade.right and one.ended for grade, one in zip(grades, group, strict=True)]
    shortness = length_rewards([len(one.ids) for one in group], right)
    return [
        s.length_weight * LENGTH_WEIGHT[effort] * short
        + s.leak_weight * leak_reward(world.answer_text(one))
        + s.process_weight * process_reward(grade.tried, grade.examples)
        for one, grade, short in zip(group, grades, shortness, strict=True)
    ]


def _cut_groups(world: World, model: Decoder, prompts: list[Prompt], groups: list[list[Rollout]], seed: int, half: bool) -> list[list[list[Rollout]]]:
    """For each prompt and truncation the answers of all its rollouts; a rollout that had stopped thinking before gives its own."""
    s = world.settings
    tokens = [truncations_at(s, prompt.effort) for prompt in prompts]
    wanted = [
        (at, level, row)
        for at, group in enumerate(groups)
        for level, cut in enumerate(tokens[at])
        for row, one in enumerate(group)
        if one.thinking > cut
    ]
    requests = [Request(prompts[at].ids, tokens[at][level], s.solution, tuple(groups[at][row].ids[: tokens[at][level]])) for at, level, row in wanted]
    found = generate(model, world.marks, requests, temperature=s.temperature, seed=seed, half=half)
    cuts = [[list(group) for _ in tokens[at]] for at, group in enumerate(groups)]
    for (at, level, row), (rollout,) in zip(wanted, found, strict=True):
        cuts[at][level][row] = rollout
    return cuts


def dense_samples(world: World, prompt: Prompt, group: list[Rollout], cuts: list[list[Rollout]], task: list[float], shaping: list[float]) -> Iterator[Sample]:
    """Anytime credit (arXiv 2505.13438): a segment of thoughts gets what it changes at its own and all larger budgets, an answer what it is worth
    beside the other answers at its budget. Shaping rewards are shared by the whole rollout, relative to the group."""
    s = world.settings
    scores = torch.empty(len(group), len(cuts) + 1)
    scores[:, -1] = torch.tensor(task)
    for level, answers in enumerate(cuts):
        grades = world.grades(prompt.problem, answers)
        scores[:, level] = torch.tensor([task_reward(grade.right, one.ended) for grade, one in zip(grades, answers, strict=True)])
    truncations = truncations_at(s, prompt.effort)
    prior = budget_prior(s.prior, [*truncations, s.thinking[prompt.effort]])
    segments = group_brpo_advantages(scores, prior)
    answers_worth = scores - scores.mean(0)
    extra = torch.tensor(shaping) - sum(shaping) / len(shaping)
    bounds = torch.tensor(truncations)
    for row, one in enumerate(group):
        at = torch.bucketize(torch.arange(len(one.ids)), bounds, right=True)
        credit = segments[row][at] + extra[row]
        tag = one.ids.index(world.marks.end_tag) if world.marks.end_tag in one.ids else len(one.ids)
        credit[tag + 1 :] = answers_worth[row, -1] + extra[row]
        yield Sample(prompt.ids, one.ids, one.sampled, credit.tolist(), task[row] > 0)
        for level, answers in enumerate(cuts):
            cut = answers[row]
            if cut is not one:
                yield Sample(prompt.ids, cut.ids, cut.sampled, [answers_worth[row, level].item()] * len(cut.ids), scores[row, level].item() > 0)
