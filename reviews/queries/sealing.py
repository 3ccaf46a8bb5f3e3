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


def seals_of(call: Call) -> dict[int, tuple[int, bool]]:
    """{province id: (user who sealed, whether the second person has confirmed)} of a call's sealed lists: one query."""
    rows = ListSeal.objects.filter(allowance__call_id=call.pk)
    values = rows.values_list("allowance__province_id", "sealed_by_id", "confirmed_at")
    return {province: (sealed_by, at is not None) for province, sealed_by, at in values}
