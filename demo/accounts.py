"""The demo's accounts that visitors may use: one table, one password."""

from dataclasses import dataclass

from accounts.policy import ROLE_NAMES, Role

PASSWORD = "demo-2024-anli"
DOMAIN = "demo.example"


@dataclass(frozen=True)
class Account:
    """One account to log in with; `province` is the code of where its person works."""

    login: str
    name: str
    role: Role
    province: str
    place: str
    words: str

    @property
    def email(self) -> str:
        return f"{self.login}@{DOMAIN}"


ACCOUNTS = (
    Account("teacher", "韦秋棠", Role.AUTHOR, "42", "湖北", "有一份草稿和一处待确认的署名，2024年的案例已入选"),
    Account("teacher2", "令狐望舒", Role.AUTHOR, "51", "四川", "刚报送了一件案例，另有一件在专家评审中"),
    Account("teacher3", "冉以宁", Role.AUTHOR, "61", "陕西", "刚注册，还没有案例"),
    Account("province", "罗青禾", Role.PROVINCE, "42", "湖北", "初筛和推荐本省案例"),
    Account("province-b", "郗明川", Role.PROVINCE, "42", "湖北", "同省的另一位管理员"),
    Account("province2", "谌允执", Role.PROVINCE, "51", "四川", "初筛和推荐本省案例"),
    Account("province3", "骆言蹊", Role.PROVINCE, "66", "兵团", "本届没有收到案例"),
    Account("expert", "司徒清晏", Role.EXPERT, "11", "北京", "评审三类案例"),
    Account("expert2", "阚维桢", Role.EXPERT, "31", "上海", "评审三类案例"),
    Account("expert3", "宇文静姝", Role.EXPERT, "44", "广东", "评审三类案例"),
    Account("expert4", "涂素心", Role.EXPERT, "50", "重庆", "还没有分到案例"),
    Account("centre", "闻南星", Role.CENTRE, "11", "北京", "核实联系人、分配专家、评定结果"),
    Account("centre-b", "庹修竹", Role.CENTRE, "11", "北京", "第二人确认公布"),
)


def lines() -> list[str]:
    """The accounts as plain lines for a terminal: address, role, where, what there is to do."""
    rows = [f"{a.email:<26}{ROLE_NAMES[a.role]}（{a.place}）：{a.words}" for a in ACCOUNTS]
    return ["演示账号，密码都是 " + PASSWORD, *(f"  {row}" for row in rows)]
