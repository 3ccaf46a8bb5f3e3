"""The provincial units: code, name, short name, in the order of the administrative-division code."""

from typing import Any

PROVINCES = [
    ("11", "北京市", "北京"),
    ("12", "天津市", "天津"),
    ("13", "河北省", "河北"),
    ("14", "山西省", "山西"),
    ("15", "内蒙古自治区", "内蒙古"),
    ("21", "辽宁省", "辽宁"),
    ("22", "吉林省", "吉林"),
    ("23", "黑龙江省", "黑龙江"),
    ("31", "上海市", "上海"),
    ("32", "江苏省", "江苏"),
    ("33", "浙江省", "浙江"),
    ("34", "安徽省", "安徽"),
    ("35", "福建省", "福建"),
    ("36", "江西省", "江西"),
    ("37", "山东省", "山东"),
    ("41", "河南省", "河南"),
    ("42", "湖北省", "湖北"),
    ("43", "湖南省", "湖南"),
    ("44", "广东省", "广东"),
    ("45", "广西壮族自治区", "广西"),
    ("46", "海南省", "海南"),
    ("50", "重庆市", "重庆"),
    ("51", "四川省", "四川"),
    ("52", "贵州省", "贵州"),
    ("53", "云南省", "云南"),
    ("54", "西藏自治区", "西藏"),
    ("61", "陕西省", "陕西"),
    ("62", "甘肃省", "甘肃"),
    ("63", "青海省", "青海"),
    ("64", "宁夏回族自治区", "宁夏"),
    ("65", "新疆维吾尔自治区", "新疆"),
    ("66", "新疆生产建设兵团", "兵团"),
]
CITY_UNITS = [
    ("2102", "大连市", "大连", "21"),
    ("3302", "宁波市", "宁波", "33"),
    ("3502", "厦门市", "厦门", "35"),
    ("3702", "青岛市", "青岛", "37"),
    ("4403", "深圳市", "深圳", "44"),
]


def fill(model: Any) -> None:
    """Write the units with the given Province model (a migration's or the real one); again is harmless."""
    for position, (code, name, short) in enumerate(PROVINCES, 1):
        model.objects.update_or_create(code=code, defaults={"name": name, "short": short, "position": position})
    for position, (code, name, short, parent) in enumerate(CITY_UNITS, len(PROVINCES) + 1):
        fields = {"name": name, "short": short, "position": position, "enabled": False}
        model.objects.update_or_create(code=code, defaults={**fields, "parent": model.objects.get(code=parent)})


def province_in(*texts: str) -> str:
    """The code of the unit that the first of the texts to name one names, by its whole name or its short one.

    A guess, for a person to look at. The Corps has the name of its neighbour in its own, so longer names come first.
    """
    for text in texts:
        for column in (1, 2):
            for unit in sorted(PROVINCES, key=lambda one: -len(one[column])):
                if unit[column] in text:
                    return unit[0]
    return ""
