"""Rollouts for the extra outputs: the model's own thinking, judged, also where it was cut short."""

import json
import random
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from judge import HERE, Attempt, Judge, node
from model import Decoder
from prompts import render_prompt
from rollouts import Marks, Request, Rollout, generate

EFFORTS = ("low", "medium", "high")
# Prompts that are answered and written down together; an interrupted collection loses at most these.
BLOCK = 24
UNKNOWN = -1.0


@dataclass(frozen=True)
class Record:
    """A judged rollout. Where `natural` is false its thinking was closed for it, by a cut or a budget."""

    problem: int
    effort: str
    prompt: list[int]
    ids: list[int]
    sampled: list[bool]
    thinking: int
    natural: bool
    right: bool


@dataclass(frozen=True)
class Plan:
    """How many problems of which part of the split, and how they are answered. Each rollout is also cut once, at a random token."""

    split: str
    count: int
    seed: int
    copies: int = 4
    temperature: float = 1.0
    thinking: int = 800
    solution: int = 32


def collect(path: Path, plan: Plan, model: Decoder, tokenizer: Tokenizer) -> list[Record]:
    """The plan's records, kept in `path`: what is there already is not generated again."""
    marks = Marks(tokenizer)
    command = [node(), str(HERE / "problems.ts"), "--seed", str(plan.seed), "--count", str(plan.count), "--split", plan.split]
    rows = [json.loads(line) for line in subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()]
    records, done = _found(path)
    with Judge() as judge, path.open("a") as out:
        for start in range(done, len(rows), BLOCK):
            found = list(_block(rows, range(start, min(start + BLOCK, len(rows))), plan, model, tokenizer, marks, judge))
            end = min(start + BLOCK, len(rows))
            out.write("".join(json.dumps(asdict(record)) + "\n" for record in found) + json.dumps({"done": end}) + "\n")
            out.flush()
            records += found
            print(f"{plan.split}: {end} of {len(rows)} problems", flush=True)
    return records


def _found(path: Path) -> tuple[list[Record], int]:
    """The records of whole blocks in a file, and the problem that comes next. What was written of a block that was broken off is taken out of the file."""
    if not path.exists():
        return [], 0
    lines = path.read_text().splitlines(keepends=True)
    ends = [at for at, line in enumerate(lines) if line.startswith('{"done"') and line.endswith("\n")]
    whole = lines[: ends[-1] + 1] if ends else []
    if len(whole) < len(lines):
        path.write_text("".join(whole))
    parsed = [json.loads(line) for line in whole]
    return [Record(**one) for one in parsed if "done" not in one], parsed[-1]["done"] if parsed else 0


def _block(rows: list[dict], chosen: range, plan: Plan, model: Decoder, tokenizer: Tokenizer, marks: Marks, judge: Judge) -> Iterator[Record]:
    rng = random.Random(plan.seed * 1_000_003 + chosen.start)
    efforts = [rng.choice(EFFORTS) for _ in chosen]
    prompts = [tokenizer.encode(render_prompt(rows[at]["messages"], effort)).ids for at, effort in zip(chosen, efforts, strict=True)]
    requests = [Request(prompt, plan.thinking, plan.solution) for prompt in prompts]
    options = {"temperature": plan.temperature, "half": True}
    groups = generate(model, marks, requests, seed=plan.seed + 2 * chosen.start, copies=plan.copies, **options)
    cuts = [_cut(request, rollout, rng) for request, group in zip(requests, groups, strict=True) for rollout in group if rollout.thinking > 1]
    short = iter(generate(model, marks, cuts, seed=plan.seed + 2 * chosen.start + 1, **options))
    for at, effort, prompt, group in zip(chosen, efforts, prompts, groups, strict=True):
        everything = group + [next(short)[0] for rollout in group if rollout.thinking > 1]
        grades = judge.grade(rows[at]["problem"], [Attempt(tokenizer.decode(rollout.answer).strip()) for rollout in everything])
        for rollout, grade in zip(everything, grades, strict=True):
            right = grade.right and rollout.ended
            yield Record(at, effort, prompt, rollout.ids, rollout.sampled, rollout.thinking, rollout.closed, right)


def _cut(request: Request, rollout: Rollout, rng: random.Random) -> Request:
    kept = rollout.ids[: rng.randrange(1, rollout.thinking)]
    return Request(request.prompt, len(kept), request.solution_budget, tuple(kept))


@dataclass(frozen=True)
class Batch:
    """Sequences with what is to be said at each position, all [rows, width] and about the state after that token.

    `right` is 0, 1 or UNKNOWN; `remaining` counts the thinking tokens still to come with the end tag, or is UNKNOWN; `chosen` marks states from
    which the model chose a token; `row` and `thought` tell which record a state belongs to and how many thoughts came before it.
    """

    ids: Tensor
    right: Tensor
    remaining: Tensor
    chosen: Tensor
    records: list[Record]


def batches(records: list[Record], tokens: int, rng: random.Random | None) -> Iterator[Batch]:
    """One pass over the records, in batches of about `tokens` tokens of similar length; in random order where a generator is given."""
    order = sorted(records, key=lambda record: -len(record.prompt) - len(record.ids))
    groups: list[list[Record]] = []
    while order:
        count = max(1, tokens // (len(order[0].prompt) + len(order[0].ids)))
        groups.append(order[:count])
        order = order[count:]
    if rng is not None:
        rng.shuffle(groups)
    for group in groups:
        yield _batch(group)


def _batch(records: list[Record]) -> Batch:
    width = max(len(record.prompt) + len(record.ids) for record in records)
    ids = torch.zeros(len(records), width, dtype=torch.long)
    right, remaining = (torch.full((len(records), width), UNKNOWN) for _ in range(2))
    chosen = torch.zeros(len(records), width, dtype=torch.bool)
    for row, record in enumerate(records):
        start, end = len(record.prompt), len(record.prompt) + len(record.ids)
        ids[row, :end] = torch.tensor(record.prompt + record.ids)
        chosen[row, start - 1 : end - 1] = torch.tensor(record.sampled)
        # What stands before a cut is the beginning of the natural course, which has its own label; the cut one begins where it was closed.
        first = start - 1 if record.natural else start + _closed_at(record) - 1
        right[row, first : end - 1] = float(record.right)
        if record.natural:
            remaining[row, start - 1 : start + record.thinking] = torch.arange(record.thinking + 1, 0, -1, dtype=torch.float)
    return Batch(ids, right, remaining, chosen, records)


def _closed_at(record: Record) -> int:
    """How many of the record's tokens there are up to the end of the text that closed its thoughts."""
    at = record.thinking
    while at < len(record.ids) and not record.sampled[at]:
        at += 1
    return at
