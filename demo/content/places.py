"""Where a case plays: real cities and counties, invented towns, schools and bodies in them."""

# Lists of names stand on few lines; the linter counts each character twice.
# ruff: noqa: E501

import random
import re
from dataclasses import dataclass
from functools import lru_cache

from demo.content.geography import CITY_OF, COUNTIES_OF, HILLS, TOWNS_OF, UNIT_OF_COUNTY

PROVINCES = {
    "北京": "北京市", "天津": "天津市", "上海": "上海市", "重庆": "重庆市",
    "内蒙古": "内蒙古自治区", "广西": "广西壮族自治区", "西藏": "西藏自治区", "宁夏": "宁夏回族自治区",
    "新疆": "新疆维吾尔自治区", "兵团": "新疆生产建设兵团", "新疆生产建设兵团": "新疆生产建设兵团",
}  # fmt: skip

COUNTIES = tuple(sorted(UNIT_OF_COUNTY, key=len, reverse=True))
"""All counties, the longest names first, so that the first one found in a text is the one meant."""

CITIES = tuple(dict.fromkeys(CITY_OF.values()))
TOWNS = tuple(dict.fromkeys(town for towns in TOWNS_OF.values() for town in towns))

TOWN_SCHOOLS = (
    "中心小学", "初级中学", "九年一贯制学校", "中心幼儿园", "中心学校", "完全小学", "寄宿制小学", "希望小学", "幼儿园",
)  # fmt: skip
# Names of virtues and landscapes: no county's “第一小学” is claimed for the demo.
_NAMES = (
    "知远", "青禾", "望川", "听泉", "怀瑾", "致和", "砚田", "思齐", "若谷", "明川", "沐云", "临溪", "嘉树", "清和", "同心里", "晨光里", "博雅园",
    "星河", "弘毅", "春晖里", "乐山", "秋实", "朝阳里", "滨江里", "云章", "翰墨里", "文澜里", "育林", "润泽", "南屏里", "桃李园", "麦田",
    "求索", "笃行", "竹溪里", "凤鸣里", "长风", "启航里", "向善", "立言",
)  # fmt: skip
_KINDS = ("小学", "小学", "小学", "初级中学", "中学", "高级中学", "实验学校", "外国语学校", "幼儿园", "幼儿园")
COUNTY_SCHOOLS = (
    *dict.fromkeys(name + kind for name in _NAMES for kind in _KINDS),
    "知行特殊教育学校", "启音特殊教育学校", "匠心中等职业技术学校", "百工职业教育中心", "德艺中等职业学校",
)  # fmt: skip
BODIES = (
    "教师研修中心", "教师发展服务中心", "教学研究指导室", "教育科学研究服务中心", "电化教育服务中心", "教育技术装备服务站",
    "教育信息化服务中心", "教师进修服务中心", "教育局教师工作科", "教育局教研与师训股",
)  # fmt: skip

_SCHOOL = re.compile("|".join(sorted({*TOWN_SCHOOLS, *COUNTY_SCHOOLS}, key=len, reverse=True)))
_BODY = re.compile("|".join(sorted(BODIES, key=len, reverse=True)))
_COUNTY_NAMES, _TOWN_NAMES = frozenset(COUNTIES), frozenset(TOWNS)
_COUNTY_LENGTHS = sorted({len(name) for name in COUNTIES}, reverse=True)
_TOWN_LENGTHS = sorted({len(name) for name in TOWNS}, reverse=True)
_PEOPLES = re.compile(
    "(?:各族|(?:满|蒙古|回|藏|维吾尔|苗|彝|壮|布依|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|畲|拉祜|水|羌|土|仡佬|锡伯|裕固|撒拉|普米|东乡)族)+|哈萨克"
)
_LONGEST_SHORT = 4


@dataclass(frozen=True)
class Setting:
    """Where a case plays; `school` and `body` are whole names without the province."""

    county: str
    town: str
    school: str
    body: str

    @property
    def rank(self) -> str:
        """What the county calls itself: 县, 区, 市 or 旗."""
        return self.county[-1]

    @property
    def short(self) -> str:
        """The county as its people call it: 长阳土家族自治县 → 长阳; a single character keeps its rank."""
        return short_county(self.county)

    @property
    def short_school(self) -> str:
        """The school without its county, as its own teachers write it."""
        return self.school.removeprefix(self.county)

    @property
    def is_hilly(self) -> bool:
        """Whether hills and valleys may be spoken of."""
        return UNIT_OF_COUNTY[self.county] in HILLS

    @property
    def is_rural(self) -> bool:
        """Whether the school stands in a town or village."""
        return self.town in self.school


@lru_cache(maxsize=1024)
def short_county(county: str) -> str:
    """The county's name without its rank and peoples."""
    plain = _PEOPLES.sub("", re.sub("自治[县旗]$|[县市区旗]$", "", county))
    return plain if 2 <= len(plain) <= _LONGEST_SHORT else county


def city(rng: random.Random, province_short: str = "") -> str:
    """A city (prefecture, municipality) of the unit, of any where none is named."""
    return CITY_OF[county(rng, province_short)]


def county(rng: random.Random, province_short: str = "") -> str:
    """A county, district or county-level city of the unit, of any where none is named."""
    return rng.choice(COUNTIES_OF.get(_short(province_short)) or COUNTIES)


def county_of(text: str) -> str:
    """The county a work unit's name holds, or nothing."""
    return _first(text, _COUNTY_NAMES, _COUNTY_LENGTHS)


def city_of(text: str) -> str:
    """The city of the county a work unit's name holds, or nothing."""
    return CITY_OF.get(county_of(text), "")


def province_name(province_short: str) -> str:
    """湖北 → 湖北省; municipalities and autonomous regions by their own full names."""
    return PROVINCES.get(province_short, f"{province_short}省")


def setting(rng: random.Random, *texts: str) -> Setting:
    """The places the texts (a title, a unit) already name, the rest drawn."""
    known = "\n".join(texts)
    county_name = county_of(known) or rng.choice(COUNTIES)
    named_town = _first(known, _TOWN_NAMES, _TOWN_LENGTHS)
    named_school, named_body = _found(_SCHOOL, known), _found(_BODY, known)
    in_town = bool(named_town) if named_school else bool(named_town) or rng.random() < 0.4
    town = named_town or rng.choice(TOWNS_OF[UNIT_OF_COUNTY[county_name]])
    tail = named_school or rng.choice(TOWN_SCHOOLS if in_town else COUNTY_SCHOOLS)
    return Setting(
        county=county_name,
        town=town,
        school=f"{county_name}{town if in_town else ''}{tail}",
        body=county_name + (named_body or rng.choice(BODIES)),
    )


def unit(rng: random.Random, province_short: str, case_type: str = "") -> str:
    """A work unit with its province: a body for a region's case, a school for a school's, else either."""
    place = setting(rng, county(rng, province_short))
    from_body = case_type == "region" or (case_type != "school" and rng.random() < 0.3)
    return province_name(province_short) + (place.body if from_body else place.school)


def _short(name: str) -> str:
    return "兵团" if name == PROVINCES["兵团"] else name


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match.group() if match else ""


def _first(text: str, names: frozenset[str], lengths: list[int]) -> str:
    """The name that begins first in the text, the longest of those: a table of hundreds is too slow as a pattern."""
    for start in range(len(text)):
        for length in lengths:
            if text[start : start + length] in names:
                return text[start : start + length]
    return ""
