"""What a password must be like: Django's own checks, each with a sentence that says what to do next."""

from django.contrib.auth import password_validation as checks


class LongEnough(checks.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return f"密码至少 {self.min_length} 位，请再加长一些。"


class NotAlike(checks.UserAttributeSimilarityValidator):
    """Not the person's own name, mobile or e-mail."""

    def get_error_message(self) -> str:
        return "密码与%(verbose_name)s太相近，请换一个。"


class NotCommon(checks.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return "这个密码太常见，容易被猜到，请换一个。"


class NotAllDigits(checks.NumericPasswordValidator):
    def get_error_message(self) -> str:
        return "密码不能全是数字，请加入字母或符号。"
