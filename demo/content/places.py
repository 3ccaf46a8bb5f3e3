"""Invented places, schools and bodies: none of these names belongs to a real county, town or school."""

import random
import re
from dataclasses import dataclass

PROVINCES = {
    "北京": "北京市", "天津": "天津市", "上海": "上海市", "重庆": "重庆市",
    "内蒙古": "内蒙古自治区", "广西": "广西壮族自治区", "西藏": "西藏自治区", "宁夏": "宁夏回族自治区",
    "新疆": "新疆维吾尔自治区", "兵团": "新疆生产建设兵团", "新疆生产建设兵团": "新疆生产建设兵团",
}  # fmt: skip

CITIES = ("岚州市", "霁州市", "棠州市", "泽原市", "榆汀市", "禾渚市", "晴泽市", "枫州市", "砚州市", "星渚市")

COUNTIES = (
    "青岚县", "澜溪县", "松泽县", "禾川县", "云棠县", "望舒县", "枫渡县", "鹤汀县", "白榆县", "清漪县",
    "芷兰县", "麦野县", "星野县", "苇塘县", "桐序县", "杏坪县", "梧源县", "晴渚县", "霜林县", "芦汀县",
    "霁月区", "栖云区", "沐岚区", "槐序区", "听松区", "临漪区", "扶光区", "照野区", "蕙风区", "知禾区",
    "岚谷市", "溪棠市", "鹿鸣溪市", "雁澜市",
)  # fmt: skip

TOWNS = (
    "云岭镇", "柳浦镇", "石坳镇", "枫坞镇", "白鹭汀镇", "茶垄镇", "麦岗镇", "双榆镇", "月牙坪乡", "竹影乡",
    "杨梅垭镇", "松风镇", "荷塘湾镇", "稻浪镇", "青石堰镇", "桂子岭镇", "鹊桥铺镇", "梨花坳乡", "雁栖滩镇",
    "橘香镇", "苔溪镇", "石榴坪乡", "浣月镇", "芦花荡乡", "望云坡镇", "听泉镇",
)  # fmt: skip

TOWN_SCHOOLS = ("中心小学", "初级中学", "九年一贯制学校", "中心幼儿园", "中心学校", "第二小学", "完全小学")
COUNTY_SCHOOLS = (
    "实验小学", "第一小学", "第三小学", "实验中学", "第一高级中学", "第二中学", "第五中学", "外国语学校",
    "第一幼儿园", "机关幼儿园", "育英学校", "启明小学", "启航中学", "崇文小学", "致远中学", "晨曦幼儿园",
    "职工子弟学校", "特殊教育学校",
)  # fmt: skip
BODIES = (
    "教师发展中心", "教师进修学校", "教学研究室", "教育科学研究中心", "电化教育馆", "教育技术装备中心",
    "教育局教师工作科",    "教育信息化中心", "教育局", "教育研修院",
)  # fmt: skip

_COUNTY = re.compile("|".join(COUNTIES))
_TOWN = re.compile("|".join(TOWNS))
_SCHOOL = re.compile("|".join(sorted({*TOWN_SCHOOLS, *COUNTY_SCHOOLS}, key=len, reverse=True)))
_WHOLE_SCHOOL = re.compile(f"(?:{_COUNTY.pattern})(?:{_TOWN.pattern})?(?:{_SCHOOL.pattern})")
_BODY = re.compile("|".join(sorted(BODIES, key=len, reverse=True)))


@dataclass(frozen=True)
class Setting:
    """Where a case plays; `school` and `body` are whole names without the province."""

    county: str
    town: str
    school: str
    body: str

    @property
    def rank(self) -> str:
        """The last character of the county's name: 县, 区 or 市."""
        return self.county[-1]


def city(rng: random.Random) -> str:
    """An invented city, for the field that asks for one."""
    return rng.choice(CITIES)


def county(rng: random.Random) -> str:
    """An invented county, district or county-level city."""
    return rng.choice(COUNTIES)


def province_name(province_short: str) -> str:
    """湖北 → 湖北省; municipalities and autonomous regions by their own full names."""
    return PROVINCES.get(province_short, f"{province_short}省")


def setting(rng: random.Random, *texts: str) -> Setting:
    """The places the texts (a title, a unit) already name, the rest drawn."""
    known = "\n".join(texts)
    county_name = _found(_COUNTY, known) or rng.choice(COUNTIES)
    named_town = _found(_TOWN, known)
    named_school = _found(_SCHOOL, known)
    in_town = bool(named_town) or (not named_school and rng.random() < 0.5)
    town = named_town or rng.choice(TOWNS)
    tail = named_school or rng.choice(TOWN_SCHOOLS if in_town else COUNTY_SCHOOLS)
    return Setting(
        county=county_name,
        town=town,
        school=_found(_WHOLE_SCHOOL, known) or f"{county_name}{town if in_town else ''}{tail}",
        body=county_name + (_found(_BODY, known) or rng.choice(BODIES[:4])),
    )


def unit(rng: random.Random, province_short: str, case_type: str = "") -> str:
    """A work unit with its province: a body for a region's case, a school for a school's, else either."""
    place = setting(rng)
    from_body = case_type == "region" or (case_type != "school" and rng.random() < 0.3)
    name = f"{place.county}{rng.choice(BODIES)}" if from_body else place.school
    return province_name(province_short) + name


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match.group() if match else ""
