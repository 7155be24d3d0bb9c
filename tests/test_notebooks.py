"""Every notebook runs from top to bottom, and shows what it says that it shows."""

import ast
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def run(notebook: Path) -> list[Any]:
    """Run the code cells one after another; return what the last line of each shows."""
    cells = re.split(r"^# %%", notebook.read_text(encoding="utf-8"), flags=re.MULTILINE)
    names: dict[str, Any] = {}
    shown = []
    for cell in cells[1:]:
        title, _, code = cell.partition("\n")
        if "[markdown]" in title:
            continue
        body = ast.parse(code).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        whole = compile(ast.Module(body=body, type_ignores=[]), notebook.name, "exec")
        exec(whole, names)  # noqa: S102 - our own notebook
        if isinstance(last, ast.Expr):
            code = compile(ast.Expression(last.value), notebook.name, "eval")
            shown.append(eval(code, names))  # noqa: S307 - our own notebook
    return shown


@pytest.mark.parametrize(
    "notebook", sorted(NOTEBOOKS.glob("*.py")), ids=lambda path: path.stem
)
def test_a_notebook_runs_and_draws_without_a_network(notebook: Path) -> None:
    shown = run(notebook)
    pictures = [part._repr_svg_() for part in shown if hasattr(part, "_repr_svg_")]

    assert any(hasattr(part, "_repr_html_") for part in shown)
    assert len(pictures) >= 2
    for picture in pictures:
        ET.fromstring(picture)  # noqa: S314 - made here

        assert re.findall(r"(?:href|src)=|url\((?!#)", picture) == []
