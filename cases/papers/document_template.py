"""The template of the case document (案例介绍文档): four headings, each with a hint to write by."""

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from calls.policy import TYPE_NAMES, TYPE_TRAITS, CaseType
from cases.papers.layout import new_paper, to_bytes, write

HEADINGS = ("一、基本情况", "二、过程与举措", "三、经验与成效", "四、特色与创新")
TITLE_PLACE = "在这里写案例名称"
NOTE = "全文不超过3000字（以Word的字数统计为准）。四个标题请保留；灰色提示写完后请删去。引用他人的内容请注明出处。"
# A hint for each heading, in our own words: R3, R7 and the heads of R18 (region, school) and R19 (studio).
HINTS = {
    CaseType.REGION: (
        "说明区域概况、研修面向哪些学校和教师、参加人数与起止时间，要解决什么问题，由谁牵头、怎样分工。",
        "按时间或专题写做了什么：研修计划、组织和督促的办法；选用了平台哪些课程与资源，教研群等功能怎样使用；"
        "线上线下怎样结合；为学校和教师提供了哪些帮助，各级管理员如何参与。",
        "用数据和事例写变化：教师参与和收获、课堂与学校的改进、上传共享的资源；哪些做法有效，原因是什么；"
        "怎样宣传交流，带动了谁。",
        "写与以往不同之处，其他区域可以直接借鉴的一两点，以及怎样坚持下去。",
    ),
    CaseType.SCHOOL: (
        "说明学校概况、教师人数与学科、研修从何时开始、多久一次，学校为什么这样安排，由谁负责。",
        "写一次完整的校本研修怎样进行，再写一学期怎样安排：研修制度与落实；结合本校需要选用了平台哪些资源；"
        "研修共同体和教研群怎样运转；自主学习、小组研讨与课堂实践怎样衔接；教师遇到困难时谁来帮助。",
        "用数据和事例写变化：教师的参与和成长、课堂的改进、学生的受益；哪些做法值得保留，怎样与其他学校交流。",
        "写本校独有的做法，其他学校可以直接借鉴的一两点，以及怎样成为常态。",
    ),
    CaseType.STUDIO: (
        "说明工作室主持人与成员、开通时间、学科与覆盖范围，线上与线下工作室的关系，成员怎样分工；"
        "写明主持人是否已签署承诺书。",
        "写计划与总结、信息审核与安全等制度；主页、资源分类和数据管理怎样做；"
        "怎样开展资源共享、骨干培养、协同教研和教育帮扶；直播活动的次数、主题与参加情况。",
        "用数据和事例写成效：工作室年度贡献值（不低于100分）、活跃度、成员成长、帮扶对象的变化；总结有效的经验。",
        "写线上线下融合的新做法、示范引领的影响，其他工作室可以直接借鉴的一两点，以及怎样持续。",
    ),
}


def document_template(kind: CaseType) -> bytes:
    """A .docx to write the case in: a title, the four headings as Heading 1, grey hints of the type (R7, R18, R19)."""
    kind = CaseType(kind)
    name = TYPE_NAMES[kind]
    paper = new_paper(f"{name}介绍文档模板")
    title = paper.add_paragraph(style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.add_run(TITLE_PLACE)
    write(paper.add_paragraph(), f"{name}，体现{'、'.join(TYPE_TRAITS[kind])}。{NOTE}", size=10.5, grey=True)
    for heading, hint in zip(HEADINGS, HINTS[kind], strict=True):
        paper.add_heading(heading, level=1)
        write(paper.add_paragraph(), hint, size=10.5, grey=True)
        # A black empty paragraph: who starts typing below the hint does not write in grey.
        body = paper.add_paragraph()
        body.paragraph_format.first_line_indent = Pt(24)
        body.paragraph_format.line_spacing = 1.5
    return to_bytes(paper)
