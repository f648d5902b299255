"""Writes the tables of inputs and outputs into terraform/README.md, from the variables and outputs of terraform/.

inputs.py         writes them
inputs.py --check fails if they are out of date
"""

import json
import pathlib
import re
import sys
import textwrap

import hcl2

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "terraform"
BEGIN, END = "<!-- inputs: written by `just inputs` -->\n", "<!-- end of inputs -->\n"
# Longest default that the table shows.
SHOWN = 40


def blocks(kind):
    """Yields the name and the attributes of each block of a kind."""
    for path in sorted(FOLDER.glob("*.tf")):
        with path.open() as file:
            for block in hcl2.load(file).get(kind, []):
                for name, attributes in block.items():
                    yield name.strip('"'), attributes


def text(value):
    """Returns a description on one line."""
    if heredoc := re.fullmatch(r'"?<<-?EOT\n(.*?)\s*EOT"?', value, re.DOTALL):
        value = textwrap.dedent(heredoc[1])
    else:
        value = json.loads(value)
    return " ".join(value.split()).replace("|", "\\|")


def expression(value):
    """Returns a type or a default as it is written."""
    if isinstance(value, str):
        return re.sub(r"^\$\{(.*)\}$", r"\1", value)
    return json.dumps(value)


def default(attributes):
    if "default" not in attributes:
        return "required"
    value = expression(attributes["default"])
    return "" if value == "null" else f"`{value}`" if len(value) <= SHOWN else "see description"


def tables():
    lines = ["| input | type | default | description |", "|---|---|---|---|"]
    for name, attributes in sorted(blocks("variable")):
        kind = expression(attributes["type"])
        lines.append(f"| {name} | {kind} | {default(attributes)} | {text(attributes['description'])} |")
    lines += ["", "| output | description |", "|---|---|"]
    for name, attributes in sorted(blocks("output")):
        lines.append(f"| {name} | {text(attributes['description'])} |")
    return "\n".join(lines) + "\n"


def main():
    readme = FOLDER / "README.md"
    before = readme.read_text()
    head, rest = before.split(BEGIN)
    after = head + BEGIN + tables() + END + rest.split(END)[1]
    if after == before:
        return
    if "--check" in sys.argv:
        sys.exit("terraform/README.md: the tables of inputs and outputs are out of date; run `just inputs`")
    readme.write_text(after)


if __name__ == "__main__":
    main()
