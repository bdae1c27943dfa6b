"""Answers problems with a model folder: python training/answer.py media/models/reins-tiny training/runs/held-out.jsonl training/runs/answers.jsonl

Greedy unless `--temperature` says otherwise, in batches, with PyTorch's own decoder; `training/grade.ts` judges the answers. `--thinking N` ends
each thinking by force after N tokens, `--cut 0.25` at that share of its natural length, which a first run's answers file gives.
"""

import argparse
import json
from pathlib import Path

import torch
from tokenizers import Tokenizer

from checkpoint import read_decoder
from prompts import render_prompt
from rollouts import Marks, Request, Rollout, generate

THINKING_LIMIT = 900
ANSWER_LIMIT = 48


def row_of(rollout: Rollout, tokenizer: Tokenizer) -> dict:
    """An answer as `grade.ts` reads it; `ended` tells whether the model ended its thinking itself."""
    answer = tokenizer.decode(rollout.answer).strip()
    return {"ids": rollout.ids, "thinkingTokens": rollout.thinking, "ended": rollout.closed, "answer": answer}


def cut_request(request: Request, natural: dict, share: float) -> Request:
    """The same prompt with the first part of its natural thinking, to be closed there."""
    kept = natural["ids"][: int(natural["thinkingTokens"] * share)]
    return Request(request.prompt, len(kept), request.solution_budget, tuple(kept))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("problems", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--thinking", type=int, default=THINKING_LIMIT, help="thinking budget in tokens")
    parser.add_argument("--solution", type=int, default=ANSWER_LIMIT, help="solution budget in tokens")
    parser.add_argument("--cut", type=float)
    parser.add_argument("--natural", type=Path, help="answers of a run without a cut")
    parser.add_argument("--temperature", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if (options.cut is None) != (options.natural is None):
        parser.error("--cut and --natural belong together")
    torch.set_num_threads(options.threads)

    tokenizer = Tokenizer.from_file(str(options.folder / "tokenizer.json"))
    rows = [json.loads(line) for line in options.problems.open()]
    prompts = [tokenizer.encode(render_prompt(row["messages"], row["effort"])).ids for row in rows]
    requests = [Request(prompt, options.thinking, options.solution) for prompt in prompts]
    if options.cut is not None:
        natural = [json.loads(line) for line in options.natural.open()]
        requests = [cut_request(request, one, options.cut) for request, one in zip(requests, natural, strict=True)]
    found = generate(read_decoder(options.folder), Marks(tokenizer), requests, temperature=options.temperature, seed=options.seed)
    options.out.write_text("".join(json.dumps(row_of(rollout, tokenizer)) + "\n" for (rollout,) in found))


if __name__ == "__main__":
    main()
