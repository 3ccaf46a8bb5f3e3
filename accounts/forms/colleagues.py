"""Inviting a colleague to a province's desk (R13)."""

from django import forms


class InvitationForm(forms.Form):
    name = forms.CharField(
        label="同事姓名",
        max_length=30,
        error_messages={"required": "请填写姓名。", "max_length": "姓名不超过 30 个字。"},
    )
    email = forms.EmailField(
        label="电子邮箱",
        error_messages={"required": "请填写电子邮箱。", "invalid": "邮箱格式不对，例如 name@example.cn。"},
    )
    hands_over = forms.BooleanField(label="把我的工作交接给这位同事：对方激活后，我不再是管理员", required=False)
