"""Plans as JSON, and back: what a case says is done.

The members are named as in the API. Nothing of Hypothesis is in it: its releases do not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

from cattrs import Converter, transform_error
from cattrs.errors import BaseValidationError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from ..scenarios import Scenario


class NoSuchPlan(Exception):
    """A document says nothing that the scenario can do; the text says where and why."""


def action_document(scenario: Scenario, action: Any) -> Any:
    """What a plan of the scenario does, as JSON."""
    return _CONVERTER.unstructure(action, unstructure_as=scenario.action)


def action_of(scenario: Scenario, document: Any) -> Any:
    """What a plan of the scenario does; raises :class:`NoSuchPlan`."""
    try:
        return _CONVERTER.structure(document, scenario.action)
    except (BaseValidationError, ValueError, TypeError, AttributeError) as error:
        raise NoSuchPlan("; ".join(transform_error(error, path="doing"))) from None


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _names(kind: type) -> dict[str, Any]:
    """The members of a dataclass; one that is None unless it is said is left out then."""
    return {
        one.name: override(
            rename=one.metadata.get("written", _camel(one.name)),
            omit_if_default=one.default is None,
        )
        for one in fields(kind)
    }


def _exactly(kind: type) -> Callable[[Any, Any], Any]:
    """Takes a value of this type and nothing that could be made one."""

    def take(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{kind.__name__} expected, not {type(value).__name__}")
        return value

    return take


def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    for kind in (str, int, bool):
        converter.register_structure_hook(kind, _exactly(kind))
    converter.register_structure_hook_factory(
        is_dataclass, lambda kind: make_dict_structure_fn(kind, converter, **_names(kind))
    )
    converter.register_unstructure_hook_factory(
        is_dataclass, lambda kind: make_dict_unstructure_fn(kind, converter, **_names(kind))
    )
    return converter


_CONVERTER = _converter()
