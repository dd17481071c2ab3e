"""Writes test/module/json_vectors.json: JSON texts with what Python's own json.dumps makes of them.

Run it with any Python from 3.8 on: python3 scripts/json_vectors.py
"""

import json
import random
from decimal import Decimal
from pathlib import Path

TARGET = Path(__file__).parent.parent / "test" / "module" / "json_vectors.json"


def ecmascript(number: float) -> str:
    """The text that JavaScript writes for a float: Python's digits, in ECMAScript's notation."""
    if number < 0:
        return "-" + ecmascript(-number)
    _, tuple_of_digits, exponent = Decimal(repr(number)).as_tuple()
    digits = "".join(map(str, tuple_of_digits))
    point = len(digits) + exponent
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{rest}e{point - 1:+d}"


def numbers() -> list[str]:
    """Floats of every magnitude as JavaScript writes them, and integers around the end of the exact ones."""
    generator = random.Random(1)
    texts = ["0", "-0.0", "1", "-1", "0.1", "0.3", "0.30000000000000004", "0.010000000000000009", "1.5", "-2.25"]
    texts += ["5e-324", "2.2250738585072014e-308", "1.7976931348623157e+308", "1e+21", "1e+22", "1e+23"]
    for exponent in range(-323, 308):
        sign = generator.choice(["", "-"])
        texts.append(sign + ecmascript(float(f"{generator.uniform(1, 10)!r}e{exponent}")))
        if exponent % 7 == 0:
            texts.append(ecmascript(float(f"1e{exponent}")))
    texts += [str(10**power) for power in range(15, 21)]
    for power in (15, 16, 17, 20, 21, 22, 23, 40, 100):
        texts += [str(10**power + 1), str(-(10**power) - 1)]
    for integer in (2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 2**64 + 1, 2**200 + 1):
        texts += [str(integer), str(-integer)]
    return texts


def strings() -> list[str]:
    """Every character up to U+017F alone, and others that have a form of their own."""
    characters = [chr(code) for code in range(0x180)]
    characters += ["\u2028", "\u2029", "\u20ac", "\ufeff", "\ufffd", "\uffff", "\U00010000", "\U0001f600", "\U0010ffff"]
    sentences = ['a "quoted" \\ path/with\tslashes', "e\u0301\u00e9", "\u05e9\u05dc\u05d5\u05dd", "\\u0041", "a\u007fb"]
    return [json.dumps(text, ensure_ascii=False) for text in characters + sentences]


def structures() -> list[str]:
    """Nested values, with keys in the order they were written in."""
    return [
        "null", "true", "false", "[]", "{}", "[[]]", "[{}]", '""', '{"":""}',
        '{"b":1,"a":[1,2,{"c":null}],"\u00e9":"\u00e9"}',
        '{"z":{"y":{"x":[true,false,null,"t",1.5,-0.0,1e-7,12345678901234567890]}}}',
        '[0.00001,1e-7,0.000123,0.010000000000000009,"0.12345678901234567890",9007199254740993]',
        '{"__proto__":{"a":1},"constructor":2}',
        "[" * 100 + "]" * 100,
    ]


def main() -> None:
    vectors = [[text, json.dumps(json.loads(text))] for text in numbers() + strings() + structures()]
    lines = ",\n".join("  " + json.dumps(vector) for vector in vectors)
    TARGET.write_text(f"[\n{lines}\n]\n", encoding="ascii")


main()
