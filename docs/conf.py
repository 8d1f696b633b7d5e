# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the documentation site; scripts/build-docs builds it. Nothing is fetched while it is built or read."""

project = "agent_platform.ops"
author = "The agent_platform.ops authors"
project_copyright = "2026 The agent_platform.ops authors"

extensions = ["myst_parser", "sphinx_antsibull_ext"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
# "--check" must stay two dashes.
smartquotes = False

html_theme = "furo"
html_title = "agent_platform.ops"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
pygments_style = "tango"
pygments_dark_style = "native"
