"""Formulas that somebody might try: a deterministic list of two thousand."""

from __future__ import annotations

from random import Random

from windvane.formula import to_text
from windvane.functions import FUNCTIONS
from windvane.rules import standard_rules

COUNT = 2_000
DEPTHS = (3, 39, 40, 41, 300, 900)
WRITTEN = (
    # running code
    "__import__('os').system('id')",
    "__import__",
    "().__class__.__bases__",
    "value.__class__",
    "value.__dict__.x",
    "eval(1)",
    "exec(1)",
    "open(1)",
    "lambda: 1",
    "lambda x: x",
    "[x for x in parts]",
    "{1: 2}",
    "f'{value}'",
    "globals()",
    "getattr(value, full)",
    "value; full",
    "import os",
    "print(value)",
    "value := 3",
    "yield value",
    "await value",
    "print",
    "self",
    "cls",
    "__builtins__",
    "parts.__class__",
    "entries.__len__",
    "%s%s%s",
    "{0}",
    "{value}",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "=HYPERLINK(1)",
    "@SUM(1)",
    "'; drop table facts; --",
    "../../etc/passwd",
    "value\x00",
    "value\x1b[2J",
    "value\u202e",
    "\ufeffvalue",
    "va\u200blue",
    "value\u2028full",
    # numbers without end
    "9**9**9",
    "9**9**9**9",
    "9^9^9",
    "2**20000",
    "2**20001",
    "2**-20001",
    "(2**64)**64",
    "((2**64)**64)**64",
    "10**400",
    "1e999",
    "1e-999",
    "1e400*1e400",
    "99999999999999999999999999999999999999999",
    "0.00000000000000000000000000000000000000000001",
    "1" * 41,
    "1." + "0" * 60,
    "1e+9999999999",
    "exp(exp(100))",
    "exp(700)",
    "exp(701)",
    "exp(-700)",
    "exp(exp(exp(1)))",
    "exp(exp(6.5))*exp(700)",
    "exp(10**300)",
    "ln(0)",
    "ln(-1)",
    "ln(10**6000)",
    "ln(10**-6000)",
    "sqrt(-1)",
    "sqrt(10**6000)",
    "sqrt(2)**2",
    "2**0.5",
    "(-8)**(1/3)",
    "2**(1/7919)",
    "2**(7919/7907)",
    "0**0",
    "0**-1",
    "(1/3)**600",
    "(1+1/10**300)**300",
    "1.0000001**9999999",
    "1.5**13000",
    "value**value**value",
    "value/0",
    "0/0",
    "1%%%%%%%%",
    "round(value, 10**9)",
    "round(value, -10**9)",
    "round(10**300, 30)",
    "floor(10**5000)",
    "ceil(-10**5000)",
    "round(2**19999, 30)",
    "1/3/7/11/13" * 10,
    "abs(-0)",
    "min()",
    "max()",
    "clip(1,2)",
    "clip(3,2,1)",
    "days(10**300, value)",
    "sqrt(sqrt(sqrt(sqrt(2))))",
    "exp(ln(exp(ln(2))))",
    "power_mean(parts, 0)",
    "power_mean(parts, 10**9)",
    "power_mean(parts, -10**9)",
    "power_mean(parts, 1/10**9)",
    "power_mean(parts, 1/3)",
    "best(parts, 10**9)",
    "best(parts, -1)",
    "mean(best(parts, -1))",
    "mean(best(parts, 0))",
    "mean(best(parts, 0.5))",
    "mean(best(parts, missing))",
    "mean(trimmed(parts, -1))",
    "mean(trimmed(parts, 10**9))",
    "sum(trimmed(parts, 0.5))",
    "geometric(parts - 100)",
    "harmonic(parts - parts)",
    "variance(parts * 10**300)",
    "geometric(parts ** 7919)",
    "geometric(parts ** 0.5)",
    "class_quantile(value, 10**9)",
    "class_quantile(value, -1)",
    # things in the wrong place
    "[1, 2]",
    "[[1], [2]]",
    "[]",
    "[1, 2] + 1",
    "value + [1]",
    "band(value, 1, 2)",
    "band(value, [1, 2], [3])",
    "band([1], [1], [1, 2])",
    "band(value, parts, [1, 2])",
    "band(value, [parts], [1, 2])",
    "band(parts, [60], [0, 1])",
    "interpolate(value, [], [])",
    "interpolate(value, [1, 1], [2, 3])",
    "interpolate(value, value, value)",
    "interpolate(value, [missing], [1])",
    "interpolate(parts, [0, 100], [0, 1])",
    "band(value, [1, missing], [1, 2, 3])",
    "band(value, [[1]], [1, 2])",
    "band(value, [1] + [2], [1, 2, 3])",
    "band(sum(parts), [1], [parts, 2])",
    "parts",
    "entries",
    "parts + 1",
    "sum(value)",
    "sum(1)",
    "mean(parts, parts)",
    "sum(parts, 1)",
    "share(value)",
    "share(parts)",
    "best(parts, parts)",
    "min(parts, parts)",
    "max(parts, 1)",
    "sum(max(parts, 1))",
    "sum(min(parts, best(parts, 1)))",
    "sum(parts + best(parts, 1))",
    "sum(parts + entries)",
    "sum(parts if best(parts, 1) > 0 else 0)",
    "sum(best(parts, 1) if parts > 0 else trimmed(parts, 0))",
    "class_mean(parts)",
    "class_mean(class_mean(value))",
    "class_rank([value])",
    "sum(class_mean(value) * parts)",
    "class_mean(sum(parts))",
    "first()",
    "first(parts, 1)",
    "sum(first(parts, 0))",
    "present(parts)",
    "sum(present(parts))",
    "present([1])",
    "not parts",
    "sum(not parts)",
    "sum(parts and best(parts, 1))",
    "parts.a",
    "parts.a.b",
    "entries.a",
    "sum(parts.s)",
    "a.b.c",
    "a.value",
    "node.value",
    "total",
    "total.value",
    "root",
    "full()",
    "value()",
    "min",
    "if",
    "else",
    "and",
    "missing()",
    "missing.x",
    "if(1,2)",
    "if(value, 1, 2, 3)",
    "if(parts, 1, 2)",
    "1 if 2",
    "1 else 2",
    "not",
    "not not not value",
    "1 < 2 < 3",
    "1 = 2 = 3",
    "value = 80 = 1",
    "1 <> 2 != 3",
    "value ! 3",
    "value !",
    "~value",
    "value | full",
    "value & full",
    "value << 3",
    "value // 3",
    "value @ full",
    "a ? b : c",
    "value..full",
    "1.2.3",
    "1.value",
    "1 2",
    "value value",
    "(",
    ")",
    "()",
    "((1)",
    "(1))",
    "[",
    "]",
    "[1",
    "1]",
    "(1]",
    "min(1,,2)",
    "min(,1)",
    "min(1,)",
    ",",
    ".",
    "..",
    "%",
    "50%%",
    "%50",
    "",
    " ",
    "\t\n",
    "#",
    "value # note",
    "\\",
    '"value"',
    "'value'",
    "`value`",
    "１＋２",
    "（value）",
    "value×２",
    "value÷0",
    "value≥60",
    "“value”",
    "零",
    "完成值",
    "٣",
    "²",
    "value²",
    "½",
    "Ⅷ",
    "∞",
    "nan",
    "inf",
    "-inf",
    "NaN",
    "True",
    "None",
    "true",
    "e",
    "pi",
    "1e",
    "1e+",
    "0x10",
    "0b1",
    "1_000",
    "1,000",
    "1'000",
)
NAMES = [
    "value",
    "target",
    "previous",
    "full",
    "weight",
    "sign",
    "parts",
    "entries",
    "a",
    "a.value",
    "parts.s",
    "k",
    "cuts",
    "x",
    "值",
    "missing",
    "total",
]
NUMBERS = ["0", "1", "2", "-1", "0.5", "1/3", "50%", "60", "100", "1e9", "10**300", "7919", "0.1", "1e-9"]
SIGNS = [
    "+",
    "-",
    "*",
    "/",
    "**",
    "<",
    "<=",
    ">",
    ">=",
    "==",
    "!=",
    "and",
    "or",
    "=",
    "<>",
    "^",
    "%",
    "if",
    "else",
    ",",
    "(",
    ")",
    "[",
    "]",
    ".",
]


def hostile_formulas() -> list[str]:
    random = Random(20191231)
    found = dict.fromkeys([*WRITTEN, *_deep()])
    makers = (_tree, _tree, _tree, _soup, _mutant, _noise)
    while len(found) < COUNT:
        found[makers[len(found) % len(makers)](random)] = None
    return list(found)


def _deep() -> list[str]:
    around = (
        ("(", "1", ")"),
        ("-", "1", ""),
        ("not ", "1", ""),
        ("[", "", "]"),
        ("1 if 1 else ", "1", ""),
        ("min(", "1", ")"),
        ("2**", "2", ""),
    )
    around += (("", "1", "%"), ("exp(", "0", ")"), ("if(1, ", "1", ", 0)"), ("sqrt(", "2", ")"), ("1/", "3", ""), ("a", "", ""))
    around += (("sum(", "parts", ")"), ("(value + ", "1", ")"), ("value.", "value", ""))
    found = [left * n + middle + right * n for n in DEPTHS for left, middle, right in around]
    found += [sign.join([word] * n) for n in DEPTHS for sign, word in (("+", "1"), ("*", "2"), ("**", "1.01"), (" or ", "value"))]
    return found + [use.format(", ".join(["1"] * n)) for n in DEPTHS for use in ("min({})", "band(value, [{}], [0])")]


def _tree(random: Random, depth: int = 0) -> str:
    """A formula of the right shape with names, numbers of arguments and collections often in the wrong place."""
    if depth > random.randint(1, 5):
        return random.choice(NAMES if random.random() < 0.6 else NUMBERS)
    kind = random.random()
    if kind < 0.35:
        return f"({_tree(random, depth + 1)} {random.choice(SIGNS[:14])} {_tree(random, depth + 1)})"
    if kind < 0.8:
        function = random.choice(list(FUNCTIONS.values()))
        right = random.randint(function.least, min(function.most, 3) if function.most > 1 else 1)
        count = right if random.random() < 0.85 else random.randint(0, 4)
        return f"{function.name}({', '.join(_tree(random, depth + 1) for _ in range(count))})"
    if kind < 0.87:
        return f"({_tree(random, depth + 1)} if {_tree(random, depth + 1)} else {_tree(random, depth + 1)})"
    if kind < 0.93:
        return f"[{', '.join(_tree(random, depth + 1) for _ in range(random.randint(0, 3)))}]"
    return f"{random.choice(('-', 'not ', '+'))}{_tree(random, depth + 1)}"


def _soup(random: Random) -> str:
    """Tokens in no order."""
    words = (*NAMES, *NUMBERS, *SIGNS, *FUNCTIONS)
    return " ".join(random.choice(words) for _ in range(random.randint(1, 25)))


def _mutant(random: Random) -> str:
    """A standard rule with a few characters lost, doubled or replaced."""
    text = to_text(random.choice(list(standard_rules().values())).points)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(text))
        text = text[:at] + random.choice(("", text[at] * 2, random.choice("()[],.*/-+%09ax人≥（"))) + text[at + 1 :]
    return text


def _noise(random: Random) -> str:
    """Characters from anywhere."""
    planes = ((32, 127), (1, 0x300), (0x4E00, 0x9FFF), (0x10000, 0x1F9FF))
    return "".join(chr(random.randrange(*random.choice(planes))) for _ in range(random.randint(1, 40)))
