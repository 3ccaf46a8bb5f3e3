"""When a case may be handed in, and what the task list says until then (R4–R8, R19)."""

from datetime import date
from typing import Any

import pytest

from calls.models import Call
from cases.findings import BLOCKING
from cases.models import Case, CaseAuthor, CaseDocument, SupportingFile
from cases.readiness import DOCUMENT_GAPS, SECTION_GAPS, Readiness, readiness, studio_warnings

LINE = {"name": "韦秋棠", "unit": "云岭镇中心小学", "post": "一级教师", "mobile": "13812345678"}
READY = {"ready": True, "characters": 2874, "findings": []}
TYPED = {"declared": True, "portraits_cleared": True, "signature": "韦秋棠", "signed_on": date(2024, 10, 8)}


def judged(
    *,
    authors: list[dict[str, Any]] | None = None,
    documents: list[tuple[str, dict[str, Any]]] | None = None,
    files: tuple[str, ...] = ("accepted",),
    call: dict[str, Any] | None = None,
    **fields: Any,
) -> Readiness:
    values: dict[str, Any] = {
        "type": "school",
        "title": "每周三的教研一小时",
        "overview": "同研一课。",
        **TYPED,
        **fields,
    }
    case = Case(pk=7, call=Call(**(call or {})), **values)
    parts = {
        "authors": [
            CaseAuthor(case=case, position=n, **line)
            for n, line in enumerate([LINE] if authors is None else authors, 1)
        ],
        "documents": [
            CaseDocument(
                pk=n,
                case=case,
                name=f"第{n}稿.docx",
                state=state,
                facts=facts,
                fit=facts.get("ready", False),
                message="设有密码",
            )
            for n, (state, facts) in enumerate([("accepted", READY)] if documents is None else documents, 1)
        ],
        "files": [
            SupportingFile(pk=n, case=case, title=f"材料{n}", size=10, state=state, message="设有打开密码")
            for n, state in enumerate(files, 1)
        ],
    }
    case._prefetched_objects_cache = parts
    return readiness(case)


def words(found: Readiness) -> list[str]:
    return [one.words for one in found.lacks]


def test_a_complete_case_is_ready_and_its_seal_is_cut() -> None:
    found = judged()
    assert (found.ready, found.cut, found.inspecting, found.next) == (True, 4, 0, None)
    assert [task.state for task in found.tasks] == [("已完成", "done")] * 4
    assert [task.char for task in found.tasks] == ["研", "修", "案", "例"]


def test_an_untouched_case_lacks_everything_and_every_lack_leads_to_its_page() -> None:
    found = judged(
        title="", overview="", documents=[], files=(), declared=False, portraits_cleared=False, signature="",
        signed_on=None, authors=[{**LINE, "post": ""}],
    )  # fmt: skip
    assert words(found) == [
        "填写案例名称", "填写案例概述", "补全第 1 作者的职称/职务", "上传案例介绍文档", "上传支撑材料", "确认作者声明",
        "作者声明尚未签名", "填写签名日期", "确认材料里的人和作品可以展示",
    ]  # fmt: skip
    assert [task.state[0] for task in found.tasks] == ["未开始"] * 4
    assert found.lacks[0].href == "/my/7/sheet/#id_title"
    assert found.next is found.tasks[0]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title": ""}, ["填写案例名称"]),
        ({"overview": "字" * 301}, ["案例概述超出 1 字"]),
        ({"overview": "字" * 300}, []),
        ({"overview": "字" * 11, "call": {"overview_limit": 10}}, ["案例概述超出 1 字"]),
        ({"authors": []}, ["填写作者信息"]),
        ({"authors": [LINE] * 3}, []),
        ({"authors": [LINE] * 4}, ["作者超出 1 人"]),
        ({"authors": [LINE, {**LINE, "unit": "", "mobile": ""}]}, ["补全第 2 作者的工作单位、手机"]),
        ({"authors": [{**LINE, "mobile": "123"}]}, ["补全第 1 作者的手机（11 位数字）"]),
        ({"documents": []}, ["上传案例介绍文档"]),
        ({"documents": [("dropped", READY)]}, ["上传案例介绍文档"]),
        ({"documents": [("accepted", READY), ("refused", {})]}, ["重新上传案例介绍文档"]),
        ({"documents": [("refused", {}), ("accepted", READY)]}, []),
        ({"documents": [("accepted", {"ready": False})]}, ["案例介绍文档还需要修改"]),
        ({"files": ()}, ["上传支撑材料"]),
        ({"files": ("dropped",)}, ["上传支撑材料"]),
        ({"files": ("refused",)}, ["上传支撑材料", "处理未被接收的 1 个文件"]),
        ({"files": ("refused", "accepted")}, []),
        ({"declared": False}, ["确认作者声明"]),
        ({"portraits_cleared": False}, ["确认材料里的人和作品可以展示"]),
        ({"signature": ""}, ["作者声明尚未签名"]),
        ({"signature": "", "signature_drawing": "data:image/png;base64,xx"}, []),
        ({"signed_on": None}, ["填写签名日期"]),
        ({"consent_publication": False, "consent_platform": True}, []),
    ],
)
def test_what_is_missing_is_named(change: dict[str, Any], expected: list[str]) -> None:
    found = judged(**change)
    assert words(found) == expected
    assert found.ready is (not expected)


def test_the_documents_gaps_are_named_from_the_findings() -> None:
    findings = [
        {"code": "section_missing", "where": "特色与创新", "message": "…"},
        {"code": "too_long", "where": "全文", "message": "全文 3100 字，超过上限。"},
        {"code": "comments", "where": "全文", "message": "文档里留有批注。"},
    ]
    found = judged(documents=[("accepted", {"ready": False, "characters": 3100, "findings": findings})])
    assert [(one.words, one.small) for one in found.lacks] == [
        ("文档缺少“特色与创新”部分", "在 Word 中补上后重新上传即可"),
        ("文档超出字数", "全文 3100 字，超过上限。"),
    ]
    assert found.tasks[1].state == ("需要修改", "bad")
    assert found.tasks[1].facts == ["第1稿.docx", "3,100 字", "缺“特色与创新”"]


def test_every_finding_that_stops_a_document_has_its_words_here() -> None:
    assert SECTION_GAPS | set(DOCUMENT_GAPS) == BLOCKING


def test_files_under_inspection_stop_nothing() -> None:
    found = judged(documents=[("inspecting", {})], files=("inspecting", "accepted"))
    assert (found.ready, found.inspecting, found.cut) == (True, 2, 4)
    assert [task.state for task in found.tasks[1:3]] == [("检查中", "wait")] * 2


def test_a_refused_file_beside_a_good_one_is_advice() -> None:
    found = judged(files=("refused", "accepted"))
    assert [(one.words, one.small, one.tone) for one in found.advice] == [
        ("处理未被接收的 1 个文件", "“材料1”：设有打开密码", "wait")
    ]


STUDIO = {"type": "studio", "authors": [{**LINE, "is_host": True}]}


@pytest.mark.parametrize(
    ("facts", "expected", "warned"),
    [
        ((120, 3, True), [], []),
        ((100, 1, True), [], []),
        ((99, 1, True), [], ["年度贡献值 99 分，低于 100 分"]),
        ((100, 0, False), [], ["全年直播 0 次，少于 1 次", "主持人尚未签署工作室安全承诺书"]),
        ((None, 3, True), ["填写工作室情况"], []),
        ((120, None, True), ["填写工作室情况"], []),
        ((120, 3, None), ["填写工作室情况"], []),
    ],
)
def test_a_studio_answers_its_facts_and_is_only_warned_below_the_line(
    facts: tuple[Any, Any, Any], expected: list[str], warned: list[str]
) -> None:
    named = dict(zip(("contribution", "broadcasts", "pledge_signed"), facts, strict=True))
    found = judged(**STUDIO, **named)
    assert words(found) == expected
    assert [one.words for one in found.advice] == warned
    assert studio_warnings(Case(**named), Call()) == warned


def test_a_studio_names_its_host_and_other_types_do_not() -> None:
    facts = {"contribution": 120, "broadcasts": 3, "pledge_signed": True}
    assert words(judged(type="studio", **facts)) == ["标明哪位作者是工作室主持人"]
    assert words(judged(type="region")) == []


def test_the_steps_mark_the_part_at_hand() -> None:
    found = judged(documents=[("refused", {})], files=())
    assert found.steps(3) == [
        ("案例信息表", "/my/7/sheet/", "done"),
        ("案例介绍文档", "/my/7/document/", "bad"),
        ("支撑材料", "/my/7/materials/", "act"),
        ("作者声明与签名", "/my/7/declaration/", "done"),
    ]
