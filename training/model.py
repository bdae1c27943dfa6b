"""A compact Qwen3 decoder for training on a CPU: fused projections, no cache. Checkpoints are saved under Hugging Face's names."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 512
    width: int = 128
    layers: int = 6
    heads: int = 4
    kv_heads: int = 2
    head_width: int = 32
    inner: int = 352
    positions: int = 2048
    theta: float = 10_000.0
    epsilon: float = 1e-6


class Product(torch.autograd.Function):
    """x W^T with both rounded to bf16 for the product only: five times as fast where the processor has bf16, and weights stay fp32."""

    @staticmethod
    def forward(context, x: Tensor, weight: Tensor) -> Tensor:
        x, weight = x.bfloat16(), weight.bfloat16()
        context.save_for_backward(x, weight)
        return F.linear(x, weight).float()

    @staticmethod
    def backward(context, gradient: Tensor) -> tuple[Tensor, Tensor]:
        x, weight = context.saved_tensors
        gradient = gradient.bfloat16()
        return (gradient @ weight).float(), (gradient.flatten(0, -2).T @ x.flatten(0, -2)).float()


class Linear(nn.Linear):
    """Without bias; mixed precision while training, fp32 otherwise."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return Product.apply(x, self.weight) if self.training else F.linear(x, self.weight)


def rotary(shape: Shape) -> tuple[Tensor, Tensor]:
    """Cosines and sines of rotary positions (Su et al., arXiv 2104.09864), half the head's width each."""
    half = shape.head_width // 2
    frequency = shape.theta ** (-torch.arange(half) / half)
    angles = torch.arange(shape.positions)[:, None] * frequency
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


class Block(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        s = self.shape = shape
        self.attention_norm, self.inner_norm = nn.Parameter(torch.ones(s.width)), nn.Parameter(torch.ones(s.width))
        self.q_norm, self.k_norm = nn.Parameter(torch.ones(s.head_width)), nn.Parameter(torch.ones(s.head_width))
        self.qkv = Linear(s.width, (s.heads + 2 * s.kv_heads) * s.head_width)
        self.out = Linear(s.heads * s.head_width, s.width)
        self.gate_up = Linear(s.width, 2 * s.inner)
        self.down = Linear(s.inner, s.width)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        s, (batch, length, _) = self.shape, x.shape
        mixed = self.qkv(F.rms_norm(x, (s.width,), self.attention_norm, s.epsilon))
        mixed = mixed.view(batch, length, s.heads + 2 * s.kv_heads, s.head_width).transpose(1, 2)
        q, k, v = mixed.split([s.heads, s.kv_heads, s.kv_heads], 1)
        q = rotate(F.rms_norm(q, (s.head_width,), self.q_norm, s.epsilon), cos, sin)
        k = rotate(F.rms_norm(k, (s.head_width,), self.k_norm, s.epsilon), cos, sin)
        group = s.heads // s.kv_heads
        k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
        attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(attended.transpose(1, 2).reshape(batch, length, -1))
        gate, up = self.gate_up(F.rms_norm(x, (s.width,), self.inner_norm, s.epsilon)).chunk(2, -1)
        return x + self.down(F.silu(gate) * up)


class Decoder(nn.Module):
    """Embedding tied to the output."""

    def __init__(self, shape: Shape = Shape()) -> None:
        super().__init__()
        self.shape = shape
        self.embed, self.norm = nn.Embedding(shape.vocabulary, shape.width), nn.Parameter(torch.ones(shape.width))
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, 0, 0.02 if parameter is self.embed.weight else shape.width**-0.5)
        for block in self.blocks:
            nn.init.zeros_(block.out.weight)
            nn.init.zeros_(block.down.weight)
        cos, sin = rotary(shape)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def states(self, ids: Tensor) -> Tensor:
        """Final normed states."""
        length, x = ids.shape[1], self.embed(ids)
        for block in self.blocks:
            x = block(x, self.cos[:length], self.sin[:length])
        return F.rms_norm(x, (self.shape.width,), self.norm, self.shape.epsilon)

    def logits(self, states: Tensor) -> Tensor:
        return F.linear(states, self.embed.weight)

    def forward(self, ids: Tensor) -> Tensor:
        return self.logits(self.states(ids))


def to_hugging_face(model: Decoder) -> dict[str, Tensor]:
    """The weights under the names of transformers' Qwen3ForCausalLM."""
    s = model.shape
    tensors = {"model.embed_tokens.weight": model.embed.weight, "model.norm.weight": model.norm}
    for i, block in enumerate(model.blocks):
        at = f"model.layers.{i}"
        widths = [s.heads * s.head_width, s.kv_heads * s.head_width, s.kv_heads * s.head_width]
        q, k, v = block.qkv.weight.split(widths)
        gate, up = block.gate_up.weight.chunk(2)
        tensors |= {
            f"{at}.input_layernorm.weight": block.attention_norm,
            f"{at}.post_attention_layernorm.weight": block.inner_norm,
            f"{at}.self_attn.q_norm.weight": block.q_norm,
            f"{at}.self_attn.k_norm.weight": block.k_norm,
            f"{at}.self_attn.q_proj.weight": q,
            f"{at}.self_attn.k_proj.weight": k,
            f"{at}.self_attn.v_proj.weight": v,
            f"{at}.self_attn.o_proj.weight": block.out.weight,
            f"{at}.mlp.gate_proj.weight": gate,
            f"{at}.mlp.up_proj.weight": up,
            f"{at}.mlp.down_proj.weight": block.down.weight,
        }
    return {name: tensor.detach().contiguous().clone() for name, tensor in tensors.items()}
