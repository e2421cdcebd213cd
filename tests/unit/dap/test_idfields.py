"""The generated table is what the schema says today, and leaves no id out."""

import importlib.machinery
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hatchway.dap.idfields import ARGUMENTS, EVENTS, FIELDS, RESPONSES
from hatchway.dap.idkind import IdKind

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = ROOT.parent / "shared" / "data" / "dap" / "debugAdapterProtocol.json"
needs_schema = pytest.mark.skipif(not SCHEMA.exists(), reason="the schema lies in ../shared")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    path = ROOT / "scripts" / "generate-idfields"
    loader = importlib.machinery.SourceFileLoader("generate_idfields", str(path))
    spec = importlib.util.spec_from_loader("generate_idfields", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def definitions() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA.read_text())["definitions"]
    return found


@needs_schema
def test_generating_again_changes_nothing(generator: ModuleType) -> None:
    assert generator.generate(SCHEMA) == (ROOT / "src/hatchway/dap/idfields.py").read_text()


@needs_schema
def test_every_field_that_looks_like_an_id_is_classified(
    generator: ModuleType, definitions: dict[str, Any]
) -> None:
    # Told apart by the schema's own numbers and strings, not by the generator's pattern alone.
    found = {
        (type_name, field)
        for type_name, definition in definitions.items()
        for field, schema in generator.properties(definition).items()
        if schema.get("type") != "boolean" and field.lower().endswith(("id", "ids", "reference", "seq"))
    }
    envelopes = {"ProtocolMessage", "Request", "Event"}
    unclassified = {
        (type_name, field)
        for type_name, field in found
        if type_name not in envelopes and not isinstance(FIELDS.get(type_name, {}).get(field), IdKind)
    }
    assert len(found) > 70
    assert unclassified == set()


@needs_schema
def test_every_classified_name_is_still_in_the_schema(
    generator: ModuleType, definitions: dict[str, Any]
) -> None:
    fields = {
        (type_name, field)
        for type_name, definition in definitions.items()
        for field in generator.properties(definition)
    }
    assert set(generator.BY_TYPE) <= fields
    assert set(generator.BY_NAME) <= {field for _, field in fields}


@needs_schema
def test_every_request_and_event_of_the_schema_has_its_type(definitions: dict[str, Any]) -> None:
    assert len(RESPONSES) == sum(name.endswith("Request") for name in definitions if name != "Request")
    assert len(EVENTS) == sum(name.endswith("Event") for name in definitions if name != "Event")
    assert set(ARGUMENTS.values()) <= set(definitions)


def test_a_bare_id_means_another_thing_in_each_type() -> None:
    kinds = {
        name: FIELDS[name]["id"] for name in ("Thread", "StackFrame", "Breakpoint", "Module", "GotoTarget")
    }
    assert len(set(kinds.values())) == len(kinds)


def test_nested_types_lead_to_ids() -> None:
    nested = {what for fields in FIELDS.values() for what in fields.values() if not isinstance(what, IdKind)}
    assert nested <= set(FIELDS)
