"""The sheet of contact prints: every picture of a tour on one page, to leaf through, with what was found beside it."""

from collections.abc import Iterable
from html import escape
from itertools import groupby
from pathlib import Path

from tests.shots.looking import Finding
from tests.shots.tour import View

HEAD = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>页面图册</title><style>
body { font: 14px/1.5 system-ui, sans-serif; margin: 0 2rem 4rem; background: #f4f2ec; color: #222 }
h2 { position: sticky; top: 0; background: #f4f2ec; padding: .5rem 0; margin: 2rem 0 .5rem }
nav a { margin-right: 1rem }
ul.leaf { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 1.25rem }
ul.leaf li { background: #fff; padding: .75rem; border: 1px solid #d8d4c8; max-width: 100% }
ul.leaf li.bad { border: 2px solid #b3261e }
figure { display: flex; gap: .5rem; margin: .5rem 0 0 }
img { height: 260px; object-fit: cover; object-position: top; border: 1px solid #ddd }
img.wide { width: 400px } img.narrow { width: 120px } img.print { width: 420px; object-fit: contain }
.why { color: #b3261e; max-width: 34rem; overflow-wrap: anywhere; margin: .25rem 0 0 }
small { color: #666 }
</style></head><body>
"""


def write_sheet(folder: Path, views: Iterable[View], findings: list[Finding], lacking: list[str]) -> Path:
    """`index.html` of the pictures in the folder; views without a picture are left out."""
    views = sorted(views, key=lambda view: (view.role, view.name, view.state))
    parts = [HEAD, f"<h1>页面图册</h1><p>{len(views)} 个画面，{len(findings)} 处发现，{len(lacking)} 个缺样本。</p>"]
    roles = sorted({view.role for view in views})
    parts.append("<nav>" + "".join(f'<a href="#{role}">{role}</a>' for role in roles) + "</nav>")
    for one in lacking:
        parts.append(f'<p class="why">缺样本：{escape(one)}</p>')
    for role, own in groupby(views, key=lambda view: view.role):
        parts.append(f'<h2 id="{role}">{role}</h2><ul class="leaf">')
        parts += [_frame(folder, view, [one for one in findings if one.where == view.key]) for view in own]
        parts.append("</ul>")
    path = folder / "index.html"
    path.write_text("\n".join([*parts, "</body></html>\n"]), "utf-8")
    return path


def _frame(folder: Path, view: View, findings: list[Finding]) -> str:
    pictures = []
    for width, kind in (("1440", "wide"), ("390", "narrow"), ("print", "print")):
        name = f"{view.key}-{width}.png"
        if (folder / name).exists():
            whole = name if width != "print" else f"{view.key}-print.pdf"
            alt = f"{view.name} {view.state} {width}"
            pictures.append(f'<a href="{whole}"><img class="{kind}" loading="lazy" src="{name}" alt="{alt}"></a>')
    why = "".join(f'<p class="why">{escape(one.kind)}：{escape(one.words)}</p>' for one in findings)
    where = escape(view.path)
    bad = ' class="bad"' if findings else ""
    return (
        f"<li{bad}><b>{view.name}</b> · {view.state} <small>{where}</small>"
        f"<figure>{''.join(pictures)}</figure>{why}</li>"
    )
