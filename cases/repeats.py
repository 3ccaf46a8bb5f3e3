"""The same bytes twice among the supporting files of a case: a hint to the author, never a refusal."""

from collections.abc import Iterable

from cases.models import Case, FileState, SupportingFile

CODE = "same_bytes"


def hint(title: str) -> str:
    """The sentence, given the title of the file that was there first."""
    return f"内容和“{title}”完全相同。如果是重复上传，可以移除其中一个。"


def repeats(files: Iterable[SupportingFile]) -> dict[int, str]:
    """{id of a file: title of the earlier one with the same bytes}; a successor in its place repeats nothing."""
    first: dict[str, SupportingFile] = {}
    found: dict[int, str] = {}
    for file in sorted(files, key=lambda one: one.pk):
        if file.state not in (FileState.ACCEPTED, FileState.INSPECTING):
            continue
        earlier = first.setdefault(file.sha256, file)
        if earlier is not file and file.replaces_id != earlier.pk:
            found[file.pk] = earlier.title
    return found


def hint_of(case: Case, file: SupportingFile) -> tuple[str, str]:
    """(CODE, the sentence) for a file that repeats another of its case; twice nothing where it does not."""
    title = repeats(case.files.filter(sha256=file.sha256)).get(file.pk)
    return (CODE, hint(title)) if title else ("", "")
