"""What is read of the seals on the provinces' ranked lists."""

from accounts.models import Province, ProvinceAdmin
from calls.models import Call
from reviews.models import ListSeal


def administrators(province_id: int) -> list[ProvinceAdmin]:
    """The province's active administrators with their accounts: one query."""
    rows = ProvinceAdmin.objects.filter(province_id=province_id, active=True)
    return list(rows.select_related("user").order_by("since", "pk"))


def seal_of(province: Province, call: Call) -> ListSeal | None:
    """The seal on the province's list with the people who put it there: one query."""
    seals = ListSeal.objects.filter(allowance__call_id=call.pk, allowance__province_id=province.pk)
    return seals.select_related("sealed_by", "confirmed_by").first()


def seals_of(call: Call) -> dict[int, bool]:
    """{province id: whether the second person has confirmed} of the sealed lists of a call: one query."""
    rows = ListSeal.objects.filter(allowance__call_id=call.pk)
    return {province: at is not None for province, at in rows.values_list("allowance__province_id", "confirmed_at")}
