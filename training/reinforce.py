"""Reinforces a trained decoder on the task world: python training/reinforce.py media/models/reins-tiny training/runs/reinforced --training '{"steps": 200}'

GRPO (arXiv 2402.03300) with the clipped, token-level objective of DAPO (arXiv 2503.14476), rollouts under separate budgets for thinking and solution
(Elastic Reasoning, arXiv 2505.05315), an effort drawn for each prompt with ThinkDial's rewards (arXiv 2508.18773), and, with truncations,
AnytimeReasoner's dense rewards (arXiv 2505.13438). What is drawn depends on the seed and the step alone. Started again with the same folder it
resumes; interrupted, it keeps the last state it saved. `log.jsonl` in the folder has one line a step.
"""

import argparse
import json
import random
import shutil
import subprocess
import time
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import torch
from tokenizers import Tokenizer

from checkpoint import read_decoder, save_state, write_decoder
from episodes import Outcome, Prompt, Settings, World, play
from judge import HERE, Judge, node
from learner import Learner, Training

EFFORTS = ("low", "medium", "high")
# Problems are drawn for this many steps at once: starting Node for each would take longer than drawing.
BLOCK = 8


@lru_cache(maxsize=1)
def _printed(options: tuple[str, ...]) -> list[dict]:
    found = subprocess.run([node(), str(HERE / "problems.ts"), *options], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in found.splitlines()]


def draw(training: Training, step: int) -> list[dict]:
    """The problems of one step: the same for the same seed, wherever training was resumed."""
    block, at = divmod(step, BLOCK)
    options = ["--seed", str(training.seed * 100_003 + block), "--count", str(BLOCK * training.prompts), "--split", "train"]
    options += ["--outside", str(training.outside)]
    for name, value in (("skills", training.skills), ("levels", training.levels)):
        options += [] if value is None else [f"--{name}", value]
    return _printed(tuple(options))[at * training.prompts : (at + 1) * training.prompts]


def summary(outcomes: list[Outcome]) -> dict:
    """Means over all rollouts of a step and over those of each effort."""

    def mean(values: list[float]) -> float:
        return round(sum(values) / len(values), 4)

    figures: dict = {"reward": mean([one.reward for one in outcomes]), "right": mean([one.right for one in outcomes])}
    figures |= {"closed": mean([one.closed for one in outcomes]), "ended": mean([one.ended for one in outcomes])}
    for effort in EFFORTS:
        of = [one for one in outcomes if one.effort == effort]
        if of:
            figures[effort] = {"right": mean([one.right for one in of]), "thinking": mean([one.thinking for one in of])}
    return figures


def efforts_of(training: Training, step: int) -> list[str]:
    return random.Random(training.seed * 104_729 + step).choices(EFFORTS, training.efforts, k=training.prompts)


def reinforce(start: Path, tokenizer_folder: Path, out: Path, settings: Settings, training: Training) -> None:
    torch.set_num_threads(training.threads)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(tokenizer_folder / "tokenizer.json"))
    learner = Learner(read_decoder(start), training, settings.temperature)
    saved = out / "state.pt"
    if saved.exists():
        learner.load(torch.load(saved))
        print(f"resumed at step {learner.step}", flush=True)
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copyfile(tokenizer_folder / name, out / name)
    with Judge() as judge, (out / "log.jsonl").open("a") as log:
        world = World(tokenizer, judge, settings)
        while learner.step < training.steps:
            began, step = time.time(), learner.step
            rows = zip(draw(training, step), efforts_of(training, step), strict=True)
            prompts: list[Prompt] = [world.prompt(row, effort) for row, effort in rows]
            samples, outcomes = play(world, learner.model, prompts, training.seed * 1_000_000 + 2 * step)
            played = time.time()
            figures = {**summary(outcomes), "samples": len(samples), **learner.learn(samples)}
            learner.step += 1
            figures |= {"step": learner.step, "seconds": [round(played - began, 2), round(time.time() - played, 2)]}
            log.write(json.dumps(figures) + "\n")
            log.flush()
            print(line_of(figures), flush=True)
            if learner.step % training.save_every == 0 or learner.step == training.steps:
                # The state comes last: a later start goes by it.
                write_decoder(out, learner.model)
                save_state(saved, learner.state())


def line_of(figures: dict) -> str:
    efforts = " ".join(f"{effort} {figures[effort]['right']:.2f} ({figures[effort]['thinking']:.0f})" for effort in EFFORTS if effort in figures)
    return f"step {figures['step']} reward {figures['reward']:.3f} right {figures['right']:.3f} {efforts} {sum(figures['seconds']):.1f} s"


Base = TypeVar("Base")


def changed(base: Base, text: str) -> Base:
    """Settings with some fields replaced from a JSON object."""
    given = json.loads(text)
    known = {one.name for one in fields(base)}
    unknown = set(given) - known
    if unknown:
        raise SystemExit(f"{', '.join(sorted(unknown))} cannot be set; these can: {', '.join(sorted(known))}")
    return replace(base, **{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("start", type=Path, help="folder with the weights")
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, help="folder with the tokenizer, if not the same")
    parser.add_argument("--settings", default="{}", help="fields of episodes.Settings as JSON, for example '{\"truncations\": [32, 64, 128]}'")
    parser.add_argument("--training", default="{}", help="fields of Training as JSON, for example '{\"steps\": 400, \"rate\": 0.0002}'")
    options = parser.parse_args()
    reinforce(options.start, options.tokenizer or options.start, options.out, changed(Settings(), options.settings), changed(Training(), options.training))


if __name__ == "__main__":
    main()
