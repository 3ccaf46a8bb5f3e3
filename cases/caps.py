"""How much one author may pile up: far more than anybody needs, and an end to what a script gone astray would send."""

from typing import Final

from kernel.errors import Refusal

VERSIONS_A_CASE: Final = 30
FILES_A_CASE: Final = 200
"""Supporting files, those included that were refused or wait to replace another."""
DRAFTS_A_CALL: Final = 50
UPLOADS_AN_HOUR: Final = 600
"""How many uploads in parts one account may begin; going on with one is no beginning."""


class TooManyVersions(Refusal):
    code = "too_many_versions"
    sentence = f"一件案例最多保留 {VERSIONS_A_CASE} 份文档版本。请先删除不用的旧版本，再上传。"


class TooManyFiles(Refusal):
    code = "too_many_files"
    sentence = f"一件案例最多有 {FILES_A_CASE} 个支撑材料（含未被接收的）。请先移除不需要的，再上传。"


class TooManyDrafts(Refusal):
    code = "too_many_drafts"
    sentence = f"一个账号在一届征集中最多有 {DRAFTS_A_CALL} 份草稿。请先删除不用的草稿，再新建。"


class TooOften(Refusal):
    code = "too_often"
    sentence = (
        f"一小时内最多开始上传 {UPLOADS_AN_HOUR} 个文件，您已达到上限。已经开始的可以接着传，其余请一小时后再选。"
    )
