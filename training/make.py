"""Makes a model from nothing: python training/make.py --size cpu --out training/runs/cpu

Runs every step of a recipe (recipes.py) in order and prints each command: problems, tokenizer, supervised phases, reinforcement, extra outputs, export
and measurement. Started again with the same folder it goes on where it was; training and the rollouts for the extra outputs resume in the middle. The finished
model is in `model` there.
"""

import argparse
import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from judge import HERE, node
from recipes import RECIPES, Recipe


@dataclass(frozen=True)
class Stage:
    name: str
    command: tuple[str, ...]


def python(script: str, *arguments: object) -> tuple[str, ...]:
    return (sys.executable, str(HERE / script), *map(str, arguments))


def typescript(script: str, *arguments: object) -> tuple[str, ...]:
    return (node(), str(HERE / script), *map(str, arguments))


def flags(options: dict) -> list[str]:
    """`{"steps": 30, "compile": True}` as `--steps 30 --compile`."""
    return [part for name, value in options.items() if value is not False for part in ([f"--{name}"] if value is True else [f"--{name}", str(value)])]


def stages(recipe: Recipe, out: Path, threads: int, control: bool = False) -> list[Stage]:
    """All commands of a recipe, in order. `control`: also the same model trained on whole thoughts only, for the gate to hold the model against."""
    def file(name: str) -> Path:
        return out / f"{name}.jsonl"

    shared = ["--threads", threads]
    found = [Stage(f"data {one.name}", typescript("generate.ts", "--seed", one.seed, "--count", one.count, "--levels", one.levels, "--out", file(one.name))) for one in recipe.data]
    found.append(Stage("tokenizer", python("tokenizer.py", file(recipe.tokenizer), out / "tokenizer")))
    weights: Path | None = None
    for number, phase in enumerate(recipe.phases, 1):
        before, weights = weights, out / ("supervised" if phase is recipe.phases[-1] else f"supervised-{number}")
        found.append(Stage(f"supervised {number}", _supervised(recipe, phase.options, phase.data, before, weights, file, shared)))
    if control:
        found += _control(recipe, out, file, shared)
    if recipe.reinforcement is not None:
        training = json.dumps({**recipe.reinforcement, "threads": threads})
        where = [weights, out / "reinforced", "--tokenizer", out / "tokenizer"]
        found.append(Stage("reinforcement", python("reinforce.py", *where, "--settings", json.dumps(recipe.settings), "--training", training)))
        weights = out / "reinforced"
    found.append(Stage("heads", python("train_heads.py", weights, out / "heads", "--tokenizer", out / "tokenizer", *flags(recipe.heads), *shared)))
    small = ["--int8"] if recipe.int8 else []
    model = out / "model"
    found.append(Stage("export", python("export.py", weights, out / "tokenizer", model, "--heads", out / "heads", "--reins", json.dumps(recipe.reins), *small)))
    found.append(Stage("reference", python("reference.py", model)))
    return [*found, *_measurement(recipe, out, model, shared)]


def _control(recipe: Recipe, out: Path, file: Callable[[str], Path], shared: list) -> list[Stage]:
    """The same model on whole thoughts: from the first phase that cuts any, every phase again without cuts."""
    first = next((number for number, phase in enumerate(recipe.phases, 1) if "cuts" in phase.options), len(recipe.phases))
    weights, found = (out / f"supervised-{first - 1}" if first > 1 else None), []
    for number, phase in enumerate(recipe.phases[first - 1 :], first):
        last = phase is recipe.phases[-1]
        options = {**{name: value for name, value in phase.options.items() if name != "cuts"}, **(recipe.control if last else {})}
        before, weights = weights, out / ("control" if last else f"control-{number}")
        found.append(Stage("control" if last else f"control {number}", _supervised(recipe, options, phase.data, before, weights, file, shared)))
    version = {**recipe.reins, "version": f"{recipe.reins['version']}-whole-thoughts"}
    return [*found, Stage("control export", python("export.py", weights, out / "tokenizer", out / "whole-thoughts", "--reins", json.dumps(version)))]


def _supervised(recipe: Recipe, options: dict, data: tuple[str, ...], before: Path | None, out: Path, file: Callable[[str], Path], shared: list) -> tuple[str, ...]:
    """A phase goes on from where the one before it ended, and leaves that one's folder as it is."""
    begun = [] if before is None else ["--from", before / "state.pt"]
    where = ["--tokenizer", out.parent / "tokenizer", "--out", out, *begun, "--data", *map(file, data)]
    return python("sft.py", json.dumps(recipe.shape), *where, *flags(options), *shared)


def _measurement(recipe: Recipe, out: Path, model: Path, shared: list) -> list[Stage]:
    problems, answers = out / "held-out.jsonl", out / "answers.jsonl"
    found = [
        Stage("held-out problems", typescript("generate.ts", "--seed", 900, "--each", recipe.each, "--split", "held-out", "--out", problems)),
        Stage("answers", python("answer.py", model, problems, answers, *flags(recipe.answers), *shared)),
    ]
    files = [answers]
    for share in recipe.cuts:
        files.append(out / f"cut-{share}.jsonl")
        found.append(Stage(f"answers cut at {share}", python("answer.py", model, problems, files[-1], "--cut", share, "--natural", answers, *shared)))
    return [*found, Stage("grades", typescript("grade.ts", problems, *files))]


def recorded(stage: Stage, out: Path) -> str:
    """A command as it stands in the record: without what does not decide what is made, that is where the folders and the interpreter are and how many threads work."""
    places = {str(out.resolve()): "OUT", str(HERE): "TRAINING"}
    text = shlex.join(stage.command[1:])
    for place, name in places.items():
        text = text.replace(place, name)
    return re.sub(r'--threads \d+|, "threads": \d+', "", text).strip()


def run(wanted: list[Stage], out: Path) -> None:
    """Runs what has not been done. A step that was done by another command stands for another recipe and is not mixed with this one."""
    record = out / "done.json"
    done: dict[str, str] = json.loads(record.read_text()) if record.exists() else {}
    for stage in wanted:
        command = recorded(stage, out)
        if done.get(stage.name, command) != command:
            raise SystemExit(f"{out} was made by another recipe (step '{stage.name}' was different). Choose another folder with --out, or delete this one.")
    for number, stage in enumerate(wanted, 1):
        title = f"[{number}/{len(wanted)}] {stage.name}"
        if stage.name in done:
            print(f"{title}: done before", flush=True)
            continue
        print(f"{title}\n  {shlex.join(stage.command)}", flush=True)
        began = time.time()
        code = subprocess.run(stage.command, check=False).returncode
        if code != 0:
            raise SystemExit(f"Step '{stage.name}' failed with code {code}; its message stands above. Run the same command again to go on from here.")
        done[stage.name] = recorded(stage, out)
        record.write_text(json.dumps(done, indent=2) + "\n")
        print(f"  {time.time() - began:.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", choices=sorted(RECIPES), required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--control", action="store_true", help="also train the same model on whole thoughts only, for model:check --control")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    began = time.time()
    try:
        run(stages(RECIPES[options.size], options.out.resolve(), options.threads, options.control), options.out)
    except KeyboardInterrupt:
        raise SystemExit("\nInterrupted. Run the same command again to go on from here.") from None
    print(f"{options.out / 'model'} is ready, after {(time.time() - began) / 60:.1f} minutes.")


if __name__ == "__main__":
    main()
