"""Presentations of three slides, written as OOXML by hand: no library of ours makes pptx."""

import io
import random
import zipfile
from functools import cache
from xml.sax.saxutils import escape

from demo.content.themes import METHODS, THEMES

_FIXED_DATE = (2024, 10, 1, 8, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    f'xmlns:r="{_OFFICE}" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_KIND = "application/vnd.openxmlformats-officedocument.presentationml"
_TREE_HEAD = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
    '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
_COLOURS = ("24345C", "2E5C50", "963E30", "6B4A86", "8A5A1E")
_SLIDES = 3

_OPENERS = ("研修工作汇报", "阶段总结与展示", "课例研讨交流", "成果分享")
_MIDDLES = (
    "确定主题：问题来自课堂", "选准资源：从平台挑选课例", "组织研讨：教研群先行", "走进课堂：边上边改",
    "观课三问：目标、活动、评价", "复盘改进：留下每一稿", "分工到人：首席提问人", "结对同行：城乡双师同研",
)  # fmt: skip
_CLOSERS = (
    "小切口才能做深", "固定时间才能做久", "用在课上才算做成", "资源贵在精选",
    "评价看改进，不只看次数", "技术退到研修后面", "让每位教师都在场",
)  # fmt: skip


def slides(rng: random.Random, title: str) -> bytes:
    """A .pptx of three slides: a title, the steps, what was learned."""
    colour, theme, method = rng.choice(_COLOURS), rng.choice(THEMES), rng.choice(METHODS)
    texts = (
        (title, (rng.choice(_OPENERS), f"研修主题：{theme}")),
        (f"以{method}推进{theme}研修", tuple(rng.sample(_MIDDLES, 4))),
        ("我们的体会", tuple(rng.sample(_CLOSERS, 3))),
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in _fixed_parts().items():
            _add(package, name, content)
        for number, (head, lines) in enumerate(texts, start=1):
            _add(package, f"ppt/slides/slide{number}.xml", _slide(head, lines, colour))
            layout = _relations((("slideLayout", "../slideLayouts/slideLayout1.xml"),))
            _add(package, f"ppt/slides/_rels/slide{number}.xml.rels", layout)
    return out.getvalue()


def _add(package: zipfile.ZipFile, name: str, content: str) -> None:
    package.writestr(zipfile.ZipInfo(name, _FIXED_DATE), _HEAD + content, zipfile.ZIP_DEFLATED)


def _slide(head: str, lines: tuple[str, ...], colour: str) -> str:
    band = (
        '<p:sp><p:nvSpPr><p:cNvPr id="4" name="色带"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
        '<a:off x="0" y="0"/><a:ext cx="12192000" cy="228600"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></p:spPr></p:sp>'
    )
    shapes = band + _text_shape(2, "标题", "title", (head,)) + _text_shape(3, "内容", "body", lines)
    return (
        f"<p:sld {_NAMESPACES}><p:cSld><p:spTree>{_TREE_HEAD}{shapes}</p:spTree></p:cSld>"
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
    )


def _text_shape(number: int, name: str, role: str, lines: tuple[str, ...], place: str = "") -> str:
    """A placeholder of the master's, filled; only the master says where it stands (`place`)."""
    index = ' idx="1"' if role == "body" else ""
    paragraphs = "".join(f'<a:p><a:r><a:rPr lang="zh-CN"/><a:t>{escape(line)}</a:t></a:r></a:p>' for line in lines)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f'<p:nvPr><p:ph type="{role}"{index}/></p:nvPr></p:nvSpPr><p:spPr>{place}</p:spPr>'
        f"<p:txBody><a:bodyPr/><a:lstStyle/>{paragraphs}</p:txBody></p:sp>"
    )


def _placed(top: int, height: int) -> str:
    return (
        f'<a:xfrm><a:off x="914400" y="{top}"/><a:ext cx="10363200" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    )


def _relations(targets: tuple[tuple[str, str], ...]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


@cache
def _fixed_parts() -> dict[str, str]:
    """Everything of the package that is the same in every presentation."""
    slide_targets = tuple(("slide", f"slides/slide{number}.xml") for number in range(1, _SLIDES + 1))
    layout_first = (("slideLayout", "../slideLayouts/slideLayout1.xml"), ("theme", "../theme/theme1.xml"))
    return {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations((("officeDocument", "ppt/presentation.xml"),)),
        "ppt/presentation.xml": _presentation(),
        "ppt/_rels/presentation.xml.rels": _relations(
            (("slideMaster", "slideMasters/slideMaster1.xml"), *slide_targets, ("theme", "theme/theme1.xml"))
        ),
        "ppt/slideMasters/slideMaster1.xml": _master(),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _relations(layout_first),
        "ppt/slideLayouts/slideLayout1.xml": _layout(),
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": _relations(
            (("slideMaster", "../slideMasters/slideMaster1.xml"),)
        ),
        "ppt/theme/theme1.xml": _theme(),
    }


def _content_types() -> str:
    parts = [("presentation", "presentation.main"), ("slideMasters/slideMaster1", "slideMaster")]
    parts += [("slideLayouts/slideLayout1", "slideLayout")]
    parts += [(f"slides/slide{number}", "slide") for number in range(1, _SLIDES + 1)]
    overrides = "".join(
        f'<Override PartName="/ppt/{path}.xml" ContentType="{_KIND}.{kind}+xml"/>' for path, kind in parts
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        '<Override PartName="/ppt/theme/theme1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/>'
        "</Types>"
    )


def _presentation() -> str:
    ids = "".join(f'<p:sldId id="{255 + number}" r:id="rId{number + 1}"/>' for number in range(1, _SLIDES + 1))
    return (
        f"<p:presentation {_NAMESPACES}><p:sldMasterIdLst>"
        '<p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        f'<p:sldIdLst>{ids}</p:sldIdLst><p:sldSz cx="12192000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/>'
        "</p:presentation>"
    )


def _master() -> str:
    shapes = _text_shape(2, "标题", "title", ("标题",), _placed(548640, 1325563))
    shapes += _text_shape(3, "内容", "body", ("内容",), _placed(2057400, 4114800))
    colours = "".join(f' accent{number}="accent{number}"' for number in range(1, 7))
    sizes = "".join(
        f'<p:{style}><a:lvl1pPr algn="l"><a:defRPr sz="{size}"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
        f'<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/></a:defRPr></a:lvl1pPr></p:{style}>'
        for style, size in (("titleStyle", 3600), ("bodyStyle", 2400), ("otherStyle", 1800))
    )
    return (
        f'<p:sldMaster {_NAMESPACES}><p:cSld><p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill>'
        f"<a:effectLst/></p:bgPr></p:bg><p:spTree>{_TREE_HEAD}{shapes}</p:spTree></p:cSld>"
        f'<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2"{colours} hlink="hlink" folHlink="folHlink"/>'
        '<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst>'
        f"<p:txStyles>{sizes}</p:txStyles></p:sldMaster>"
    )


def _layout() -> str:
    shapes = _text_shape(2, "标题", "title", ("标题",)) + _text_shape(3, "内容", "body", ("内容",))
    return (
        f'<p:sldLayout {_NAMESPACES} type="obj" preserve="1"><p:cSld name="标题和内容"><p:spTree>{_TREE_HEAD}{shapes}'
        "</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    )


def _theme() -> str:
    scheme = (("dk1", "222430"), ("lt1", "FFFFFF"), ("dk2", "24345C"), ("lt2", "FAF6EE"), ("accent1", "24345C"),
              ("accent2", "963E30"), ("accent3", "2E5C50"), ("accent4", "B07A2E"), ("accent5", "6B4A86"),
              ("accent6", "3A6480"), ("hlink", "24345C"), ("folHlink", "6B4A86"))  # fmt: skip
    colours = "".join(f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in scheme)
    face = '<a:latin typeface="Calibri"/><a:ea typeface="Microsoft YaHei"/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    lines = "".join(f'<a:ln w="{width}">{fill}</a:ln>' for width in (6350, 12700, 19050))
    effects = "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    return (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="研修"><a:themeElements>'
        f'<a:clrScheme name="研修">{colours}</a:clrScheme><a:fontScheme name="研修"><a:majorFont>{face}</a:majorFont>'
        f'<a:minorFont>{face}</a:minorFont></a:fontScheme><a:fmtScheme name="研修"><a:fillStyleLst>{fill * 3}'
        f"</a:fillStyleLst><a:lnStyleLst>{lines}</a:lnStyleLst><a:effectStyleLst>{effects}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )
