"""YAML that remembers its lines, so that an error can name the line of the field it is about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import yaml
from pydantic import ValidationError

from guardrails.faults import message_of
from guardrails.types import Contract

Model = TypeVar("Model", bound=Contract)
Path = tuple[str | int, ...]
JSON_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "seq", "map")}


class YamlError(Exception):
    """A text that is not what it should be: `line` counts from 1, `field` is a dotted path or None."""

    def __init__(self, line: int, field: str | None, message: str) -> None:
        super().__init__(f"line {line}: {field}: {message}" if field else f"line {line}: {message}")
        self.line = line
        self.field = field


@dataclass(frozen=True, slots=True)
class Located:
    """A parsed document and the line on which each of its values stands."""

    data: object
    lines: dict[Path, int]

    def line(self, path: Sequence[str | int]) -> int:
        """The line of a value, or of the nearest one around it that is written down."""
        known = tuple(path)
        while known not in self.lines:
            known = known[:-1]
        return self.lines[known]


class _PlainLoader(yaml.SafeLoader):
    """Reads only what JSON knows: a date stays the text that was written, and nothing refers to anything."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The next node, unless it is an alias: one that contains itself would never end."""
        if self.check_event(yaml.AliasEvent):
            raise YamlError(self.get_mark().line + 1, None, "an alias (*name) cannot be used here")
        return super().compose_node(parent, index)


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parse(text: str) -> Located:
    """Parse one YAML document; keys are texts and stand once.

    Raises:
        YamlError: not YAML, empty, a key stands twice, or a value is none that JSON knows.
    """
    try:
        loader = _PlainLoader(text)
        node = loader.get_single_node()
        if node is None:
            raise YamlError(1, None, "the file is empty")
        lines: dict[Path, int] = {}
        _walk(node, (), lines, loader)
        return Located(loader.construct_document(node), lines)
    except RecursionError as error:
        raise YamlError(1, None, "nested too deeply") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise YamlError(line, None, f"not valid YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise YamlError(1, None, f"not valid YAML: {error}") from error


def parse_as(text: str, model: type[Model]) -> tuple[Model, Located]:
    """Parse one document and validate it strictly.

    Raises:
        YamlError: with the line and the field of the first fault.
    """
    located = parse(text)
    try:
        return model.model_validate_json(json.dumps(located.data)), located
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        # A mistyped name makes two faults, and the name that stands there explains the one that is missing.
        first = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
        path = tuple(first["loc"])
        raise YamlError(located.line(path), _dotted(path), message_of(first)) from error


def _walk(node: yaml.Node, path: Path, lines: dict[Path, int], loader: _PlainLoader) -> None:
    lines[path] = node.start_mark.line + 1
    if node.tag not in JSON_TAGS:
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        raise YamlError(lines[path], _dotted(path), f"a value of the kind {tag} cannot be used here")
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*path, index), lines, loader)
    elif isinstance(node, yaml.MappingNode):
        _walk_mapping(node, path, lines, loader)
    else:
        _read(node, path, loader)


def _read(node: yaml.Node, path: Path, loader: _PlainLoader) -> None:
    """Refuse a scalar that its tag does not fit, and what JSON cannot hold: endless numbers and half characters."""
    try:
        json.dumps(loader.construct_object(node), ensure_ascii=False).encode()
    except (ValueError, LookupError) as error:
        # Not the error's own words: Python's are about its functions.
        raise YamlError(node.start_mark.line + 1, _dotted(path), "this value cannot be read") from error


def _dotted(path: Path) -> str | None:
    return ".".join(map(str, path)) or None


def _walk_mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int], loader: _PlainLoader) -> None:
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
            raise YamlError(line, _dotted(path), "a key must be a text")
        _read(key, path, loader)
        inner = (*path, key.value)
        if inner in lines:
            raise YamlError(line, _dotted(inner), f"stands twice, first on line {lines[inner]}")
        _walk(value, inner, lines, loader)
        lines[inner] = line
