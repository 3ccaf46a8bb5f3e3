"""Who made a case: the names that those who score it should not read (R14)."""

from cases.models import Case


def makers_of(case: Case) -> dict[str, list[str]]:
    """The names that a document should not tell the experts: of authors, submitter and units, as they are now."""
    authors, submitter = list(case.authors.all()), case.submitter
    units = [one.name for one in (case.unit, submitter.unit) if one]
    return {
        "authors": sorted({one.name for one in authors} | {submitter.name, case.signature} - {""}),
        "units": sorted({one.unit for one in authors}.union(units)),
    }


def names_of(case: Case) -> list[str]:
    """All of them and the province's in one list."""
    makers = makers_of(case)
    return sorted({*makers["authors"], *makers["units"], case.province.name, case.province.short} - {""})
