"""Secrets that AWS Secrets Manager keeps."""

import json

from sekimori.aws.clients import AwsUnavailable, open_aws


def fetch_secret(name: str) -> bytes:
    """Fetch a secret by its name or ARN; ``name#key`` takes one key of a secret that is a JSON object.

    Raises:
        AwsUnavailable: it is not there, may not be read, has no such key, or AWS cannot be asked.
    """
    wanted, _, key = name.partition("#")
    region = wanted.split(":")[3] if wanted.startswith("arn:") and wanted.count(":") >= 6 else None
    client = open_aws("secretsmanager", region=region)
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer = client.get_secret_value(SecretId=wanted)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        raise AwsUnavailable("AWS Secrets Manager gave no secret", hint=code) from error
    except BotoCoreError as error:
        raise AwsUnavailable("AWS Secrets Manager could not be asked", hint=type(error).__name__) from error
    value = answer.get("SecretString")
    whole = value.encode() if isinstance(value, str) else bytes(answer.get("SecretBinary") or b"")
    return _part(whole, key) if key else whole


def _part(whole: bytes, key: str) -> bytes:
    try:
        value = json.loads(whole)[key]
    except (ValueError, KeyError, TypeError) as error:
        raise AwsUnavailable(
            f"the secret has no key {key}", hint="name#key needs a secret that is a JSON object"
        ) from error
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()
