# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of the parameters of one request, each read and checked once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import TypeVar, cast

from indexer.search.query.parameter_types import HasName, NamesParameter, Parameter, Params, no_name
from indexer.search.query.parameters import for_archive

Value = TypeVar("Value")


class ParameterValues:
    """Holds the value of each parameter that a request may state, or its default."""

    def __init__(
        self,
        params: Params,
        known: Iterable[Parameter[object]],
        own_fields: Sequence[str] = (),
        has_name: HasName = no_name,
    ) -> None:
        """Read the ``known`` parameters from ``params``, in this order; ``own_fields`` are those of the archive.

        ``has_name`` knows the names that hold commas. Raises RequestError that names the first parameter with a wrong
        value and says what is right.
        """
        self.own_fields = tuple(own_fields)
        self._values: dict[str, object] = {}
        for one in for_archive(known, self.own_fields):
            self._values[one.name] = one.read(params, has_name) if isinstance(one, NamesParameter) else one.read(params)
        self._given = frozenset(name for name in self._values if any(params.get(name, ())))

    def __getitem__(self, parameter: Parameter[Value]) -> Value:
        """Returns the value of ``parameter``; its default if it is not among the known ones."""
        if parameter.name in self._values:
            return cast(Value, self._values[parameter.name])
        (default,) = for_archive((parameter,), self.own_fields)[:1]
        return cast(Value, default.read({}))

    def given(self, parameter: Parameter[object]) -> bool:
        """Returns whether the request states a value of ``parameter`` that is not empty."""
        return parameter.name in self._given

    def only(self, names: Container[str]) -> ParameterValues:
        """Returns the same values of the parameters that ``names`` holds; the others have their defaults."""
        chosen = ParameterValues({}, (), self.own_fields)
        chosen._values = {name: value for name, value in self._values.items() if name in names}
        chosen._given = frozenset(name for name in self._given if name in names)
        return chosen
