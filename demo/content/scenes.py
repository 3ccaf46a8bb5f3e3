"""What the demo's pictures show: boards, lesson plans, screens, walls of notes, charts, rooms, school yards, posters."""

# Words of a picture stand whole on their lines; the linter counts each character twice.
# ruff: noqa: E501

import random
from collections.abc import Callable

from demo.content.canvas import Canvas, Colour, mixed
from demo.content.themes import GENERAL_THEMES, METHODS, PRIMARY

WHITE: Colour = (255, 255, 255)
PAPER: Colour = (251, 247, 238)
INK: Colour = (44, 48, 58)
GREY: Colour = (140, 144, 150)
WOOD: Colour = (158, 116, 74)
RED: Colour = (190, 58, 44)
INKS: tuple[Colour, ...] = ((36, 62, 104), (38, 98, 86), (150, 66, 48), (172, 120, 44), (88, 68, 118), (46, 104, 134), (92, 110, 52), (150, 60, 92))  # fmt: skip
NOTES: tuple[Colour, ...] = ((255, 233, 143), (255, 205, 178), (200, 230, 201), (187, 222, 251), (225, 205, 238), (255, 243, 205))  # fmt: skip

_HEADS = ("主题", "问题", "证据", "改进", "目标", "任务", "活动", "评价", "情境", "反思")
_THOUGHTS = (
    ("我看到", "第三组先画图"), ("追问", "依据在哪里？"), ("建议", "给学生三分钟"), ("我想试", "换一个情境"), ("疑问", "为什么没人举手"), ("收获", "慢一点更清楚"),
    ("改一处", "把问题拆小"), ("证据", "七人用了新方法"), ("约定", "周三再看一遍"), ("亮点", "板书是生成的"), ("困难", "时间不够用"), ("办法", "先写再说"),
)  # fmt: skip
_STEPS = (("导入", "播放片段，提出问题", "观察，说发现"), ("探究", "出示任务单", "小组讨论、记录"), ("交流", "追问、板书", "展示，互相补充"), ("练习", "分层布置", "自选完成"), ("小结", "回到开头的问题", "写一句收获"))  # fmt: skip
_TALK = ("这一环节能不能再放手？", "我这里有一份对比课例", "同意，先改第二问", "学生的原话更有意思", "录像 12:40 处值得再看", "下周三我来试上", "量表我补了一栏", "谢谢，已收进资源包")  # fmt: skip


def board(rng: random.Random, canvas: Canvas) -> None:
    """A chalkboard with the map of a discussion."""
    green = rng.choice(((38, 74, 62), (44, 62, 72), (52, 66, 54)))
    chalk, tints = (236, 240, 232), ((250, 220, 140), (240, 170, 160), (168, 214, 240), (180, 226, 170))
    canvas.box(0, 0, 960, 640, mixed(WOOD, INK, 0.15))
    canvas.box(26, 24, 934, 588, green)
    for _ in range(5):
        x, y = rng.randint(60, 700), rng.randint(60, 500)
        canvas.turned(
            x + 100, y, rng.randint(160, 320), rng.randint(20, 44), rng.randint(-12, 12), mixed(green, WHITE, 0.05)
        )
    theme = rng.choice(GENERAL_THEMES)
    canvas.text(480, 72, f"{theme}", 46, chalk, anchor="ma")
    canvas.line(((300, 140), (660, 138)), tints[0], width=3)
    for place, (head, (_, words)) in enumerate(zip(rng.sample(_HEADS, 4), rng.sample(_THOUGHTS, 4), strict=True)):
        x, y = (190 + (place % 2) * 580, 250 + (place // 2) * 190)
        tint = tints[(place + rng.randint(0, 3)) % 4]
        canvas.line(((480, 340), (x + (90 if x < 480 else -90), y + 8)), mixed(chalk, green, 0.35), width=3)
        canvas.ring(x, y, 92, 42, tint, width=3)
        canvas.text(x, y, head, 34, tint, anchor="mm")
        canvas.text(x, y + 64, words, 23, chalk, anchor="mm")
    canvas.box(376, 304, 584, 376, green)
    canvas.frame(376, 304, 584, 376, chalk, width=3)
    canvas.text(480, 340, rng.choice(METHODS), 36, chalk, anchor="mm")
    canvas.box(26, 588, 934, 606, mixed(WOOD, WHITE, 0.2))
    for place in range(4):
        canvas.box(120 + place * 70, 580, 160 + place * 70, 590, (chalk, *tints)[place], radius=4)
    canvas.box(760, 570, 850, 590, (70, 60, 58), radius=4)


def lesson(rng: random.Random, canvas: Canvas) -> None:
    """A lesson plan on a desk, corrected in red."""
    desk = rng.choice(((176, 138, 98), (120, 140, 150), (196, 176, 146), (92, 104, 96)))
    canvas.box(0, 0, 960, 640, desk)
    canvas.turned(500, 350, 700, 640, rng.choice((-3, 2, 4)), mixed(desk, INK, 0.35))
    canvas.turned(486, 336, 700, 640, rng.choice((-2, 0, 2)), mixed(PAPER, GREY, 0.12))
    canvas.box(140, 30, 830, 660, PAPER)
    subject, draft = rng.choice(PRIMARY), rng.choice("二三四五")
    canvas.text(485, 62, f"{subject}教学设计（第{draft}稿）", 34, INK, anchor="ma")
    canvas.text(485, 116, f"研修主题：{rng.choice(GENERAL_THEMES)}", 20, GREY, anchor="ma")
    columns, top, high = (170, 270, 520, 800), 156, 78
    ink = rng.choice(INKS)
    canvas.box(170, top, 800, top + 44, mixed(ink, WHITE, 0.82))
    for column, head in zip(columns, ("环节", "教师活动", "学生活动"), strict=False):
        canvas.text(column + 14, top + 11, head, 21, ink)
    for row, cells in enumerate(_STEPS):
        y = top + 44 + row * high
        canvas.line(((170, y), (800, y)), GREY, width=1)
        for column, cell in zip(columns, cells, strict=False):
            canvas.text(column + 14, y + 14, cell, 20, INK)
            if column != columns[0]:
                canvas.line(
                    ((column + 14, y + 54), (column + rng.randint(90, 210), y + 54)), mixed(GREY, PAPER, 0.55), width=6
                )
    for column in (*columns, 170):
        canvas.line(((column, top), (column, top + 44 + 5 * high)), GREY, width=1)
    for _, words in rng.sample(_THOUGHTS, 2):
        row = rng.randint(0, 4)
        y = top + 44 + row * high + 26
        canvas.ring(rng.choice((360, 610)), y, 98, 24, RED, width=3)
        canvas.text(rng.choice((540, 620)), y + 22, words, 19, RED)
    canvas.turned(880, 330, 20, 420, 14, rng.choice(INKS))
    canvas.turned(830, 540, 20, 20, 14, (230, 200, 150))


def screen(rng: random.Random, canvas: Canvas) -> None:
    """A window of a teaching-research group: a film on the left, the talk on the right."""
    ink = rng.choice(INKS)
    canvas.box(0, 0, 960, 640, mixed(ink, WHITE, 0.88))
    canvas.box(0, 0, 960, 58, ink)
    canvas.text(30, 14, f"{rng.choice(PRIMARY)}教研群", 25, WHITE)
    for place, words in enumerate(("资源", "研讨", "活动", "数据")):
        canvas.text(560 + place * 96, 17, words, 21, WHITE if place == 1 else mixed(ink, WHITE, 0.6))
    canvas.box(654, 52, 706, 58, (244, 200, 96))
    canvas.box(30, 86, 570, 400, mixed(ink, INK, 0.7), radius=10)
    canvas.box(90, 130, 430, 310, (46, 84, 70))
    canvas.text(260, 166, rng.choice(GENERAL_THEMES), 30, (236, 240, 232), anchor="ma")
    for row in range(3):
        canvas.line(((130, 226 + row * 26), (rng.randint(220, 400), 226 + row * 26)), (200, 214, 200), width=4)
    canvas.box(446, 150, 540, 330, (214, 200, 176))
    canvas.disc(300, 243, 40, mixed(WHITE, ink, 0.1))
    canvas.shape(((288, 222), (288, 264), (324, 243)), ink)
    part = rng.randint(120, 460)
    canvas.box(50, 376, 550, 384, GREY, radius=4)
    canvas.box(50, 376, 50 + part, 384, (244, 200, 96), radius=4)
    for place, (method, theme) in enumerate(zip(rng.sample(METHODS, 3), rng.sample(GENERAL_THEMES, 3), strict=True)):
        left = 30 + place * 184
        canvas.box(left, 424, left + 172, 606, WHITE, radius=10)
        canvas.box(left, 424, left + 172, 512, mixed(rng.choice(INKS), WHITE, 0.45), radius=10)
        canvas.text(left + 86, 468, method, 25, WHITE, anchor="mm")
        canvas.text(left + 14, 528, theme[:8], 19, INK)
        canvas.text(left + 14, 566, f"{rng.randint(18, 260)} 人学过", 17, GREY)
    canvas.box(600, 86, 930, 606, WHITE, radius=10)
    for row, words in enumerate(rng.sample(_TALK, 5)):
        y, mine = 108 + row * 98, row % 3 == 2
        tint = rng.choice(INKS)
        canvas.disc(896 if mine else 634, y + 22, 20, mixed(tint, WHITE, 0.25))
        left = 618 if mine else 666
        canvas.box(left, y, left + 250, y + 62, mixed(tint, WHITE, 0.84), radius=12)
        canvas.text(left + 14, y + 18, words, 18.5, INK)


def wall(rng: random.Random, canvas: Canvas) -> None:
    """A wall of sticky notes after a discussion."""
    ground = rng.choice(((206, 178, 140), (226, 222, 214), (178, 196, 190), (196, 188, 206)))
    canvas.box(0, 0, 960, 640, ground)
    for _ in range(500):
        x, y = rng.randint(0, 960), rng.randint(0, 640)
        canvas.disc(x, y, 1.4, mixed(ground, INK, 0.12))
    canvas.box(250, 26, 710, 104, rng.choice(INKS), radius=6)
    canvas.text(
        480,
        65,
        rng.choice(("我们的问题墙", "改一处，说理由", "课后三句话", "把证据贴上来", "听课追问单")),
        38,
        WHITE,
        anchor="mm",
    )
    thoughts = rng.sample(_THOUGHTS, 8)
    for place, (head, words) in enumerate(thoughts):
        x, y = 140 + (place % 4) * 226 + rng.randint(-14, 14), 236 + (place // 4) * 236 + rng.randint(-14, 14)
        angle, note = rng.randint(-5, 5), rng.choice(NOTES)
        canvas.turned(x + 5, y + 7, 192, 186, angle, mixed(ground, INK, 0.3))
        canvas.turned(x, y, 192, 186, angle, note)
        canvas.text(x - 78, y - 66, head, 27, rng.choice(INKS))
        canvas.text(x - 78, y - 14, words, 22, INK)
        canvas.line(((x - 78, y + 34), (x + rng.randint(10, 70), y + 34)), mixed(note, INK, 0.3), width=3)
        canvas.disc(x, y - 88, 9, rng.choice((RED, (46, 104, 134), (240, 180, 60))))


def chart(rng: random.Random, canvas: Canvas) -> None:
    """A page of figures: columns, a line, a doughnut."""
    ink, second = rng.sample(INKS, 2)
    canvas.box(0, 0, 960, 640, mixed(ink, WHITE, 0.93))
    canvas.text(44, 34, "教师研修数据概览", 34, ink)
    canvas.text(46, 84, f"{rng.choice(GENERAL_THEMES)} · 第{rng.choice('一二三四')}轮", 21, GREY)
    for place, (name, value) in enumerate(
        (
            ("参与教师", f"{rng.randint(28, 860)}"),
            ("研究课例", f"{rng.randint(18, 160)}"),
            ("应用率", f"{rng.randint(86, 98)}%"),
        )
    ):
        left = 44 + place * 298
        canvas.box(left, 126, left + 276, 226, WHITE, radius=10)
        canvas.box(left, 126, left + 8, 226, (ink, second, RED)[place], radius=4)
        canvas.text(left + 30, 140, name, 20, GREY)
        canvas.text(left + 30, 168, value, 40, INK)
    canvas.box(44, 246, 614, 604, WHITE, radius=10)
    months, high = rng.randint(6, 9), rng.randint(50, 90)
    tops: list[tuple[float, float]] = []
    step = 500 / months
    for line in range(4):
        canvas.line(((76, 320 + line * 76), (588, 320 + line * 76)), (226, 226, 222), width=1)
    for month in range(months):
        high = min(240, high + rng.randint(4, 34))
        at = 84 + month * step
        canvas.box(at, 552 - high, at + step * 0.5, 552, mixed(ink, WHITE, 0.25), radius=3)
        canvas.text(at + step * 0.25, 564, f"{month + 3}月" if month < 10 else "", 16, GREY, anchor="ma")
        tops.append((at + step * 0.25, 552 - high - rng.randint(6, 26)))
    canvas.line(tops, second, width=4)
    for x, y in tops:
        canvas.disc(x, y, 6, second)
    canvas.box(636, 246, 916, 604, WHITE, radius=10)
    first = rng.uniform(0.4, 0.6)
    canvas.pie(776, 388, 104, ((first, ink), (0.86 - first, second), (0.14, (228, 196, 120))), WHITE)
    canvas.text(776, 388, f"{round(first * 100)}%", 36, INK, anchor="mm")
    for row, (name, colour) in enumerate((("课堂实践", ink), ("线上研讨", second), ("自主选学", (228, 196, 120)))):
        canvas.box(680, 514 + row * 28, 698, 532 + row * 28, colour, radius=3)
        canvas.text(710, 511 + row * 28, name, 18, INK)


def classroom(rng: random.Random, canvas: Canvas) -> None:
    """An empty classroom in the evening light: a screen, windows, rows of desks with books."""
    wall_colour = rng.choice(((244, 238, 222), (228, 236, 234), (240, 230, 226)))
    ink = rng.choice(INKS)
    canvas.box(0, 0, 960, 640, wall_colour)
    canvas.box(0, 430, 960, 640, mixed(WOOD, WHITE, 0.38))
    for plank in range(9):
        canvas.line(((480 + (plank - 4) * 60, 430), (480 + (plank - 4) * 260, 640)), mixed(WOOD, WHITE, 0.28), width=2)
    for side in (0, 1):
        left = 24 + side * 786
        canvas.box(left, 90, left + 126, 350, (206, 228, 240))
        canvas.shape(
            ((left, 350), (left, 290), (left + 60, 250), (left + 126, 300), (left + 126, 350)), (150, 190, 150)
        )
        canvas.frame(left, 90, left + 126, 350, WHITE, width=8)
        canvas.line(((left + 63, 90), (left + 63, 350)), WHITE, width=6)
    canvas.box(186, 66, 774, 386, (70, 62, 56), radius=6)
    canvas.box(200, 80, 560, 372, (40, 78, 66))
    canvas.box(566, 80, 760, 372, mixed(ink, WHITE, 0.9))
    canvas.text(380, 122, rng.choice(GENERAL_THEMES), 34, (236, 240, 232), anchor="ma")
    for row, (head, words) in enumerate(rng.sample(_THOUGHTS, 3)):
        canvas.text(236, 200 + row * 50, f"{row + 1}. {head}：{words}", 23, (222, 232, 220))
    canvas.box(566, 80, 760, 130, ink)
    canvas.text(663, 105, rng.choice(METHODS), 25, WHITE, anchor="mm")
    for row in range(4):
        canvas.box(
            586,
            158 + row * 48,
            586 + rng.randint(70, 156),
            180 + row * 48,
            mixed(rng.choice(INKS), WHITE, 0.4),
            radius=4,
        )
    canvas.text(
        480,
        24,
        rng.choice(("勤学善问", "乐学 善思 求真", "知行合一", "静以修身")),
        27,
        mixed(RED, wall_colour, 0.15),
        anchor="ma",
    )
    _desks(rng, canvas)


def _desks(rng: random.Random, canvas: Canvas) -> None:
    """Two rows of desks, books on them."""
    for row, (top, wide, count) in enumerate(((452, 118, 5), (530, 160, 4))):
        for desk in range(count):
            x = 480 + (desk - (count - 1) / 2) * (wide + 46 + row * 24)
            canvas.box(x - wide / 2, top, x + wide / 2, top + 26, mixed(WOOD, WHITE, 0.1), radius=4)
            canvas.box(x - wide / 2 + 10, top + 26, x - wide / 2 + 18, top + 92, GREY)
            canvas.box(x + wide / 2 - 18, top + 26, x + wide / 2 - 10, top + 92, GREY)
            for book in range(rng.randint(1, 3)):
                canvas.box(
                    x - 36 + book * 5,
                    top - 9 - book * 9,
                    x + 30 + book * 5,
                    top - book * 9,
                    mixed(rng.choice(INKS), WHITE, 0.2),
                )


def landscape(rng: random.Random, canvas: Canvas) -> None:
    """A school yard before hills: a building, a flagpole, trees, a running track."""
    ink = rng.choice(INKS)
    sun_x = rng.randint(120, 820)
    canvas.disc(sun_x, rng.randint(70, 130), 40, (250, 232, 190))
    for row in range(3):
        base, colour = 210 + row * 50, mixed(ink, (236, 232, 214), 0.72 - row * 0.2)
        ridge = [(x * 120.0, base + rng.randint(-58, 34)) for x in range(9)]
        canvas.shape([(0, 640), *ridge, (960, 640)], colour)
    canvas.shape(((0, 470), (960, 440), (960, 640), (0, 640)), (142, 170, 110))
    left, floors, roof = rng.randint(150, 330), rng.randint(2, 4), rng.choice(INKS)
    top = 440 - floors * 72
    face = rng.choice(((246, 238, 222), (236, 214, 196), (226, 232, 236)))
    canvas.box(left, top, left + 460, 470, face)
    canvas.box(left - 12, top - 20, left + 472, top + 4, roof)
    for floor in range(floors):
        for window in range(7):
            x, y = left + 24 + window * 62, top + 22 + floor * 72
            canvas.box(x, y, x + 42, y + 38, mixed((120, 160, 190), WHITE, rng.choice((0.1, 0.3, 0.5))))
            canvas.line(((x + 21, y), (x + 21, y + 38)), WHITE, width=2)
        canvas.line(
            ((left, top + 70 + floor * 72), (left + 460, top + 70 + floor * 72)), mixed(face, INK, 0.2), width=3
        )
    canvas.box(left + 196, 404, left + 264, 470, mixed(roof, INK, 0.4))
    canvas.line(((left - 70, 500), (left - 70, 250)), (220, 220, 220), width=5)
    canvas.box(left - 68, 252, left - 14, 288, mixed(roof, WHITE, 0.25))
    for row in range(3):
        canvas.shape(
            ((0, 548 + row * 34), (960, 520 + row * 34), (960, 540 + row * 34), (0, 568 + row * 34)),
            mixed((186, 90, 66), WHITE, 0.08 * row),
        )
    for _ in range(rng.randint(4, 7)):
        x = rng.choice((rng.randint(20, 130), rng.randint(820, 940)))
        y = rng.randint(440, 500)
        canvas.box(x - 5, y - 30, x + 5, y + 20, (110, 84, 60))
        canvas.disc(x, y - 56, rng.randint(28, 44), mixed((64, 112, 72), WHITE, rng.choice((0.0, 0.15, 0.3))))


def poster(rng: random.Random, canvas: Canvas) -> None:
    """A poster that calls to an evening of shared lessons."""
    ink, second = rng.sample(INKS, 2)
    canvas.box(0, 0, 960, 640, ink)
    for ring in range(7, 0, -1):
        canvas.disc(960, 640, ring * 92, mixed(ink, WHITE, 0.04 + 0.04 * (7 - ring)))
    canvas.box(56, 56, 66, 300, (244, 200, 96))
    canvas.text(
        92,
        52,
        rng.choice(("云端共研", "一课三磨", "同研一课", "主题研修周", "城乡联研日", "青年讲坛", "课例展示")),
        88,
        WHITE,
    )
    canvas.text(96, 178, f"——{rng.choice(GENERAL_THEMES)}", 40, mixed(WHITE, ink, 0.1))
    canvas.text(96, 252, f"{rng.choice(PRIMARY)} · {rng.choice(METHODS)}", 27, (244, 220, 150))
    for row, words in enumerate(
        rng.sample(("先看一段录像", "带一个问题来", "人人说一条证据", "课后改一处", "写下一句话"), 3)
    ):
        y = 350 + row * 66
        canvas.box(96, y, 420, y + 50, mixed(ink, WHITE, 0.16), radius=25)
        canvas.disc(122, y + 25, 17, second)
        canvas.text(122, y + 25, str(row + 1), 21, WHITE, anchor="mm")
        canvas.text(154, y + 10, words, 25, WHITE)
    canvas.text(96, 566, f"第{rng.choice('三五七九')}周 星期{rng.choice('二三四')} 下午 2:30", 25, (244, 220, 150))
    for place in range(3):
        x, y = 560 + place * 118, 372 + (place % 2) * 60
        canvas.turned(x + 10, y + 10, 150, 196, -8 + place * 8, mixed(ink, INK, 0.5))
        canvas.turned(x, y, 150, 196, -8 + place * 8, (PAPER, NOTES[0], NOTES[3])[place])
        for row in range(5):
            canvas.line(
                ((x - 46, y - 56 + row * 28), (x + rng.randint(0, 46), y - 56 + row * 28)),
                mixed(GREY, WHITE, 0.3),
                width=4,
            )


SCENES: dict[str, Callable[[random.Random, Canvas], None]] = {
    "landscape": landscape, "board": board, "lesson": lesson, "screen": screen, "classroom": classroom, "wall": wall, "chart": chart, "poster": poster,
}  # fmt: skip
