"""Answers problems with an exported folder: python training/answer.py media/models/reins-tiny training/runs/held-out.jsonl training/runs/answers.jsonl

Greedy, in batches, with the trained weights in PyTorch's own decoder and a cache; `training/grade.ts` judges the answers. `--cut 0.25` ends each
thinking by force at that share of its natural length, which a first run's answers file gives.
"""

import argparse
import json
from pathlib import Path

import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from tokenizers import Tokenizer

from model import Shape, rotary, rotate
from prompts import CLOSE, CLOSE_AFTER_BREAK, render_prompt

BATCH = 150
LIMIT = 900
ANSWER_LIMIT = 48


class Runner:
    """The decoder with a cache, over weights read back from the ONNX file itself, for rows of different lengths padded on the left."""

    def __init__(self, folder: Path) -> None:
        self.shape = Shape()
        graph = onnx.load(folder / "onnx" / "model.onnx").graph
        self.w = {item.name: torch.from_numpy(numpy_helper.to_array(item).copy()) for item in graph.initializer}
        self.cos, self.sin = rotary(self.shape)

    def norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return F.rms_norm(x, (x.shape[-1],), self.w[name], self.shape.epsilon)

    def step(self, ids: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor, cache: list) -> torch.Tensor:
        """Logits after the last of `ids`; `mask` tells for every query which keys it may see."""
        s, x = self.shape, self.w["model.embed_tokens.weight"][ids]
        cos, sin = self.cos[positions][:, None], self.sin[positions][:, None]
        for i in range(s.layers):
            at = f"model.layers.{i}"
            h = self.norm(x, f"{at}.input_layernorm.weight")
            q, k, v = (
                (h @ self.w[f"{at}.self_attn.{part}_proj.weight.transposed"]).unflatten(-1, (-1, s.head_width)).transpose(1, 2)
                for part in "qkv"
            )
            q = rotate(self.norm(q, f"{at}.self_attn.q_norm.weight"), cos, sin)
            k = rotate(self.norm(k, f"{at}.self_attn.k_norm.weight"), cos, sin)
            if cache[i] is not None:
                k, v = torch.cat([cache[i][0], k], 2), torch.cat([cache[i][1], v], 2)
            cache[i] = (k, v)
            group = s.heads // s.kv_heads
            a = F.scaled_dot_product_attention(q, k.repeat_interleave(group, 1), v.repeat_interleave(group, 1), attn_mask=mask[:, None])
            x = x + a.transpose(1, 2).flatten(2) @ self.w[f"{at}.self_attn.o_proj.weight.transposed"]
            h = self.norm(x, f"{at}.post_attention_layernorm.weight")
            gate, up = h @ self.w[f"{at}.mlp.gate_proj.weight.transposed"], h @ self.w[f"{at}.mlp.up_proj.weight.transposed"]
            x = x + (F.silu(gate) * up) @ self.w[f"{at}.mlp.down_proj.weight.transposed"]
        return self.norm(x[:, -1], "model.norm.weight") @ self.w["lm_head.weight.transposed"]

    @torch.no_grad()
    def generate(self, prompts: list[list[int]], limit: int, stop: int) -> list[list[int]]:
        width = max(map(len, prompts))
        ids = torch.zeros(len(prompts), width, dtype=torch.long)
        real = torch.zeros(len(prompts), width, dtype=torch.bool)
        for row, prompt in enumerate(prompts):
            ids[row, width - len(prompt) :] = torch.tensor(prompt)
            real[row, width - len(prompt) :] = True
        positions = (real.cumsum(1) - 1).clamp(min=0)
        causal = torch.ones(width, width, dtype=torch.bool).tril()
        # A padding query must see something, or its softmax has nothing to divide by.
        mask = (causal & real[:, None]) | torch.eye(width, dtype=torch.bool)
        cache, out, live = [None] * self.shape.layers, [[] for _ in prompts], torch.arange(len(prompts))
        for _ in range(limit):
            token = self.step(ids, positions, mask, cache).argmax(-1)
            for row, chosen in zip(live.tolist(), token.tolist(), strict=True):
                out[row].append(chosen)
            keep = token != stop
            if not keep.any():
                break
            live, real = live[keep], real[keep]
            cache = [(k[keep], v[keep]) for k, v in cache]
            real = torch.cat([real, torch.ones(len(live), 1, dtype=torch.bool)], 1)
            ids, positions, mask = token[keep][:, None], positions[keep][:, -1:] + 1, real[:, None]
        return out


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("problems", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--cut", type=float)
    parser.add_argument("--natural", type=Path, help="answers of a run without a cut")
    options = parser.parse_args()
    torch.set_num_threads(2)

    tokenizer = Tokenizer.from_file(str(options.folder / "tokenizer.json"))
    end, stop = tokenizer.token_to_id("</think>"), tokenizer.token_to_id("<|im_end|>")
    rows = [json.loads(line) for line in options.problems.open()]
    prompts = [tokenizer.encode(render_prompt(row["messages"], row["effort"])).ids for row in rows]
    heads: list[list[int]] = [[] for _ in rows]
    if options.cut is not None:
        for i, line in enumerate(options.natural.open()):
            ids = json.loads(line)["ids"]
            natural = ids.index(end) if end in ids else len(ids)
            kept = ids[: int(natural * options.cut)]
            closed = CLOSE_AFTER_BREAK if not kept or tokenizer.decode(kept).endswith("\n") else CLOSE
            heads[i] = kept + tokenizer.encode(closed).ids
    runner = Runner(options.folder)
    order = sorted(range(len(rows)), key=lambda i: (rows[i]["effort"], len(prompts[i])))
    results: list[str] = [""] * len(rows)
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        limit = LIMIT if options.cut is None else ANSWER_LIMIT
        outputs = runner.generate([prompts[i] + heads[i] for i in chosen], limit, stop)
        for i, output in zip(chosen, outputs, strict=True):
            ids = heads[i] + output
            at = ids.index(end) if end in ids else len(ids)
            answer = tokenizer.decode([token for token in ids[at + 1 :] if token != stop]).strip()
            results[i] = json.dumps({"ids": ids, "thinkingTokens": at, "ended": end in ids, "answer": answer})
    options.out.write_text("\n".join(results) + "\n")


if __name__ == "__main__":
    main()
