"""Settings of Sphinx; `make docs` builds without the network and so do the pages."""

from html import escape
from importlib.metadata import version as version_of

from docutils import nodes
from docutils.utils.math import MathError, latex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

project = "greenroute"
copyright = "2026, the GreenRoute contributors"
version = release = version_of("greenroute")

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
]
myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
# Attributes stand in the docstring of their class, with their units.
numpydoc_show_class_members = False
autodoc_member_order = "bysource"
autosummary_generate = True

html_theme = "pydata_sphinx_theme"
html_title = "greenroute"
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 2,
}
html_show_sourcelink = False
html_math_renderer = "mathml"


def mathml(node: nodes.math | nodes.math_block, *, as_block: bool) -> str:
    """Return a formula as MathML, or its source if it uses a command that is unknown."""
    # Of the two names of three dots docutils knows one.
    formula = node.astext().replace(r"\dots", r"\ldots")
    try:
        return latex2mathml.tex2mathml(formula, as_block=as_block)
    except MathError as error:
        logger.warning("%s In: %s", error, formula, location=node)
        return escape(formula)


def write_inline_math(writer: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    writer.body.append(mathml(node, as_block=False))
    raise nodes.SkipNode


def write_math_block(writer: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on lines of its own."""
    writer.body.append(mathml(node, as_block=True))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register MathML: browsers draw it without a script from elsewhere."""
    app.add_html_math_renderer(
        "mathml",
        inline_renderers=(write_inline_math, None),
        block_renderers=(write_math_block, None),
    )
