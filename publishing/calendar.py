"""The days of a call as the public reads them: its phases as slips, the present one with what it waits for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from calls.models import Call
from calls.policy import Phase

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Slip:
    """One phase. `state` is past, now or next; `ends` and what follows are set on the present one."""

    number: str
    name: str
    when: str
    state: str
    label: str = ""
    ends: datetime | None = None
    ends_words: str = ""
    after: str = ""
    day: int = 0
    days: int = 0


@dataclass(frozen=True)
class _Stage:
    name: str
    begins: datetime | None
    ends: datetime | None
    doing: str
    after: str


_NUMBERS = "一二三四五六"
_PLACE = {
    Phase.SUBMISSION: 1,
    Phase.SCREENING: 2,
    Phase.RECOMMENDATION: 2,
    Phase.REVIEW: 3,
    Phase.DECISION: 4,
    Phase.PUBLISHED: 5,
}


def slips(call: Call, now: datetime) -> list[Slip]:
    """The six phases in order, exactly one of them the present one; a pure function of the call's dates and `now`."""
    phase = call.phase(now)
    present = _PLACE.get(phase, 0 if now < call.contact_sheet_due_at else 1)
    made = []
    for place, stage in enumerate(_stages(call)):
        common = (_NUMBERS[place], stage.name, _when(stage))
        if place == present:
            made.append(_present(common, stage, now))
        else:
            made.append(Slip(*common, "past" if place < present else "next"))
    return made


def _stages(call: Call) -> list[_Stage]:
    return [
        _Stage("账号激活", None, call.contact_sheet_due_at, "交联系人信息表",
               "各省级组织单位在此之前交联系人信息表，激活管理员账号。"),
        _Stage("作者报送", call.submission_opens_at, call.submission_closes_at, "截止",
               "截止后不能再报送，未报送的案例只读保存，可下载留用。"),
        _Stage("省级推荐", call.recommendation_opens_at, call.recommendation_closes_at, "截止",
               f"每个省级单位三类案例合计推荐不超过 {call.places} 件；截止后不再增补。"),
        _Stage("专家推荐", call.recommendation_closes_at, call.scoring_closes_at, "结束",
               "专家不见作者姓名，按各类型的要求逐件评分。"),
        _Stage("结果公布", call.scoring_closes_at, call.published_at or call.results_due_at, "前后公布",
               "公布推荐案例名单，发放电子证书。"),
        _Stage("展示交流", call.published_at or call.results_due_at, None, "", "推荐案例公开展示，证书可查可下载。"),
    ]  # fmt: skip


def _present(common: tuple[str, str, str], stage: _Stage, now: datetime) -> Slip:
    """The slip that is unrolled: what it counts down to, and how far it has come."""
    if stage.begins is not None and now < stage.begins:
        return Slip(*common, "now", "即将开始", stage.begins, f"{_full(stage.begins)} 开始", stage.after)
    if stage.ends is None:
        return Slip(*common, "now", "正在进行", after=stage.after)
    if now >= stage.ends:  # results that are late: no countdown to a day that has passed
        return Slip(*common, "now", "即将公布", after=stage.after)
    words = f"{_full(stage.ends, end=True)} {stage.doing}"
    if stage.begins is None:
        return Slip(*common, "now", "正在进行", stage.ends, words, stage.after)
    first, last = _local(stage.begins), _local(stage.ends - timedelta(seconds=1))
    day, days = (_local(now) - first).days + 1, (last - first).days + 1
    label = f"正在进行，第 {day} 天，共 {days} 天"
    return Slip(*common, "now", label, stage.ends, words, stage.after, day, days)


def _local(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def _when(stage: _Stage) -> str:
    """10月16日–31日; one end alone is 9月30日前 or 12月18日起. A half-open end at midnight is the day before (R11)."""
    if stage.ends is None:
        return f"{_short(_local(stage.begins))}起" if stage.begins else ""
    last = _local(stage.ends - timedelta(seconds=1))
    if stage.begins is None:
        return f"{_short(last)}前"
    first = _local(stage.begins)
    if first >= last:
        return _short(last)
    return f"{_short(first)}–{last.day}日" if first.month == last.month else f"{_short(first)}–{_short(last)}"


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _full(moment: datetime, *, end: bool = False) -> str:
    """2026年10月15日 24:00 for a half-open end at midnight."""
    local = moment.astimezone(ZONE)
    hour = f"{local:%H:%M}"
    if end and hour == "00:00":
        local, hour = local - DAY, "24:00"
    return f"{local.year}年{local.month}月{local.day}日 {hour}"
