"""A signed token that says which AWS role we are: Entra takes it instead of a secret.

Follows AWS STS ``GetWebIdentityToken`` (outbound identity federation, November 2025), which the account must have
enabled (``aws iam enable-outbound-web-identity-federation``) and the role be allowed (``sts:GetWebIdentityToken``).
"""

from typing import Any, Final

from sekimori.aws.clients import AwsUnavailable, open_aws
from sekimori.core.confidential import Secret

LIFETIME: Final = 300
"""Seconds that a token lives. Each is exchanged at once, and never again."""


class WebIdentityTokens:
    """Asks STS for tokens. The call blocks: it belongs into a thread.

    ``region``: the global endpoint of STS does not give these tokens, so the role's region is asked.
    """

    def __init__(
        self, *, audience: str, region: str, endpoint: str | None = None, ca_bundle: str | None = None
    ) -> None:
        self._audience = audience
        self._where = {"region": region, "endpoint": endpoint, "ca_bundle": ca_bundle}
        self._client: Any = None

    def token(self) -> Secret[str]:
        """Return a new token.

        Raises:
            AwsUnavailable: STS gave none; the hint is its error's code.
        """
        self._client = self._client or open_aws("sts", **self._where)
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            # Entra: takes RS256 only, STS can sign with ES384 as well.
            answer = self._client.get_web_identity_token(
                Audience=[self._audience], SigningAlgorithm="RS256", DurationSeconds=LIFETIME
            )
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            raise AwsUnavailable("AWS STS gave no web identity token", hint=_ADVICE.get(code, code)) from error
        except BotoCoreError as error:
            raise AwsUnavailable("AWS STS could not be asked", hint=type(error).__name__) from error
        return Secret(str(answer["WebIdentityToken"]))


_ADVICE: Final = {
    "OutboundWebIdentityFederationDisabledException": (
        "OutboundWebIdentityFederationDisabledException: run aws iam enable-outbound-web-identity-federation once"
    ),
    "AccessDenied": "AccessDenied: allow the role sts:GetWebIdentityToken for this audience",
}
