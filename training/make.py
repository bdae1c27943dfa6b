"""Makes a model from nothing: python training/make.py --size cpu --out training/runs/cpu

Runs every step of a recipe (recipes.py) in order and prints each command: problems, tokenizer, supervised phases, reinforcement, extra outputs, export
and measurement. Started again with the same folder it goes on where it was; every long step resumes by itself. The finished model is in `model` there.
"""

import argparse
import json
import shlex
import subprocess
import sys
import time
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


def stages(recipe: Recipe, out: Path, threads: int) -> list[Stage]:
    """All commands of a recipe, in order."""
    def file(name: str) -> Path:
        return out / f"{name}.jsonl"

    shared = ["--threads", threads]
    found = [Stage(f"data {one.name}", typescript("generate.ts", "--seed", one.seed, "--count", one.count, "--levels", one.levels, "--out", file(one.name))) for one in recipe.data]
    found.append(Stage("tokenizer", python("tokenizer.py", file(recipe.tokenizer), out / "tokenizer")))
    for number, phase in enumerate(recipe.phases, 1):
        data = ["--data", *map(file, phase.data)]
        where = ["--tokenizer", out / "tokenizer", "--out", out / "supervised"]
        found.append(Stage(f"supervised {number}", python("sft.py", json.dumps(recipe.shape), *where, *data, *flags(phase.options), *shared)))
    weights = out / "supervised"
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


def run(wanted: list[Stage], out: Path) -> None:
    """Runs what has not been done. A step that was done by another command stands for another recipe and is not mixed with this one."""
    record = out / "done.json"
    done: dict[str, str] = json.loads(record.read_text()) if record.exists() else {}
    for stage in wanted:
        command = shlex.join(stage.command)
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
        done[stage.name] = shlex.join(stage.command)
        record.write_text(json.dumps(done, indent=2) + "\n")
        print(f"  {time.time() - began:.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", choices=sorted(RECIPES), required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    began = time.time()
    try:
        run(stages(RECIPES[options.size], options.out.resolve(), options.threads), options.out)
    except KeyboardInterrupt:
        raise SystemExit("\nInterrupted. Run the same command again to go on from here.") from None
    print(f"{options.out / 'model'} is ready, after {(time.time() - began) / 60:.1f} minutes.")


if __name__ == "__main__":
    main()
