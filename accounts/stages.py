"""The stages of a login that differ from allauth's own."""

from typing import Any

from allauth.account.stages import EmailVerificationStage


class EmailStage(EmailVerificationStage):
    """Asks for the e-mail's code only where the account was registered with an e-mail."""

    def handle(self) -> tuple[Any, bool]:
        user = self.login.user
        if user is not None and not user.email:
            return None, True
        if user is None and not self.login.email:
            return None, True
        return super().handle()
