"""What an author answers to the document's doctor."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from cases import queries
from cases.actions import confirming
from cases.forms.doctor import SectionForm
from kernel.errors import Refusal


@requires(Role.AUTHOR)
@require_POST
def my_section(request: Request, case_id: int) -> HttpResponse:
    """Confirm which part of the document is a section, or take that back; then the document's page again."""
    case = get_object_or_404(queries.visible_to_author(request.user), pk=case_id)
    form = SectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请先在列表里选出是哪一部分。")
        return redirect("my_document", case.pk)
    answer = form.cleaned_data
    section = answer["section"]
    given = {"case_id": case.pk, "document_id": answer["document"], "section": section}
    try:
        if answer["withdraw"]:
            confirming.withdraw_section(**given, actor=request.user, now=request.now)
        else:
            confirming.confirm_section(**given, part=answer["part"], actor=request.user, now=request.now)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"已撤销对“{section}”的确认。" if answer["withdraw"] else f"已确认“{section}”部分。")
    return redirect("my_document", case.pk)
