"""Code of the standard library, stepped through by place."""

import json
import textwrap


def report(value):
    text = json.dumps(value, sort_keys=True)
    return textwrap.fill(text, width=20)


answer = report({"b": [1, 2], "a": "ü"})
print(answer)
