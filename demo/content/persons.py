"""Invented people: names, posts and mobiles nobody owns."""

import random
from collections.abc import Iterator

COMMON_SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱覃武戴孔向汤"
)
RARE_SURNAMES = tuple("褟禤乜亓仝佘逄笪郄郗酆庹缑訾妫晁畅阚瞿谌佴揭寸火岑线")
DOUBLE_SURNAMES = ("欧阳", "上官", "司徒", "诸葛", "尉迟", "皇甫", "令狐", "夏侯", "公孙", "慕容", "澹台", "宇文")
GIVEN = tuple(
    "若溪知远念慈书岚砚秋映雪怀瑾思齐承泽清晏沐言景行令仪嘉树云舒望舒以宁南星予安婉如静姝乐山修竹明川晓棠素心青禾春晖立言德润敏行玉衡昭文怡然子衿致和允执维桢"
)
SINGLE_GIVEN = tuple("岚湛颖恺蔚韬楠潇骞琬昕晗筠澜烨")
RARE_GIVEN = tuple("䶮㛃堃犇喆昇淼祎翀赟頔玥彧埕垚骉")

POSTS = (
    "正高级教师", "高级教师", "一级教师", "二级教师", "高级教师/副校长", "高级教师/教研员", "一级教师/教研组长",
    "一级教师/教务主任", "高级教师/校长", "一级教师/园长", "高级教师/教师发展中心主任", "一级教师/信息中心主任",
    "教研员", "讲师/师训专干", "工程师/电教馆技术员", "高级教师/工作室主持人", "一级教师/年级组长", "副研究员",
    "高级教师/教科室主任", "二级教师/班主任",
)  # fmt: skip

# Characters drawn one by one may come to the name of somebody known.
KNOWN = frozenset(("陶行知", "马致远", "王致和", "孔令仪", "李泽言"))

MOBILES = 100_000


def person(rng: random.Random) -> str:
    """A name of two to four characters; about one in twelve has a rare surname, one in sixteen a rare glyph."""
    draw = rng.random()
    if draw < 0.05:
        surname = rng.choice(DOUBLE_SURNAMES)
    elif draw < 0.13:
        surname = rng.choice(RARE_SURNAMES)
    else:
        surname = rng.choice(COMMON_SURNAMES)
    if rng.random() < 0.06:
        rare = rng.choice(RARE_GIVEN)
        return surname + rng.choice((rare, rng.choice(GIVEN) + rare))
    if rng.random() < 0.18:
        return surname + rng.choice(SINGLE_GIVEN)
    while (name := surname + "".join(rng.sample(GIVEN, 2))) in KNOWN:
        pass
    return name


def people(rng: random.Random) -> Iterator[str]:
    """Names without end, no two alike."""
    seen: set[str] = set()
    while True:
        name = person(rng)
        if name not in seen:
            seen.add(name)
            yield name


def post(rng: random.Random) -> str:
    """职称/职务 as authors write it in the information sheet."""
    return rng.choice(POSTS)


def mobile(index: int) -> str:
    """The mobile of the person with this index: 1990000xxxx, then 1990001xxxx and on; refuses more than 100,000."""
    if not 0 <= index < MOBILES:
        raise ValueError(f"mobile index out of range: {index}")
    return f"199000{index:05d}"
