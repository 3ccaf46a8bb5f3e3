"""The pages of a case's supporting materials: one by one, named, within 100 MB (R8)."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from cases import queries
from cases.actions import uploading
from cases.actions.reserving import held
from cases.editing import may_edit
from cases.finishing import may_finish
from cases.forms.files import FileForm
from cases.forms.materials import MaterialForm, NameForm
from cases.models import Case, Category, FileState, SupportingFile, Target, UploadState
from cases.quota import mb, room
from cases.readiness import readiness
from cases.reading import Material, material_of
from cases.repeats import hint, repeats
from cases.views.files import link
from kernel.errors import Refusal

SIGNS = {"picture": "image", "video": "video", "pdf": "pdf", "office": "doc"}
KIND_SIGNS = {"pptx": "slides", "ppt": "slides", "xlsx": "sheet"}
SHORT = {
    Category.NOTICE: "通知",
    Category.POLICY: "制度",
    Category.EXCHANGE: "交流",
    Category.PUBLICITY: "报道",
    Category.OTHER: "其他",
}
"""The categories in the meter's key, in the order of their colours."""


@require_http_methods(["GET", "POST"])
@requires(Role.AUTHOR)
def my_materials(request: Request, case_id: int) -> HttpResponse:
    """GET lists the materials with their states; POST adds one."""
    case = get_object_or_404(queries.with_parts(queries.visible_to_author(request.user)), pk=case_id)
    editable = may_edit(case, request.now)
    if "X-Fragment" in request.headers:
        return render(request, "cases/material_parts.html", {**_list(case, editable), **_meter(case)})
    limit = case.call.supporting_bytes
    form = MaterialForm(limit=limit)
    if request.method == "POST":
        form = MaterialForm(request.POST, request.FILES, limit=limit)
        if form.is_valid():
            file, values = form.cleaned_data["file"], form.cleaned_data
            try:
                uploading.upload_supporting(
                    case_id=case.pk,
                    title=values["title"],
                    category=values["category"],
                    name=file.name,
                    content=file,
                    actor=request.user,
                    now=request.now,
                )
            except Refusal as refusal:
                form.add_error(refusal.field or None, refusal.sentence)
            else:
                messages.success(request, f"已收到“{values['title']}”，正在检查。")
                return redirect("my_materials", case.pk)
    found = readiness(case)
    page = {
        **_list(case, editable),
        **_meter(case),
        "form": form,
        "categories": Category.choices,
        "unfinished": _unfinished(case, request.now),
        "steps": found.steps(3),
        "ready": found.ready,
    }
    response = render(request, "cases/materials.html", page)
    patch_vary_headers(response, ["X-Fragment"])
    return response


@require_http_methods(["GET", "POST"])
@requires(Role.AUTHOR)
def my_material(request: Request, case_id: int, file_id: int) -> HttpResponse:
    """One material: GET shows it; POST names it anew, replaces its file or removes it, as `act` says."""
    case = get_object_or_404(queries.with_parts(queries.visible_to_author(request.user)), pk=case_id)
    file = get_object_or_404(case.files.exclude(state=FileState.DROPPED), pk=file_id)
    name_form = NameForm(initial={"title": file.title, "category": file.category})
    file_form = FileForm(limit=case.call.supporting_bytes)
    if request.method == "POST":
        act = request.POST.get("act", "")
        form: NameForm | FileForm
        if act == "rename":
            form = name_form = NameForm(request.POST)
        else:
            form = file_form = FileForm(request.POST, request.FILES, limit=case.call.supporting_bytes)
        if act == "remove" or form.is_valid():
            try:
                done = _change(request, case, file, act, form)
            except Refusal as refusal:
                if act == "remove":
                    messages.error(request, refusal.sentence)
                else:
                    form.add_error(refusal.field or None, refusal.sentence)
            else:
                messages.success(request, done)
                return redirect("my_materials", case.pk)
    page = {
        "case": case,
        "file": file,
        "material": material_of(file, link=link),
        "name_form": name_form,
        "file_form": file_form,
        "room": room(held(case), case.call.supporting_bytes, replaces=file.place_id),
        "editable": may_edit(case, request.now),
    }
    return render(request, "cases/material.html", page)


def _change(request: Request, case: Case, file: SupportingFile, act: str, form: NameForm | FileForm) -> str:
    """Call the one action that was asked for; the sentence that says it is done."""
    common: dict[str, Any] = {"case_id": case.pk, "file_id": file.pk, "actor": request.user, "now": request.now}
    if act == "remove":
        uploading.remove_supporting(**common)
        return f"已移除“{file.title}”。"
    if act == "rename":
        uploading.rename_supporting(**common, title=form.cleaned_data["title"], category=form.cleaned_data["category"])
        return "已改名。"
    new = form.cleaned_data["file"]
    uploading.replace_supporting(**common, name=new.name, content=new)
    return f"已收到“{file.title}”的新文件，正在检查。"


def _unfinished(case: Case, now: datetime) -> bool:
    """Whether a file that was begun may still be sent to its end."""
    supporting = [one for one in case.uploads.all() if one.target == Target.SUPPORTING]
    under_way = any(one.state == UploadState.OPEN for one in supporting)
    return under_way and may_finish(case, Target.SUPPORTING, now)


def _list(case: Case, editable: bool) -> dict[str, Any]:
    files = [one for one in case.files.all() if one.state != FileState.DROPPED]
    replaced = {one.replaces_id: one.state for one in files if one.replaces_id}
    same = repeats(files)
    rows = [_row(one, replaced.get(one.pk), same.get(one.pk)) for one in files if not _hidden(one)]
    return {
        "case": case,
        "rows": rows,
        "refused": [row for row in rows if row["refused"]],
        "inspecting": any(one.state == FileState.INSPECTING for one in files),
        "editable": editable,
        "dropped": [one for one in case.files.all() if one.state == FileState.DROPPED],
    }


def _hidden(file: SupportingFile) -> bool:
    """A replacement under inspection is told of on the line of the file it replaces."""
    return file.state == FileState.INSPECTING and file.replaces_id is not None


def _row(file: SupportingFile, replacement: str | None, same: str | None) -> dict[str, Any]:
    material: Material = material_of(file, link=link)
    words, tone = {
        FileState.INSPECTING: ("检查中", "wait"),
        FileState.ACCEPTED: ("已接收", "done"),
        FileState.REFUSED: ("未接收", "bad"),
    }[FileState(file.state)]
    if replacement == FileState.INSPECTING:
        words, tone = "正在替换", "wait"
    held_back = file.message if file.state == FileState.INSPECTING else ""
    return {
        "material": material,
        "sign": KIND_SIGNS.get(file.kind) or SIGNS[material.group],
        "words": words,
        "tone": tone,
        "refused": file.state == FileState.REFUSED,
        "stands": file.replaces_id is not None,
        "hint": held_back or (hint(same) if same else ""),
        "href": reverse("my_material", args=[file.case_id, file.pk]),
    }


def _meter(case: Case) -> dict[str, Any]:
    """The bar of the bytes used, by category, with its words."""
    files, limit = held(case), case.call.supporting_bytes
    sizes = dict.fromkeys(SHORT, 0)
    for file in case.files.all():
        if file.state in (FileState.ACCEPTED, FileState.INSPECTING) and not _hidden(file):
            category = Category(file.category)
            sizes[category if category in SHORT else Category.OTHER] += file.size
    waiting = max(0, case.supporting_bytes - sum(sizes.values()))
    parts = [(f"cat-{number}", size) for number, size in enumerate(sizes.values(), start=1)]
    key = [(f"cat-{number}", words, sizes[one]) for number, (one, words) in enumerate(SHORT.items(), start=1)]
    if waiting:
        parts.append(("cat-run", waiting))
        key.append(("cat-run", "上传中", waiting))
    free = room(files, limit)
    return {
        "parts": parts,
        "key": key,
        "limit": limit,
        "limit_words": mb(limit),
        "room": free,
        "room_words": mb(free),
        "meter_words": f"已用 {mb(case.supporting_bytes)}，还可上传 {mb(free)}",
    }
