"""What the heads of the forms are called: on the official tables, and as people who retype them write them."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from cases.files.forms.grid import Cell
from cases.files.forms.text import folded

Labels = Mapping[str, str]

_HINT: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NUMBER: Final = re.compile(r"^(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})[.、．)]|^\([0-9一二三四五六七八九十]{1,2}\)")
_SIGNS: Final = re.compile(r"[:*·/、,，._\-]")
_INLINE: Final = re.compile(r"^(.{1,16}?)[:：](.*)$", re.S)


def key(text: str) -> str:
    """A head as it is looked up: without blanks, number, hints in brackets and signs. Empty for what is too long."""
    if len(text) > 60:
        return ""
    plain = _NUMBER.sub("", folded(text))
    return _SIGNS.sub("", _HINT.sub("", plain))


def _table(names: Mapping[str, str]) -> Labels:
    return {key(one): field for field, words in names.items() for one in words.split()}


SHEET: Final = _table(
    {
        "title": "案例名称 案例题目 案例标题 作品名称 案例名 名称 题目",
        "authors": "作者信息 作者情况 作者 案例作者 作者基本信息 参与作者",
        "type": "案例类型 案例类别 类型 类别 作品类型 申报类型 申报类别",
        "overview": "案例概述 概述 案例简介 内容概述 案例摘要 案例简述 案例内容概述 摘要 简介",
        "declaration": "作者声明 声明 原创声明 作者承诺 作者申明",
    }
)
AUTHOR: Final = _table(
    {
        "name": "姓名 作者姓名 名字",
        "unit": "工作单位 单位 所在单位 单位名称 工作单位全称 单位全称 所在学校 学校",
        "post": "职称/职务 职务/职称 职称 职务 职称和职务 职称与职务 职称及职务 职称或职务",
        "mobile": "手机 手机号 手机号码 联系手机 联系电话 电话 联系方式 移动电话 电话号码",
        "": "序号 排序 署名顺序 第一作者 第二作者 第三作者 第1作者 第2作者 第3作者"
        " 作者一 作者二 作者三 作者1 作者2 作者3 1 2 3 一 二 三",
    }
)
CONTACT: Final = _table(
    {
        "unit": "单位名称 单位 组织单位 组织单位名称 单位全称 工作单位",
        "department": "部门 所在部门 部门名称 处室 科室 部门/处室",
        "contact": "联系人 联系人姓名 姓名",
        "post": "职务 职称 职务/职称 职称/职务 职位",
        "address": "通讯地址 通信地址 地址 联系地址 单位地址 邮寄地址",
        "postcode": "邮政编码 邮编 邮政编号",
        "telephone": "联系电话 电话 办公电话 固定电话 座机 单位电话 电话号码",
        "mobile": "手机 手机号 手机号码 移动电话 联系手机",
        "wechat": "微信号 微信 微信号码",
        "qq": "QQ QQ号 QQ号码",
        "email": "电子邮箱 邮箱 电子邮件 E-mail Email 邮箱地址 电子信箱 电子邮箱地址 邮件",
    }
)
"""{head: the model's field}; "" is a head that says nothing of its own."""

_ONLY_SHEET: Final = {key(one) for one in ("案例名称", "案例类型", "案例概述", "作者信息", "作者声明")}
_ONLY_CONTACT: Final = {
    key(one) for one in ("联系人", "部门", "通讯地址", "邮政编码", "邮编", "微信号", "微信", "QQ", "电子邮箱", "QQ号")
}


def which(cells: Sequence[Cell]) -> str:
    """Which form the heads are of: "1" (附表1), "2" (附表2), or "" for neither."""
    found = {key(_INLINE.sub(r"\1", cell.text)) for cell in cells} | {key(cell.text) for cell in cells}
    sheet = len(found & _ONLY_SHEET) + len({SHEET.get(one) for one in found} - {None})
    contact = len(found & _ONLY_CONTACT) + len({CONTACT.get(one) for one in found} - {None})
    if max(sheet, contact) < 4:
        return ""
    return "1" if sheet >= contact else "2"


def pairs(cells: Sequence[Cell], labels: Labels) -> list[tuple[str, list[Cell]]]:
    """The (field, cells of its value) of a row in which every value stands right of its head, or behind its colon.

    Where heads and values take turns a value may read like a head. Otherwise a head right after a head says that the
    cell between them was lost.
    """
    heads = [labels.get(key(cell.text), "") for cell in cells]
    if len(cells) % 2 == 0 and all(heads[::2]):
        return [(heads[at], [cells[at + 1]]) for at in range(0, len(cells), 2)]
    found: list[tuple[str, list[Cell]]] = []
    for cell, head in zip(cells, heads, strict=True):
        inline = _INLINE.match(cell.text)
        said = labels.get(key(inline[1]), "") if inline else ""
        if head:
            found.append((head, []))
        elif said and inline and not (found and not found[-1][1]):
            found.append((said, [Cell(inline[2].strip(), cell.start, cell.end)]))
        elif found and not cell.continues:
            found[-1][1].append(cell)
    return found
