"""Plain words for what the audit trail and the job table keep as codes."""

import re
from datetime import datetime
from typing import Any

from django.utils import timezone

from cases.lifecycle import STATE_NAMES, VERB_NAMES
from cases.models import FileState, Target
from kernel.retention import KINDS
from reviews.actions.revealing import REASONS

VERB_GROUPS = [
    ("case.", "案例"),
    ("document.", "案例文档"),
    ("file.", "支撑材料"),
    ("screening.", "初筛"),
    ("recommendation.", "推荐名单"),
    ("draw.", "专家分配"),
    ("assignment.", "分配与回避"),
    ("score.", "专家评分"),
    ("decision.", "结果评定"),
    ("publication.", "结果公布"),
    ("selected.", "公开展示"),
    ("certificate.", "证书"),
    ("sheet.", "联系人信息表"),
    ("code.", "激活码"),
    ("admin.", "省级管理员"),
    ("user.", "账号"),
    ("session.", "登录会话"),
    ("expert.", "专家"),
    ("province.", "省级单位"),
    ("staff.", "中心账号"),
    ("call.", "届次"),
    ("upload.", "上传"),
    ("notice.", "通知"),
    ("job.", "任务"),
    ("audit.", "审计"),
    ("retention.", "保存期限"),
]
"""The beginnings of verbs, for the filter, and the names of their groups."""

VERBS = {f"case.{verb}": words for verb, words in VERB_NAMES.items()} | {
    "case.open": "开始填写",
    "case.apply_form": "从附表 1 读入",
    "case.change_type": "更换类型",
    "case.withdraw_consent": "撤回公开展示的同意",
    "case.give_consent": "同意公开展示",
    "case.withdraw_platform": "撤回推荐给国家平台的同意",
    "case.give_platform": "同意推荐给国家平台",
    "case.ask_coauthors": "请合作者确认",
    "case.coauthor_confirm": "合作者确认",
    "case.coauthor_refuse": "合作者没有确认",
    "case.complete": "材料齐备",
    "case.reveal_contacts": "查看完整手机号",
    "case.save_sheet": "保存信息表",
    "case.save_declaration": "保存声明",
    "document.upload": "上传文档",
    "document.accept": "接收文档",
    "document.refuse": "未接收文档",
    "document.remove": "移除文档",
    "document.confirm_section": "确认文档的部分",
    "document.withdraw_section": "撤销对文档部分的确认",
    "document.ask_blind": "生成匿名稿",
    "document.confirm_blind": "确认匿名稿",
    "document.withdraw_blind": "撤销对匿名稿的确认",
    "file.upload": "上传材料",
    "file.accept": "接收材料",
    "file.refuse": "未接收材料",
    "file.replace": "替换材料",
    "file.rename": "改材料名称",
    "file.remove": "移除材料",
    "file.drop": "移除未接收的材料",
    "upload.begin": "开始上传",
    "upload.cancelled": "取消上传",
    "upload.expired": "上传过期",
    "upload.failed": "上传未完成",
    "file.flag": "标出有损坏的材料",
    "case.delete_draft": "删除草稿",
    "screening.read": "阅读",
    "screening.save": "保存核对与备注",
    "recommendation.reorder": "调整排序",
    "recommendation.seal": "封存名单",
    "recommendation.confirm_seal": "确认封存",
    "recommendation.undo_seal": "撤销封存",
    "recommendation.open_seal": "解封名单",
    "recommendation.break_seal": "名单随案例退出解封",
    "draw.ask": "发起分配",
    "draw.done": "完成分配",
    "assignment.give": "补派专家",
    "assignment.release": "发放分配",
    "assignment.recuse": "申请回避",
    "score.save": "暂存评分",
    "score.submit": "提交评分",
    "score.withdraw": "撤回评分",
    "decision.take": "评定",
    "decision.clear": "撤销评定",
    "publication.prepare": "提交公布",
    "publication.confirm": "确认公布",
    "publication.publish": "公布",
    "publication.withdraw": "撤回公布申请",
    "selected.hide": "停止展示",
    "certificate.make": "生成证书",
    "certificate.revoke": "作废证书",
    "sheet.send": "送出信息表",
    "sheet.accept": "接收信息表",
    "sheet.correct": "更正信息表",
    "sheet.reject": "退回信息表",
    "sheet.reveal": "查看完整联系方式",
    "sheet.remind": "提醒提交信息表",
    "code.send": "发送激活码",
    "code.revoke": "作废激活码",
    "code.activate": "激活账号",
    "code.refuse": "激活没有成功",
    "admin.invite": "邀请省级管理员",
    "admin.hand_over": "交接省级管理",
    "admin.leave": "退出省级管理",
    "admin.close": "停用省级管理员",
    "admin.open": "启用省级管理员",
    "user.register": "注册",
    "user.give_consent": "同意",
    "user.withdraw_consent": "撤回同意",
    "user.close": "关闭账号",
    "user.ask_copy": "申请个人数据副本",
    "user.take_copy": "下载个人数据副本",
    "user.forget_password": "停用未核实的密码",
    "user.ask_contact": "申请更换联系方式",
    "user.change_contact": "更换联系方式",
    "user.take_back_contact": "撤回更换联系方式",
    "user.ask_proof": "确认是本人",
    "session.end": "结束登录会话",
    "expert.add": "登记专家",
    "expert.close": "停用专家",
    "expert.open": "启用专家",
    "expert.remind": "提醒专家",
    "expert.relieve": "收回未评案例",
    "expert.declare": "申报评审信息",
    "province.remind": "提醒省级单位",
    "staff.add": "登记中心账号",
    "call.make": "新建届次",
    "call.save": "修改届次",
    "notice.post": "发布通知",
    "notice.change": "修改通知",
    "notice.delete": "删除通知",
    "job.retry": "重试任务",
    "audit.forget": "按期限删去旧记录",
    "retention.delete": "保存期满删除",
}
VERB_OPTIONS = [
    option
    for start, group in VERB_GROUPS
    for option in (
        (start, group),
        *((verb, f"　{words}") for verb, words in VERBS.items() if verb.startswith(start)),
    )
]
"""For the filter: each group whole, below it its verbs."""

SUBJECTS = {
    "cases.case": "案例",
    "cases.casedocument": "案例文档",
    "cases.supportingfile": "支撑材料",
    "cases.upload": "上传",
    "reviews.allowance": "推荐名单",
    "reviews.draw": "分配",
    "reviews.assignment": "分配项",
    "reviews.scoresheet": "评分表",
    "reviews.decision": "评定",
    "reviews.screening": "初筛",
    "publishing.publication": "公布",
    "publishing.selectedcase": "推荐案例",
    "publishing.certificate": "证书",
    "publishing.notice": "通知",
    "accounts.user": "账号",
    "accounts.expert": "专家",
    "accounts.contactsheet": "联系人信息表",
    "accounts.activationcode": "激活码",
    "accounts.provinceadmin": "省级管理员",
    "calls.call": "届次",
    "kernel.job": "任务",
    "kernel.auditentry": "审计记录",
    "kernel.deletion": "保存期满的数据",
    "accounts.province": "省级单位",
    "accounts.centrestaff": "中心账号",
}
JOBS = {
    "kernel.send_letter": "发送邮件或短信",
    "kernel.seal_audit": "封存审计记录",
    "kernel.write_audit_head": "审计封存值留存库外",
    "kernel.forget_audit": "按期限删去旧审计记录",
    "kernel.delete_due": "删除保存期满的数据",
    "cases.collect_copy": "备好个人数据副本",
    "cases.inspect_document": "检查案例文档",
    "cases.make_blind_copy": "生成匿名稿",
    "cases.draw_blind_copy": "绘制匿名稿的页面",
    "cases.inspect_supporting": "检查支撑材料",
    "cases.assemble_upload": "合并上传的分片",
    "cases.discard_parts": "清理上传的分片",
    "cases.convert_supporting": "转换支撑材料",
    "cases.expire_uploads": "取消过期的上传",
    "cases.sweep_parts": "清理遗留的分片",
    "cases.discard_bytes": "清理移除的文件",
    "cases.liken": "查找与其他案例相同的段落",
    "cases.refresh_likeness": "按新方法重新比对全部案例",
    "cases.settle_files": "核对待完成的案例",
    "cases.close_submission": "报送截止",
    "cases.verify_files": "夜间核验文件",
    "accounts.remind_of_sheets": "提醒提交信息表",
    "reviews.open_recommendation": "省级推荐开始",
    "reviews.close_recommendation": "结束省级推荐",
    "reviews.draw": "分配专家",
    "reviews.repair": "补派专家",
    "reviews.withdraw_all": "随撤回的同意撤回案例",
    "publishing.publish": "公布结果",
    "publishing.certificate": "制作证书",
    "publishing.follow_loss": "处理失去资格的案例",
}
FACTS = {
    "before": "原",
    "after": "现",
    "place": "名额",
    "place_freed": "名额收回",
    "vote": "意见",
    "total": "总分",
    "scored": "已打分项",
    "doubts": "存疑",
    "case_id": "案例",
    "expert_id": "专家",
    "seed_hash": "种子指纹",
    "seed": "种子",
    "digest": "结果指纹",
    "cases": "案例数",
    "experts": "专家数",
    "pairs": "分配数",
    "gaps": "不足案例",
    "passed_over": "略过",
    "assignments": "项数",
    "noted": "有备注",
    "released": "已发放",
    "type": "类型",
    "kind": "种类",
    "fields": "字段",
    "number": "编号",
    "due_at": "重交截止",
    "size": "字节",
    "category": "类别",
    "ready": "符合要求",
    "fit": "符合要求",
    "inspecting": "检查中",
    "public_id": "激活码前段",
    "hands_over": "交接",
    "position": "署名次序",
    "positions": "署名次序",
    "available": "可以参加",
    "taken_back": "收回",
    "again": "须重新核实",
    "provinces": "单位",
    "slug": "网址名",
    "code": "原因",
    "attempts": "次数",
    "version": "版本",
    "count": "数量",
    "counts": "数量",
    "open_items": "未核对项",
    "selected": "入选",
    "sha256": "文件指纹",
    "types": "类型",
    "why": "原因",
    "purpose": "同意的事项",
    "cause": "起因",
    "section": "部分",
    "target": "传作",
    "replaced": "替换的材料",
    "state": "状态",
    "alias": "代号",
    "upto": "截至第几条",
    "days": "保存天数",
    "sessions": "会话数",
    "words": "另加的词数",
    "pictures": "略去的图片数",
}
VALUES = (
    {str(value): words for value, words in (*STATE_NAMES.items(), *FileState.choices, *Target.choices)}
    | {
        "True": "是",
        "False": "否",
        "not": "不推荐、不入选",
        "cannot": "无法评判",
        "notice": "通知",
        "event": "活动",
        "policy": "制度文档",
        "exchange": "研究交流",
        "publicity": "宣传报道",
        "other": "其他",
        "declared": "声明",
        "signature": "签名",
        "signed_on": "日期",
        "portraits_cleared": "肖像授权",
        "consent_publication": "共享意向一",
        "consent_platform": "共享意向二",
        "title": "名称",
        "overview": "概述",
        "sources": "出处",
        "authors": "作者",
        "region": "区域研修",
        "school": "校本研修",
        "studio": "名师工作室",
        "wrong": "不正确",
        "too many tries": "尝试次数过多",
        "used": "已使用",
        "revoked": "已作废",
        "expired": "已过期",
    }
    | REASONS
)


_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?[+-]\d{2}:\d{2}$")


def verb_words(verb: str) -> str:
    """What was done, in plain words; a verb nobody named yet stands as it is."""
    return VERBS.get(verb, verb)


def subject_words(subject: str, name: str) -> str:
    """The kind of thing and what it is known by, where it has a name."""
    return f"{SUBJECTS.get(subject, subject)} {name}".strip()


def job_words(kind: str) -> str:
    return JOBS.get(kind, kind)


def facts_words(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """(name, value) of what an entry keeps, long values cut."""
    return [(FACTS.get(name, name), _value(value)) for name, value in facts.items() if value not in ("", None, [], {})]


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "，".join(f"{name}：{_value(each)}" for name, each in value.items())[:200]
    if isinstance(value, list):
        return "、".join(map(_value, value))[:200]
    if isinstance(value, str) and _MOMENT.match(value):
        at = timezone.localtime(datetime.fromisoformat(value))
        return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"
    if isinstance(value, str) and value in KINDS:
        return KINDS[value].words
    return VALUES.get(str(value), str(value))[:200]
