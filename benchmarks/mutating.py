"""Mutants of the reference server's listing code: one change of its source each, and their names.

What the code says to people is left alone: no requirement is about the text of a message. So are
statements without which a name has no value, and members of a dictionary are left out, not
renamed: all that would only add mutants which any test kills.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path

MODULES = ("listing", "tokens")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module of the server with one change."""

    module: str
    name: str
    """Where it is changed, and how; the same for as long as that code stays as it is."""
    source: str


OPERATORS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
}

SQL = re.compile(r"\b(SELECT|AND|DESC|LIMIT)\b|\?|^[<>]$")
IN_SQL = (
    (r"\bAND\b", ("OR",)),
    (r"\bIN\b", ("NOT IN",)),
    (r" DESC\b", ("",)),
    (r"(?<= )=(?= )", ("!=", "<=", ">=")),
    (r"^<$", ("<=", ">")),
    (r"^>$", (">=", "<")),
    (r"\bLIMIT \?", ("LIMIT 1 + ?", "LIMIT -1 + ?")),
    (r"\bOFFSET \?", ("OFFSET 1 + ?",)),
)

LONG_ENOUGH = 16
"""Code that is shorter is named together with what stands around it."""


def changes(node: ast.AST, function: ast.FunctionDef | None) -> Iterator[tuple[ast.AST, str]]:
    """What may stand in a node's place; with words for it where its code would be too long."""
    match node:
        case ast.Compare(ops=[operator]):
            for other in OPERATORS.get(type(operator), ()):
                yield altered(node, ops=[other()]), ""
        case ast.BoolOp(op=operator, values=values):
            yield altered(node, op=OPERATORS[type(operator)][0]()), ""
            yield from ((value, "") for value in values)
        case ast.BinOp(op=operator, right=ast.Constant(value=int())):
            for other in OPERATORS.get(type(operator), ()):
                yield altered(node, op=other()), ""
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand, ""
        case ast.Constant(value=value):
            yield from ((ast.Constant(other), "") for other in constants(value))
        case ast.If(test=test) | ast.IfExp(test=test):
            for forced in (True, False):
                words = f"if {ast.unparse(test)}: → if {forced}:"
                yield (
                    altered(node, test=ast.Constant(forced)),
                    words if isinstance(node, ast.If) else "",
                )
        case ast.Dict(keys=keys, values=values):
            for i, (key, value) in enumerate(zip(keys, values, strict=True)):
                rest = altered(node, keys=without(keys, i), values=without(values, i))
                yield rest, f"{ast.unparse(key or value)}: {ast.unparse(value)} → left out"
        case ast.Tuple(elts=[_, _, *_] as elements) if all(map(is_constant, elements)):
            for i in range(len(elements)):
                yield altered(node, elts=without(elements, i)), ""
        case ast.Slice(lower=lower, upper=upper):
            if lower:
                yield altered(node, lower=None), ""
            if upper:
                yield altered(node, upper=None), ""
        case ast.Try(body=body, handlers=handlers):
            caught = ", ".join(ast.unparse(handler.type) for handler in handlers if handler.type)
            yield ast.If(ast.Constant(True), body, []), f"except {caught}: → left out"
        case ast.Expr() | ast.Raise():
            yield ast.Pass(), ""
        case ast.Assign(targets=[target]) if is_bound(target, node, function):
            yield ast.Pass(), ""
        case ast.Return(value=ast.AST() as value) if may_be_none(function):
            if not is_constant(value):
                yield ast.Return(ast.Constant(None)), ""


def constants(value: object) -> Iterator[int | str]:
    """Constants near this one."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, str) and SQL.search(value):
        for pattern, others in IN_SQL:
            for found in re.finditer(pattern, value):
                for other in others:
                    yield value[: found.start()] + other + value[found.end() :]
    elif isinstance(value, str) and value.isidentifier():
        yield ""


def is_constant(node: ast.AST) -> bool:
    """Whether it is written as a constant."""
    return isinstance(node, ast.Constant)


def is_bound(target: ast.expr, node: ast.Assign, function: ast.FunctionDef | None) -> bool:
    """Whether what an assignment gives a value could be read without it."""
    if not isinstance(target, ast.Name):
        return not isinstance(target, ast.Tuple)
    if function is None:
        return False
    before = {argument.arg for argument in function.args.args}
    for other in ast.walk(function):
        if isinstance(other, ast.Assign) and other.lineno < node.lineno:
            before |= {name.id for name in other.targets if isinstance(name, ast.Name)}
    return target.id in before


def may_be_none(function: ast.FunctionDef | None) -> bool:
    """Whether the function says that it may return None."""
    return bool(function and function.returns and ast.unparse(function.returns).endswith("| None"))


def altered(node: ast.AST, **fields: object) -> ast.AST:
    """A copy of a node with other fields."""
    other = copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def without(values: Sequence[object], index: int) -> list[object]:
    """The values but one."""
    return [*values[:index], *values[index + 1 :]]


PASSED_OVER = {
    ast.FunctionDef: ("args", "returns", "decorator_list"),
    ast.ClassDef: ("bases", "decorator_list"),
    ast.AnnAssign: ("target", "annotation"),
    ast.Dict: ("keys",),
}
"""Fields in which nothing is changed: types, defaults and names."""


def nodes(above: tuple[ast.AST, ...]) -> Iterator[tuple[tuple[ast.AST, ...], str, int | None]]:
    """Every node in which something may change, as: its ancestors and it; where the last of its
    ancestors holds it."""
    holder = above[-1]
    for name, value in ast.iter_fields(holder):
        if name in PASSED_OVER.get(type(holder), ()):
            continue
        for i, node in enumerate(value if isinstance(value, list) else [value]):
            member = isinstance(holder, ast.Dict) and is_constant(node)
            if isinstance(node, ast.AST) and not member and not is_said(node):
                yield (*above, node), name, i if isinstance(value, list) else None
                yield from nodes((*above, node))


def is_said(node: ast.AST) -> bool:
    """Whether it is for people, or for a type checker."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
            return True
        case ast.Call(func=ast.Name(id="invalid_request" | "not_found" | "InvalidToken")):
            return True
    return False


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of a module of the server, in the order of its source."""
    tree = ast.parse(source_of(module))
    named: Counter[str] = Counter()
    for path, field, index in nodes((tree,)):
        places = [p for p in path if isinstance(p, ast.ClassDef | ast.FunctionDef)]
        functions = [p for p in places if isinstance(p, ast.FunctionDef)]
        whole = next(i for i in reversed(range(len(path))) if stands_alone(path[i]))
        was = told(path[whole])
        for other, words in changes(path[-1], functions[-1] if functions else None):
            put(path[-2], field, index, other)
            source, now = ast.unparse(tree), told((*path[:-1], other)[whole])
            put(path[-2], field, index, path[-1])
            place = ".".join((module, *(p.name for p in places)))
            name = f"{place}: {words or f'{was} → {now}'}"
            named[name] += 1
            yield Mutant(module, name + (f" ({named[name]})" if named[name] > 1 else ""), source)


def source_of(module: str) -> str:
    """The source of a module of the server, which is not imported for that."""
    spec = importlib.util.find_spec("listjobs_conformance")
    assert spec is not None
    return (Path(str(spec.origin)).parent / "server" / f"{module}.py").read_text("utf-8")


def stands_alone(node: ast.AST) -> bool:
    """Whether a reader sees from this code alone what is changed in it."""
    if isinstance(node, ast.stmt):
        return True
    return isinstance(node, ast.expr) and len(ast.unparse(node)) >= LONG_ENOUGH


def told(node: ast.AST) -> str:
    """The code of a node in one line; of a compound statement, its first."""
    return ast.unparse(node).partition("\n")[0]


def put(holder: ast.AST, field: str, index: int | None, node: ast.AST) -> None:
    """Put a node where another stands."""
    if index is None:
        setattr(holder, field, node)
    else:
        getattr(holder, field)[index] = node
