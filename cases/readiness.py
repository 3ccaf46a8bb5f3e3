"""How far a case has come: its four tasks, what is missing, and whether it may be handed in."""

from dataclasses import dataclass, field

from django.urls import reverse

from accounts.contact import MOBILE
from calls.models import Call
from calls.policy import CaseType
from cases.characters import count
from cases.findings import standing
from cases.models import (
    Case,
    CaseAuthor,
    CaseDocument,
    Category,
    FileState,
    SupportingFile,
    Target,
    Upload,
    UploadState,
)
from cases.quota import mb

AUTHOR_FIELDS = {"name": "姓名", "unit": "工作单位", "post": "职称/职务", "mobile": "手机"}
GONE = frozenset({FileState.REFUSED, FileState.DROPPED})
SECTION_GAPS = frozenset({"section_missing", "section_empty"})
DOCUMENT_GAPS = {
    "too_long": "文档超出字数",
    "pictures_only": "文档里只有图片，没有文字",
    "empty_document": "文档里没有文字",
}
STATES = {"": "未开始", "act": "进行中", "wait": "检查中", "bad": "需要修改", "done": "已完成"}


@dataclass(frozen=True)
class Lack:
    """Something missing and the page that mends it. `advice` does not stop the hand-in."""

    case_id: int
    page: str
    words: str
    small: str = ""
    anchor: str = ""
    advice: bool = False

    @property
    def href(self) -> str:
        return reverse(self.page, args=[self.case_id]) + (f"#{self.anchor}" if self.anchor else "")

    @property
    def tone(self) -> str:
        return "wait" if self.advice else ""


@dataclass
class Task:
    """One of the four parts of a submission (R4), with its character of the seal."""

    case_id: int
    char: str
    page: str
    name: str
    words: str
    tone: str = ""
    facts: list[str] = field(default_factory=list)
    lacks: list[Lack] = field(default_factory=list)

    @property
    def href(self) -> str:
        return reverse(self.page, args=[self.case_id])

    @property
    def state(self) -> tuple[str, str]:
        return STATES[self.tone], self.tone

    @property
    def cut(self) -> bool:
        """Whether nothing of this part stands in the way of the hand-in; files may still be under inspection."""
        return self.tone in {"done", "wait"}

    def lack(self, words: str, small: str = "", *, anchor: str = "", advice: bool = False) -> None:
        self.lacks.append(Lack(self.case_id, self.page, words, small, anchor, advice))

    def settle(self, *, begun: bool, inspecting: bool = False, bad: bool = False) -> None:
        """Decide the tone from what was found."""
        missing = any(not one.advice for one in self.lacks)
        if bad:
            self.tone = "bad"
        elif missing:
            self.tone = "act" if begun else ""
        else:
            self.tone = "wait" if inspecting else "done"


@dataclass(frozen=True)
class Readiness:
    """What the task list, the steps and the hand-in ask of a case."""

    tasks: tuple[Task, ...]
    inspecting: int
    uploading: int = 0

    @property
    def pending(self) -> int:
        """How many files are not settled yet; the hand-in does not wait for them."""
        return self.inspecting + self.uploading

    @property
    def lacks(self) -> list[Lack]:
        """What must be there before the hand-in."""
        return [one for task in self.tasks for one in task.lacks if not one.advice]

    @property
    def advice(self) -> list[Lack]:
        """What the author is told of but may leave as it is."""
        return [one for task in self.tasks for one in task.lacks if one.advice]

    @property
    def ready(self) -> bool:
        return not self.lacks

    @property
    def cut(self) -> int:
        """How many of the tasks are done."""
        return len(self.carved)

    @property
    def carved(self) -> str:
        """The characters of the seal that are cut: those of the tasks that are done."""
        return "".join(task.char for task in self.tasks if task.cut)

    @property
    def next(self) -> Task | None:
        """The part to work on now."""
        return next((task for task in self.tasks if not task.cut), None)

    def steps(self, current: int) -> list[tuple[str, str, str]]:
        """The triples of `ui.steps`; `current` (from 1) is the part at hand."""
        return [
            (task.name, task.href, "act" if number == current else "done" if task.cut else task.tone)
            for number, task in enumerate(self.tasks, start=1)
        ]


def readiness(case: Case) -> Readiness:
    """Judge a case by its rows; asks the database nothing when `queries.with_parts` read the case (R4–R8, R19)."""
    documents = list(case.documents.all())
    files = [one for one in case.files.all() if one.state != FileState.DROPPED]
    document = counting_document(documents)
    inspecting = sum(one.state == FileState.INSPECTING for one in files)
    inspecting += document is not None and document.state == FileState.INSPECTING
    uploads = list(case.uploads.all())
    awaited = sum(one.awaited for one in uploads)
    tasks = (
        _sheet(case), _document(case, document, uploads), _materials(case, files, uploads), _declaration(case),
    )  # fmt: skip
    return Readiness(tasks=tasks, inspecting=inspecting, uploading=awaited)


def counting_document(documents: list[CaseDocument]) -> CaseDocument | None:
    """The version that counts: the newest that was not dropped."""
    standing = [one for one in documents if one.state != FileState.DROPPED]
    return max(standing, key=lambda one: one.pk, default=None)


def arriving_document(uploads: list[Upload]) -> Upload | None:
    """The document that has arrived whole and is not joined yet: it counts before any version that stands."""
    arriving = [one for one in uploads if one.target == Target.DOCUMENT and one.awaited]
    return max(arriving, key=lambda one: one.created_at, default=None)


def author_lacks(author: CaseAuthor) -> list[str]:
    """The labels of what an author's row does not say yet, or says in a way nobody can use (R5)."""
    found = [label for name, label in AUTHOR_FIELDS.items() if not getattr(author, name)]
    if author.mobile and not MOBILE.fullmatch(author.mobile):
        found.append("手机（11 位数字）")
    return found


def _sheet(case: Case) -> Task:
    task = Task(case.pk, "研", "my_sheet", "案例信息表", "案例名称、作者信息和案例概述。")
    call, authors = case.call, list(case.authors.all())
    used = count(case.overview)
    if not case.title:
        task.lack("填写案例名称", anchor="id_title")
    if used == 0:
        task.lack("填写案例概述", f"不超过 {call.overview_limit} 字", anchor="id_overview")
    elif used > call.overview_limit:
        task.lack(
            f"案例概述超出 {used - call.overview_limit} 字",
            f"请压缩到 {call.overview_limit} 字以内",
            anchor="id_overview",
        )
    _check_authors(task, authors, call.max_authors)
    if case.type == CaseType.STUDIO:
        _check_studio(task, case, authors)
    if authors:
        task.facts.append("作者 " + "、".join(one.name or "（未填姓名）" for one in authors))
    if used:
        task.facts.append(f"概述 {used} / {call.overview_limit} 字")
    # The first author is written in when the case is opened: that alone is no beginning.
    task.settle(begun=bool(case.title or case.overview), bad=used > call.overview_limit)
    return task


def _check_authors(task: Task, authors: list[CaseAuthor], most: int) -> None:
    if not authors:
        task.lack("填写作者信息", f"1 至 {most} 人", anchor="authors")
    if len(authors) > most:
        task.lack(f"作者超出 {len(authors) - most} 人", f"最多 {most} 人", anchor="authors")
    for author in authors:
        if missing := author_lacks(author):
            task.lack(f"补全第 {author.position} 作者的{'、'.join(missing)}", anchor=f"author-{author.position}")


def _check_studio(task: Task, case: Case, authors: list[CaseAuthor]) -> None:
    if not any(author.is_host for author in authors):
        task.lack("标明哪位作者是工作室主持人", "工作室案例的作者须包含主持人", anchor="authors")
    asked = (case.contribution, case.broadcasts, case.pledge_signed)
    if any(answer is None for answer in asked):
        task.lack("填写工作室情况", "年度贡献值、直播次数和安全承诺书", anchor="studio")
    for words in studio_warnings(case, case.call):
        task.lack(words, "不影响报送，建议在案例文档里说明", anchor="studio", advice=True)


def studio_warnings(case: Case, call: Call) -> list[str]:
    """Facts of a studio below the call's line (R19): they warn the author and flag the case, they do not block."""
    found = []
    if case.contribution is not None and case.contribution < call.contribution_minimum:
        found.append(f"年度贡献值 {case.contribution} 分，低于 {call.contribution_minimum} 分")
    if case.broadcasts is not None and case.broadcasts < call.broadcasts_minimum:
        found.append(f"全年直播 {case.broadcasts} 次，少于 {call.broadcasts_minimum} 次")
    if case.pledge_signed is False:
        found.append("主持人尚未签署工作室安全承诺书")
    return found


def _document(case: Case, document: CaseDocument | None, uploads: list[Upload]) -> Task:
    limit = case.call.document_limit
    task = Task(case.pk, "修", "my_document", "案例介绍文档", f"Word 文档，不超过 {limit} 字，含四个部分。")
    if arriving := arriving_document(uploads):
        task.facts += [arriving.name, "已传完，正在接收"]
        task.settle(begun=True, inspecting=True)
        return task
    sending = [one for one in uploads if one.target == Target.DOCUMENT and one.state == UploadState.OPEN]
    if sending:
        words = "报送以已传完的一份为准" if document else "传完以后才能报送"
        task.lack(f"案例介绍文档“{sending[-1].name}”还没有传完", words, advice=document is not None)
    if document is None and sending:
        task.settle(begun=True)
        return task
    if document is None:
        task.lack("上传案例介绍文档", "Word 的 .docx 文件")
        task.settle(begun=False)
        return task
    task.facts.append(document.name)
    bad = False
    if document.state == FileState.REFUSED:
        bad = True
        task.lack("重新上传案例介绍文档", document.message)
    elif document.state == FileState.ACCEPTED:
        if "characters" in document.facts:
            task.facts.append(f"{document.facts['characters']:,} 字")
        bad = not document.fit
        if bad:
            _name_gaps(task, document)
    task.settle(begun=True, inspecting=document.state == FileState.INSPECTING, bad=bad)
    return task


def _name_gaps(task: Task, document: CaseDocument) -> None:
    """What an inspected document still needs (R7), from the inspector's findings."""
    findings = standing(document)
    if gaps := [one["where"] for one in findings if one["code"] in SECTION_GAPS]:
        names = "、".join(f"“{name}”" for name in gaps)
        task.facts.append(f"缺{names}")
        task.lack(f"文档缺少{names}部分", "在 Word 中补上后重新上传即可")
    for one in findings:
        if one["code"] in DOCUMENT_GAPS:
            task.lack(DOCUMENT_GAPS[one["code"]], one["message"])
    if not task.lacks:
        task.lack("案例介绍文档还需要修改", "打开文档页查看检查结果")


def _materials(case: Case, files: list[SupportingFile], uploads: list[Upload]) -> Task:
    task = Task(case.pk, "案", "my_materials", "支撑材料", "通知、制度、研究交流、宣传报道等，逐个命名上传。")
    good = [one for one in files if one.state not in GONE and one.category != Category.SIGNED]
    signed = any(one.state not in GONE and one.category == Category.SIGNED for one in files)
    refused = [one for one in files if one.state == FileState.REFUSED]
    inspecting = [one for one in good if one.state == FileState.INSPECTING]
    sending = [one for one in uploads if one.target == Target.SUPPORTING and one.awaited]
    uploading = [one for one in sending if one.category != Category.SIGNED]
    if not good and not uploading:
        task.lack("上传支撑材料", "至少一个文件")
    if refused:
        first = f"“{refused[0].title}”：{refused[0].message}"
        task.lack(f"处理未被接收的 {len(refused)} 个文件", first, advice=bool(good or uploading))
    if good:
        size = f"{case.supporting_bytes / 1024**2:.1f} MB"
        task.facts += [f"已收 {len(good)} 个文件", f"共 {size} / {mb(case.supporting_limit)}"]
    if signed:
        task.facts.append("有签字的信息表")
    if inspecting:
        task.facts.append(f"{len(inspecting)} 个正在检查")
    if uploading:
        task.facts.append(f"{len(uploading)} 个正在上传")
    if refused:
        task.facts.append(f"{len(refused)} 个未被接收")
    on_its_way = bool(inspecting or uploading)
    task.settle(begun=bool(files or uploading), inspecting=on_its_way, bad=bool(refused) and not (good or uploading))
    return task


def _declaration(case: Case) -> Task:
    task = Task(case.pk, "例", "my_declaration", "作者声明与签名", "确认原创与真实，由作者本人签名。")
    signed = bool(case.signature or case.signature_drawing)
    if not case.declared:
        task.lack("确认作者声明", anchor="id_declared")
    if not signed:
        task.lack("作者声明尚未签名", "手写或输入姓名都可以", anchor="id_signature")
    if case.signed_on is None:
        task.lack("填写签名日期", anchor="id_signed_on")
    if not case.portraits_cleared:
        task.lack("确认材料里的人和作品可以展示", anchor="id_portraits_cleared")
    if signed:
        task.facts.append("已手写签名" if case.signature_drawing else f"签名 {case.signature}")
    if case.signed_on:
        task.facts.append(f"{case.signed_on.year}年{case.signed_on.month}月{case.signed_on.day}日")
    task.settle(begun=case.declared or signed or case.portraits_cleared)
    return task
