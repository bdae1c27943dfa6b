"""One step of the decoder with a key-value cache, for many rows at once.

Rows of different lengths are padded on the left, so that every row writes its next key in the same column. The cache is reserved in full
before the first step; rows that are done are taken out by moving the others to the front.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model import Decoder, Shape, rotate

Project = Callable[[Tensor, Tensor], Tensor]


def project_exactly(x: Tensor, weight: Tensor) -> Tensor:
    return F.linear(x, weight)


def project_in_half(x: Tensor, weight: Tensor) -> Tensor:
    """As the decoder multiplies while it trains: rounded to bf16 for the product only."""
    return F.linear(x.bfloat16(), weight).float()


@dataclass(frozen=True)
class Layer:
    attention_norm: Tensor
    inner_norm: Tensor
    qk_norm: Tensor  # [heads + kv_heads, 1, head width]: queries and keys are normed and rotated together
    qkv: Tensor
    out: Tensor
    gate_up: Tensor
    down: Tensor


class Weights:
    """The decoder's weights as a step wants them; with `half`, matrices are kept in bf16."""

    def __init__(self, model: Decoder, half: bool = False) -> None:
        s = self.shape = model.shape
        self.project: Project = project_in_half if half else project_exactly
        kind = torch.bfloat16 if half else torch.float32

        def matrix(weight: Tensor) -> Tensor:
            return weight.detach().to(kind)

        self.embedding, self.norm = model.embed.weight.detach(), model.norm.detach()
        self.head = matrix(model.embed.weight)
        self.cos, self.sin = model.cos, model.sin
        self.layers = [
            Layer(
                block.attention_norm.detach(),
                block.inner_norm.detach(),
                torch.cat([block.q_norm.expand(s.heads, -1), block.k_norm.expand(s.kv_heads, -1)]).detach()[:, None],
                *(matrix(part.weight) for part in (block.qkv, block.out, block.gate_up, block.down)),
            )
            for block in model.blocks
        ]


class Cache:
    """Keys and values of `rows` sequences, with room for `capacity` tokens each."""

    def __init__(self, shape: Shape, rows: int, capacity: int) -> None:
        size = (rows, shape.kv_heads, capacity, shape.head_width)
        self.keys = [torch.empty(size) for _ in range(shape.layers)]
        self.values = [torch.empty(size) for _ in range(shape.layers)]
        # Added to attention scores: minus infinity hides the padding on a row's left.
        self.hidden = torch.zeros(rows, 1, 1, capacity)
        self.positions = torch.zeros(rows, dtype=torch.long)
        self.rows, self.length = rows, 0

    def keep(self, chosen: Tensor) -> None:
        """Only these rows, in this order. Nothing is allocated anew but the copy of what moves."""
        count, used = len(chosen), self.length
        for store in (*self.keys, *self.values):
            store[:count, :, :used] = store[chosen, :, :used]
        self.hidden, self.positions, self.rows = self.hidden[chosen], self.positions[chosen], count

    def widened(self, source: Tensor) -> "Cache":
        """A cache of one row for each entry of `source`, which names the row it starts from."""
        _, kv_heads, capacity, head_width = self.keys[0].shape
        wide = Cache.__new__(Cache)
        wide.rows, wide.length = len(source), self.length
        size = (len(source), kv_heads, capacity, head_width)
        wide.keys, wide.values = ([torch.empty(size) for _ in stores] for stores in (self.keys, self.values))
        for old, new in zip((*self.keys, *self.values), (*wide.keys, *wide.values), strict=True):
            new[:, :, : self.length] = old[source, :, : self.length]
        wide.hidden, wide.positions = self.hidden[source], self.positions[source]
        return wide


def prefill(weights: Weights, contexts: list[list[int]], capacity: int) -> tuple[Tensor, Cache]:
    """Logits after each context, and a cache that holds them with room for `capacity` tokens more."""
    width = max(map(len, contexts))
    ids = torch.zeros(len(contexts), width, dtype=torch.long)
    lengths = torch.tensor([len(context) for context in contexts])
    for row, context in enumerate(contexts):
        ids[row, width - len(context) :] = torch.tensor(context)
    cache = Cache(weights.shape, len(contexts), width + capacity)
    padding = width - lengths
    columns = torch.arange(width)
    cache.hidden[..., :width].masked_fill_((columns < padding[:, None])[:, None, None], -torch.inf)
    positions = (columns - padding[:, None]).clamp(min=0)
    # A padding query sees at least itself, or its softmax would have nothing to divide by; nobody sees its key.
    future = torch.full((width, width), -torch.inf).triu(1)
    mask = torch.maximum(cache.hidden[..., :width] + future, torch.full((width, width), -torch.inf).fill_diagonal_(0))
    cache.positions = lengths.clone()
    logits = _advance(weights, cache, ids, positions, mask)
    return logits, cache


def step(weights: Weights, cache: Cache, tokens: Tensor) -> Tensor:
    """Takes one token for every row in and gives the logits [rows, vocabulary] after it."""
    logits = _advance(weights, cache, tokens[:, None], cache.positions[:, None], cache.hidden[..., : cache.length + 1])
    cache.positions += 1
    return logits


def _advance(weights: Weights, cache: Cache, ids: Tensor, positions: Tensor, mask: Tensor) -> Tensor:
    s, project = weights.shape, weights.project
    (rows, count), start = ids.shape, cache.length
    end = start + count
    group, both = s.heads // s.kv_heads, s.heads + s.kv_heads
    cos, sin = weights.cos[positions][:, None], weights.sin[positions][:, None]
    x = F.embedding(ids, weights.embedding)
    for i, layer in enumerate(weights.layers):
        mixed = project(F.rms_norm(x, (s.width,), layer.attention_norm, s.epsilon), layer.qkv)
        mixed = mixed.view(rows, count, both + s.kv_heads, s.head_width).transpose(1, 2)
        turned = rotate(F.rms_norm(mixed[:, :both], (s.head_width,), None, s.epsilon) * layer.qk_norm, cos, sin)
        keys, values = cache.keys[i][:rows, :, :end], cache.values[i][:rows, :, :end]
        keys[:, :, start:] = turned[:, s.heads :]
        values[:, :, start:] = mixed[:, both:]
        queries = turned[:, : s.heads]
        if count == 1:
            # Queries that share a key head are rows of one matrix, which reads the cache once; the fused kernel is slower for so few.
            scores = queries.reshape(rows, s.kv_heads, group, s.head_width) @ keys.transpose(2, 3) * s.head_width**-0.5 + mask
            attended = (scores.softmax(-1) @ values).view(rows, s.heads, 1, s.head_width)
        else:
            attended = F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask, enable_gqa=True)
        x = x + project(attended.transpose(1, 2).reshape(rows, count, -1), layer.out)
        gate, up = project(F.rms_norm(x, (s.width,), layer.inner_norm, s.epsilon), layer.gate_up).chunk(2, -1)
        x = x + project(F.silu(gate) * up, layer.down)
    cache.length = end
    return project(F.rms_norm(x[:, -1], (s.width,), weights.norm, s.epsilon), weights.head)
