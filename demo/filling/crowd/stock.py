"""The files of the crowd: what cases share is made once, then one key a row and no byte copied."""

import os
import random
import secrets
import shutil
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from django.core.files import File
from django.core.files.storage import default_storage

from calls.policy import CaseType
from cases.storing import ORIGINAL, beside
from demo import content
from demo.content.facts import THEMES, facts
from demo.filling.crowd.copying import Written, written
from demo.filling.crowd.press import Press
from demo.filling.making import Made, Telling, end_with_parent, paper

TRIES = 60
COUNTRYSIDE = ("湖北", "四川", "浙江", "河南", "陕西", "广西", "江苏", "甘肃")


class Theme(NamedTuple):
    """What a case is about, as far as a shared document can agree with it."""

    subject: str
    theme: str
    kindergarten: bool


def theme_of(telling: Telling) -> Theme:
    words = facts(telling.kind, telling.title, telling.unit, telling.host).words
    return Theme(str(words["学科"]), str(words["题"]), "幼儿园" in telling.unit)


class Item(NamedTuple):
    """A shared file with the cells that its rows have in common."""

    made: Made
    facts: Written


def hands() -> Executor:
    """Processes that make files side by side, a processor each."""
    return ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn"), initializer=end_with_parent)


class Stock:
    """Shared files and where they go. `kept` gathers the storage keys given out, so that a failed fill can clean up."""

    def __init__(self, folder: Path, kept: list[str]) -> None:
        self.folder = folder
        self.kept = kept
        self.links = True
        self.pool = hands()
        self._press: Press | None = None
        self._papers: dict[str, list[tuple[Theme, Future[Made]]]] = {}
        self._items: dict[Path, Item] = {}
        self._sources: dict[str, str] = {}

    def open_press(self) -> None:
        """From now on every case gets a document of its own words."""
        self._press = Press(self.pool, self.folder)

    def write_papers(self, seed: str, count: int) -> None:
        """Begin to make documents that the cases share, in other processes."""
        for kind in CaseType:
            self._papers[kind] = []
            for number in range(count):
                telling, theme = _telling(kind, number, f"{seed} {kind} {number}")
                future = self.pool.submit(paper, telling, self.folder / f"{kind}-{number}")
                self._papers[kind].append((theme, future))

    def paper_for(self, telling: Telling, rng: random.Random) -> Item:
        """The case's own document; where there is no press, the shared one that agrees best with what it is about."""
        if self._press:
            made = self._press.print(telling)
            return Item(made, written(made.inspection.facts))
        kind, theme = telling.kind, theme_of(telling)
        likeness = [
            (wanted.kindergarten == theme.kindergarten) * 4 + (wanted.theme == theme.theme) * 2
            + (wanted.subject == theme.subject) for wanted, _ in self._papers[kind]
        ]  # fmt: skip
        best = max(likeness)
        places = [place for place, found in enumerate(likeness) if found == best]
        return self.item(self._papers[kind][rng.choice(places)][1].result())

    def item(self, made: Made) -> Item:
        if made.path not in self._items:
            self._items[made.path] = Item(made, written(made.inspection.facts))
        return self._items[made.path]

    def place(self, made: Made) -> str:
        """A fresh key under which the file and what was drawn of it can be read."""
        key = self.empty_key()
        if self.links:
            self.kept.append(key)
            named = [(str(made.path), ORIGINAL), *((f"{made.folder}/{name}", name) for name in made.drawn)]
            self._put(named, key)
        return key

    def empty_key(self) -> str:
        """A fresh key with nothing under it, as a refused file has it."""
        token = secrets.token_hex(16)
        return f"cases/{token[:2]}/{token}/{ORIGINAL}"

    def _put(self, named: Sequence[tuple[str, str]], key: str) -> None:
        """Files beside a key: other names for the same bytes where the storage is a folder, else copies.

        A row owns its names: deleting them takes nothing from another row.
        """
        try:
            folder = os.path.dirname(default_storage.path(key))
        except NotImplementedError:
            for source, name in named:
                with open(source, "rb") as file:
                    default_storage.save(beside(key, name), File(file))
            return
        os.makedirs(folder, exist_ok=True)
        for source, name in named:
            target = f"{folder}/{name}"
            try:
                os.link(self._sources.get(source, source), target)
            except OSError:  # another file system, or more names than a file may have: a copy for the next to share
                shutil.copyfile(source, target)
                self._sources[source] = target

    def close(self) -> None:
        self.pool.shutdown(cancel_futures=True)


def _telling(kind: str, number: int, seed: str) -> tuple[Telling, Theme]:
    """The number-th document of a type: its theme is the number's, as far as some draws find it."""
    rng = random.Random(seed)
    wanted = THEMES[number % len(THEMES)]
    for _ in range(TRIES):
        unit = content.unit(rng, COUNTRYSIDE[number % len(COUNTRYSIDE)], kind)
        host = content.person(rng) if kind == CaseType.STUDIO else ""
        title = content.title(rng, kind, unit=unit, host=host)
        telling = Telling(str(kind), title, unit, host, seed)
        theme = theme_of(telling)
        if theme.theme == wanted:
            break
    return telling, theme
