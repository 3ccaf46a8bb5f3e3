"""附表2 for a province's contact: downloaded as typed, and a filled-in one read into the form (R12)."""

from allauth.core import ratelimit
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import public
from accounts.forms.activation import ContactSheetForm
from accounts.http import Request
from accounts.provinces import province_in
from accounts.queries import provinces
from calls.queries import current
from cases.files.kinds import BY_SLUG
from cases.forms.papers import PaperForm
from cases.papers import ContactSheetData, contact_sheet, contact_sheet_pdf
from cases.reading_forms import read_uploads
from cases.serving import disposition
from kernel.typesetting.glyphs import MissingGlyph

LONGEST = 254
"""Characters of a value that are written onto the paper: as many as the longest column holds."""


@public(reason="a province's contact has no account yet (R12)")
@require_http_methods(["GET", "HEAD", "POST"])
def contact_form(request: Request) -> HttpResponse:
    """POST of a filled-in 附表2 shows the form with what it says, to be looked at and sent; nothing is kept."""
    posted = request.method == "POST"
    form = PaperForm(request.POST, request.FILES) if posted else PaperForm()
    if posted and form.is_valid():
        if not ratelimit.consume(request, action="read_contact_form"):
            form.add_error("file", "这个网络地址读得太频繁了，请十分钟后再试。")
        else:
            (read,) = read_uploads([form.cleaned_data["file"]])
            if read.form == "2":
                code = province_in(read.fields["unit"], read.fields["address"])
                guessed = provinces().filter(code=code).first()
                filled = ContactSheetForm(initial={**read.fields, "province": guessed})
                return render(request, "accounts/contact_sheet.html", {"form": filled, "read": read})
            other = "这是附表 1（案例信息表）。请选择填好的附表 2（联系人信息表）。"
            form.add_error("file", other if read.form else read.problems[0]["message"])
    return render(request, "publishing/contact_form.html", {"form": form}, status=422 if form.errors else 200)


@public(reason="a province's contact has no account yet (R12)")
@require_POST
def contact_filled(request: Request, kind: str) -> HttpResponse:
    """附表2 with what is typed in the form now, complete or not, as Word (docx) or PDF."""
    if kind not in ("docx", "pdf"):
        raise Http404
    call = current(request.now)
    data = ContactSheetData(**{name: request.POST.get(name, "")[:LONGEST] for name in ContactSheetData.__slots__})
    due = timezone.localdate(call.contact_sheet_due_at) if call else None
    mailbox = call.help_email if call else ""
    try:
        body = (contact_sheet_pdf if kind == "pdf" else contact_sheet)(data, due=due, mailbox=mailbox)
    except MissingGlyph as refusal:
        form = ContactSheetForm(request.POST)
        form.add_error(None, f"{refusal.sentence}您也可以下载 Word 版打印。")
        return render(request, "accounts/contact_sheet.html", {"form": form}, status=422)
    headers = {"Content-Disposition": disposition(f"省级组织单位联系人信息表.{kind}", inline=False)}
    return HttpResponse(body, content_type=BY_SLUG[kind].mime, headers=headers)
