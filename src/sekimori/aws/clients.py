"""Clients of AWS's services, with the credentials that the role of the host gives."""

from typing import Any, ClassVar

from sekimori.core.errors import SekimoriError


class AwsUnavailable(SekimoriError):  # noqa: N818 - the name says what happened
    """AWS did not give what was asked for, or cannot be asked."""

    code: ClassVar[str] = "aws.unavailable"


def open_aws(
    service: str, *, region: str | None = None, endpoint: str | None = None, ca_bundle: str | None = None
) -> Any:
    """Open a client of one service.

    Without a region, boto3 looks at ``AWS_REGION`` and its own configuration; credentials are the host's own.

    Raises:
        AwsUnavailable: boto3 is not installed, or no region is known.
    """
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError
    except ImportError as error:
        raise AwsUnavailable("boto3 is not installed", hint="install the extra: pip install 'sekimori[aws]'") from error
    patience = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
    try:
        return boto3.session.Session().client(
            service, region_name=region, endpoint_url=endpoint, verify=ca_bundle, config=patience
        )
    except (BotoCoreError, ValueError) as error:
        raise AwsUnavailable(f"AWS {service} cannot be asked", hint=f"{type(error).__name__}: {error}") from error
