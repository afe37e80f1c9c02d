"""What a change makes possible, in words: true of that change, in both languages."""

import pytest

from sekimori.watch.domain.changes.credentials import CredentialAdded, CredentialKind
from sekimori.watch.domain.words import en_changes, ja_changes


@pytest.mark.parametrize(
    ("words", "signs", "signs_in"), [(en_changes, "SAML", "sign in"), (ja_changes, "SAML", "サインイン")]
)
def test_a_key_that_signs_answers_is_not_said_to_sign_in(words, signs, signs_in):
    signing = CredentialAdded(credential=CredentialKind.CERTIFICATE, key_id="a", usage="Sign")
    proving = CredentialAdded(credential=CredentialKind.CERTIFICATE, key_id="b", usage="Verify")
    alone = words.consequence(CredentialAdded, [signing])
    assert signs in alone
    assert signs_in not in alone
    assert signs_in in words.consequence(CredentialAdded, [signing, proving])
