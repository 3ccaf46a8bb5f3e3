"""Questions authors ask most and their answers, for the help page."""

# Chinese sentences stand whole on their lines; the linter counts each character twice.
# ruff: noqa: E501

from typing import NamedTuple


class Question(NamedTuple):
    """One question with its answer."""

    question: str
    answer: str


_QUESTIONS = (
    Question(
        "谁可以参加？",
        "师训、教研、电教、装备等机构或部门的管理、教学、技术人员，以及中小学、幼儿园教师都可以自愿参加。请由作者本人注册并报送。",
    ),
    Question(
        "三类案例该选哪一类？",
        "面向一个地区组织研修的，选区域研修；以一所学校、幼儿园为主的，选校本研修；在平台上开通了名师名校长工作室的，选工作室类。一届活动中，每个账号只能选择其中一类。",
    ),
    Question(
        "一件案例可以有几位作者？",
        "最多3位。工作室类案例的作者中必须包含工作室主持人。合作者可以来自其他单位，案例归属以报送人的工作单位所在省份为准。",
    ),
    Question(
        "一件案例要提交哪些材料？",
        "三样：案例信息表（在线填写）、案例介绍文档（Word）、相关支撑材料。三样可以分几次完成，草稿会自动保存，全部就绪后再签名提交。",
    ),
    Question(
        "3000字是怎么数的？",
        "与 Word 的“字数”一致：每个汉字和全角标点算一个，连续的英文或数字算一个。正文、表格、文本框和脚注都计入，页眉、页脚和批注不计。",
    ),
    Question(
        "支撑材料有什么限制？",
        "可以上传演示文稿、图片、PDF、mp4 视频等，逐个命名、归类后上传，合计不超过100MB。压缩包、程序和带宏的文件不能上传，请先拆开或另存为普通格式。",
    ),
    Question(
        "提交后还能修改吗？",
        "报送截止之前可以撤回修改，再次提交后案例编号不变。截止之后，如管理员退回修改，请在退回时注明的日期前改好重新提交。",
    ),
    Question(
        "案例提交后会经过哪些环节？",
        "先由省级管理员初筛并择优推荐，每省三类案例合计不超过200个；再由专家评审，确定典型案例和展示案例；最后公布名单、发放电子证书并公开展示。登录后可以随时查看进度。",
    ),
    Question(
        "上传中断了怎么办？",
        "重新打开页面，选择同一个文件，系统会从中断处继续。如反复失败，请换一个网络或浏览器；在微信中打开的，请改用手机浏览器。",
    ),
    Question(
        "怎样查询和核验证书？",
        "在“证书查询”页面输入姓名和证书编号即可查询；扫描证书上的二维码会打开核验页面，与证书内容一致即为有效。作者本人登录后可以下载证书文件。",
    ),
)


def faq() -> tuple[Question, ...]:
    """Ten questions with answers."""
    return _QUESTIONS
