"""What people are asked to agree to, each for itself, and what taking it back does."""

from django.db import models


class Purpose(models.TextChoices):
    PROCESSING = "processing", "处理个人信息"
    SHOWING = "showing", "交省级单位和专家审看"
    PUBLISHING = "publishing", "公开展示和结集"
    PLATFORM = "platform", "推荐给国家平台"
    THIRD_PARTY = "third_party", "材料里的人和作品"


OF_ACCOUNT = (Purpose.PROCESSING, Purpose.SHOWING)
"""Given for all that a person does here; the others are given for one case."""

TEXTS = {
    Purpose.PROCESSING: "我已阅读个人信息保护说明，同意平台为本次活动处理我的姓名、工作单位和联系方式。",
    Purpose.SHOWING: (
        "我同意把我报送的案例和作者信息交本省组织单位、项目组织中心审看，并把隐去作者姓名和单位的案例交评审专家评审。"
    ),
    Purpose.THIRD_PARTY: "能认出的学生已取得监护人同意展示；音乐和他人图片已取得许可或注明出处。",
}
"""The wording of the portal itself; publishing and passing on are worded by the call (R5)."""

EFFECTS = {
    Purpose.PROCESSING: (
        "账号随即关闭并退出登录：手机和邮箱删除，草稿删除，公开展示的案例撤下，"
        "还在初筛、推荐或评审中的案例撤回。已公布的名单和证书作为活动档案保留。关闭后不能恢复。"
    ),
    Purpose.SHOWING: (
        "还在初筛、推荐或评审中的案例随即撤回，本省会收到通知；重新同意之前不能再报送。已有结论的案例不受影响。"
    ),
    Purpose.PUBLISHING: "案例内容立即从公开页面撤下；名单和证书不受影响，以后可以再次同意。",
    Purpose.PLATFORM: "中心不再把这件案例推荐给国家平台，会收到通知；评审和证书不受影响，以后可以再次同意。",
}
"""Said before a consent is taken back, and what then happens."""
