"""Data Docs of a run: a page a suite, as Great Expectations renders it, readable offline and safe to open.

Great Expectations' own site takes styles and scripts from the network and writes column names, observed values and
examples into its pages as they are; postings are anybody's text. So its renderers are kept, and its view is replaced by
one that escapes everything that is not a template, under a policy that forbids every script, wherever it came from.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from great_expectations.render import RenderedContent
from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from great_expectations.render.view.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, FileSystemLoader, Undefined, pass_context
from markupsafe import Markup, escape

from expectations import custom  # noqa: F401  its classes must be known to the renderers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expectations.run import SuiteRun, TableRun

ASSETS = Path(__file__).parent / "assets"
STATIC = ("bootstrap.min.css", "docs.css", "bootstrap.LICENSE")
PAGES = "pages.json"

# Nothing runs and nothing is fetched; styles come from beside the page ('self' means nothing to some browsers where the
# page is a file) and from the pages themselves.
POLICY = (
    "default-src 'none'; style-src 'self' file: 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)
BADGES = {"critical": "badge-critical", "warning": "badge-warning-level", "info": "badge-info-level"}


class SafeView(DefaultJinjaPageView):  # type: ignore[misc]
    """Great Expectations' view with everything escaped that does not come out of a template of its or ours.

    Filters return markup only where they rendered a template; any other string is escaped where it is put in.
    """

    _TRUSTED_HTML_PARAMS = frozenset({"html_success_icon"})

    def __init__(self) -> None:
        """Look for templates among ours first, and escape by default."""
        super().__init__()
        self.env.loader = ChoiceLoader([FileSystemLoader(ASSETS / "templates"), self.env.loader])
        self.env.autoescape = True
        self.env.globals.update(policy=POLICY, badges=BADGES)
        self.env.filters["anchor"] = anchor

    def page(self, template: str, **values: Any) -> str:
        """One of our templates, filled."""
        return str(self._get_template(template).render(**values))

    @pass_context
    def render_content_block(
        self, jinja_context: Any, content_block: Any, index: Any = None, content_block_id: Any = None
    ) -> Any:
        """A block as markup; what is not a block is left to be escaped."""
        if content_block is None or isinstance(content_block, Undefined):
            return ""
        if isinstance(content_block, RenderedContent):
            content_block = content_block.to_json_dict()
        if isinstance(content_block, list | tuple):
            parts = [self.render_content_block(jinja_context, each, i) for i, each in enumerate(content_block)]
            return Markup("").join(Markup("<span>{}</span>").format(part) for part in parts)
        if not isinstance(content_block, dict) or "content_block_type" not in content_block:
            return content_block
        template = self._get_template(f"{content_block['content_block_type']}.j2")
        named = {"content_block_id": content_block_id} if content_block_id else {}
        return Markup(template.render(jinja_context, content_block=content_block, index=index, **named))  # noqa: S704

    def render_string_template(self, template: Any) -> Any:
        """A template with its parameters escaped by the parent, and its own text, which may hold names, by us."""
        if not isinstance(template, dict):
            return template
        safe = json.loads(json.dumps(template, default=str))
        safe["template"] = _told(safe.get("template"))
        safe.pop("tooltip", None)  # written unescaped by the parent; says nothing that the text does not
        if not str(safe.get("tag", "span")).isalnum():
            safe["tag"] = "span"
        return Markup(super().render_string_template(safe))  # noqa: S704

    def render_styling(self, styling: Any) -> Any:
        """Classes, attributes and styles, values escaped; no event handler, and no link but within the page."""
        attributes = {
            str(escape(name)): str(escape(value))
            for name, value in (styling.get("attributes") or {}).items()
            if not str(name).lower().startswith("on") and (str(name) != "href" or str(value).startswith("#"))
        }
        styles = {str(escape(k)): str(escape(v)) for k, v in (styling.get("styles") or {}).items()}
        classes = [str(escape(name)) for name in styling.get("classes") or []]
        kept = {"classes": classes or None, "attributes": attributes or None, "styles": styles or None}
        return Markup(super().render_styling(kept))  # noqa: S704

    def render_styling_from_string_template(self, template: Any) -> Any:
        """The styling of a block, or nothing."""
        return (
            self.render_styling(template["styling"]) if isinstance(template, dict) and template.get("styling") else ""
        )

    def attributes_dict_to_html_string(self, attributes_dict: dict[str, Any], prefix: str = "") -> Any:
        """Attributes of a table, escaped."""
        start = f"{prefix}-" if prefix else ""
        return Markup("").join(Markup('{}{}="{}" ').format(start, k, v) for k, v in attributes_dict.items())

    def render_markdown(self, markdown: Any) -> Any:
        """Markdown as it is written: rendered, it could hold any tag."""
        return markdown

    @staticmethod
    def _escape_template_param_value(value: Any) -> Any:
        return html.escape(str(value), quote=True)


def anchor(name: Any) -> str:
    """A check's name as the address of its row: what of it may stand in one."""
    return re.sub(r"[^\w-]", "", str(name), flags=re.ASCII) or "check"


def write_docs(runs: Sequence[SuiteRun], folder: Path) -> None:
    """Write a page for each suite and the index of all pages in `folder`, those of earlier calls included.

    Raises OSError where the folder cannot be written.
    """
    (folder / "static").mkdir(parents=True, exist_ok=True)
    for name in STATIC:
        shutil.copyfile(ASSETS / name, folder / "static" / name)
    view, pages = SafeView(), _pages(folder)
    for run in runs:
        run_id = next((check.run_id for check in run.checks), "")
        tables = [{"name": t.table, "checks": t.checks, "sections": _sections(t)} for t in run.tables]
        pages[run.suite.name] = _summary(run) | {"run_id": run_id}
        text = view.page(
            "winnow_suite.j2", title=f"Suite {run.suite.name}", run_id=run_id, suite=run.suite.name,
            about=run.suite.about, tables=tables, summary=pages[run.suite.name],
        )  # fmt: skip
        _write(folder / pages[run.suite.name]["file"], text)
    _write(folder / PAGES, json.dumps(pages, indent=1))
    listed = list(pages.values())
    run_id = listed[-1]["run_id"] if listed else ""
    _write(folder / "index.html", view.page("winnow_index.j2", title="Data Docs", run_id=run_id, pages=listed))


def _pages(folder: Path) -> dict[str, Any]:
    """What the index listed before, by suite."""
    try:
        known: dict[str, Any] = json.loads((folder / PAGES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # first call, or a torn file: the index starts anew
    return known


def _summary(run: SuiteRun) -> dict[str, Any]:
    failed = [check for check in run.checks if not check.passed and not check.raised]
    return {
        "suite": run.suite.name,
        "about": run.suite.about,
        "file": f"{run.suite.name}.html",
        "checks": len(run.checks),
        "passed": sum(check.passed for check in run.checks),
        "critical": sum(check.severity == "critical" for check in failed),
        "warnings": sum(check.severity == "warning" for check in failed),
        "raised": sum(check.raised for check in run.checks),
    }


def _sections(table: TableRun) -> list[dict[str, Any]]:
    """Great Expectations' rendering of a table, as the plain values that its templates take."""
    if table.validation is None:
        return []
    for result in table.validation.results:
        for info in (result.exception_info, *(result.exception_info or {}).values()):
            if isinstance(info, dict) and info.get("exception_traceback"):
                info["exception_traceback"] = ""  # paths of this machine, and nothing a reader can act on
    document: dict[str, Any] = ValidationResultsPageRenderer().render(table.validation).to_json_dict()
    sections: list[dict[str, Any]] = document["sections"]
    return sections


def _write(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _told(text: Any) -> str:
    """Template text, escaped; line breaks that renderers write as tags stay."""
    return html.escape(str(text or ""), quote=True).replace("&lt;br&gt;", "<br>")
