"""A person at a keyboard without a mouse: what they press, and what they can see has the focus."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PASSWORD = "demo-2024-anli"
FAR = 400
"""How often somebody presses Tab before we say that a control cannot be reached."""

FOCUS = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const shown = (element) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
    };
    const words = one.getAttribute('aria-label')
        || [...(one.labels ?? [])].map((label) => label.innerText).join(' ')
        || one.innerText || one.value || one.placeholder || one.querySelector('img')?.alt || '';
    const place = one.getBoundingClientRect();
    const inner = one.matches('video, audio, [type=date], [type=datetime-local]');  // the browser marks their parts
    return {
        words: words.trim().replace(/\\s+/g, ' '), tag: one.tagName.toLowerCase(), type: one.type ?? '',
        name: one.name ?? '', checked: Boolean(one.checked), value: one.value ?? '',
        chosen: one.selectedOptions?.[0]?.innerText ?? '', inside: Boolean(one.closest('main')),
        href: one.getAttribute('href') ?? '', group: one.closest('[role=radiogroup], fieldset')?.innerText ?? '',
        seen: inner || shown(one) || (one.classList.contains('vh') && Boolean(one.nextElementSibling)
            && shown(one.nextElementSibling)),
        onscreen: place.bottom > 0 && place.top < innerHeight && place.right > 0 && place.left < innerWidth,
    };
}"""
"""What has the focus, and whether one sees it; it changes nothing."""


@dataclass
class Hands:
    """Presses keys on a page; `unseen` collects what had the focus without showing it (WCAG 2.4.7)."""

    page: Any
    unseen: list[str] = field(default_factory=list)
    pressed: int = 0

    def __post_init__(self) -> None:
        # Choosers are caught from the beginning: asked for only with the key press, one may open before it is heard.
        self.page.on("filechooser", lambda chooser: None)

    def focus(self) -> dict[str, Any]:
        """What has the focus; {} when nothing has."""
        return self.page.evaluate(FOCUS) or {}

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        """Type over what stands in the focused field."""
        self.press("Control+A")
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def reach(self, words: str, *, tag: str = "", group: str = "", exact: bool = False, back: bool = False) -> None:
        """Tab until a control with these words has the focus: its label, else what stands on it."""
        for _ in range(FAR):
            self.press("Shift+Tab" if back else "Tab")
            found = self.focus()
            if not found:
                continue
            # A panel glides to it, which a busy machine draws late: an eye waits as long.
            for _ in range(10):
                if found.get("seen") and found.get("onscreen"):
                    break
                self.page.wait_for_timeout(200)
                found = self.focus() or found
            if not (found["seen"] and found["onscreen"]):
                self.unseen.append(f"{found['tag']} “{found['words'][:40]}” on {self.page.url}")
            fits = found["words"] == words if exact else words in found["words"]
            if fits and tag in ("", found["tag"]) and group in found["group"]:
                return
        raise AssertionError(f"no way by Tab to “{words}” on {self.page.url}")

    def enter(self, words: str, **how: Any) -> None:
        """Reach a link or a button and press Enter, which leads to another page."""
        self.reach(words, **how)
        with self.page.expect_navigation(wait_until="load"):
            self.press("Enter")

    def write(self, words: str, text: str, **how: Any) -> None:
        """Reach a field and type."""
        self.reach(words, **how)
        self.type(text)

    def tick(self, words: str, **how: Any) -> None:
        """Reach a box and mark it, unless it is marked."""
        self.reach(words, **how)
        if not self.focus()["checked"]:
            self.press("Space")

    def pick(self, words: str, *, group: str) -> None:
        """Choose a radio of a group: Tab into the group, arrows to the answer, Space."""
        for _ in range(FAR):
            self.press("Tab")
            found = self.focus()
            if found.get("type") == "radio" and group in found["group"]:
                break
        else:
            raise AssertionError(f"no way by Tab into “{group}” on {self.page.url}")
        for _ in range(10):
            if words in self.focus()["words"]:
                self.press("Space")
                assert self.focus()["checked"], words
                return
            self.press("ArrowDown")
        raise AssertionError(f"no answer “{words}” in “{group}”")

    def choose(self, words: str, option: str) -> None:
        """Reach a list and go down it to an option."""
        self.reach(words, tag="select")
        self.press("Home")
        for _ in range(60):
            if option in self.focus()["chosen"]:
                return
            self.press("ArrowDown")
        raise AssertionError(f"no option “{option}” in “{words}”")

    def attach(self, words: str, path: Path) -> None:
        """Reach the place of a file and open the chooser with Enter; what happens in its window is the system's."""
        self.reach(words, tag="input")
        assert self.focus()["type"] == "file", self.focus()
        with self.page.expect_file_chooser() as chooser:
            self.press("Enter")
        chooser.value.set_files(path)

    def go(self, address: str) -> None:
        """Type an address into the browser's bar."""
        self.page.goto(address)

    def log_in(self, login: str, password: str = PASSWORD) -> None:
        self.go("/accounts/login/")
        self.write("手机号或电子邮箱", f"{login}@demo.example")
        self.write("密码", password)
        with self.page.expect_navigation(wait_until="load"):
            self.press("Enter")

    def wait_for(self, words: str, timeout: float = 30_000) -> None:
        """Until these words stand on the page."""
        self.page.get_by_text(words).first.wait_for(timeout=timeout)

    def settled(self) -> None:
        """Until the page's modules have been fetched: a key pressed before does nothing."""
        self.page.wait_for_load_state("networkidle")
