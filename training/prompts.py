"""Renders chat messages with the model's own template, the way every loader of the folder does."""

from functools import cache
from pathlib import Path

from jinja2 import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

CHAT_TEMPLATE = (Path(__file__).parent / "chat_template.jinja").read_text()

# What a loader appends to end the thinking: with a line break before the tag unless one stands there already.
CLOSE = "\n</think>\n\n"
CLOSE_AFTER_BREAK = "</think>\n\n"


@cache
def _template() -> Template:
    return ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True).from_string(CHAT_TEMPLATE)


def render_prompt(messages: list[dict], effort: str) -> str:
    """The prompt up to and including the opened think tag."""
    return _template().render(messages=messages, reasoning_effort=effort, add_generation_prompt=True)
