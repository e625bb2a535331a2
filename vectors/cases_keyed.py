"""Keyed content (docs/spec/content-keys.md): digests by the blake3 package, boxes by libsodium (PyNaCl)."""

from blake3 import blake3
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt

SUBKEY = "ai-run-content-key/1 "
KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
NONCE = bytes(range(0x40, 0x58))
NAME = b"My name is Ada Lovelace, born 1815-12-10."


def derived(key, purpose):
    return blake3(key, derive_key_context=SUBKEY + purpose).digest()


def kb3(key, content):
    return blake3(content, key=derived(key, "digest")).digest()


def box(key, content, digest=None, nonce=NONCE):
    digest = kb3(key, content) if digest is None else digest
    return nonce + encrypt(content, digest, nonce, derived(key, "encryption"))


def write(group):
    for shows, key, content, nonce in (
        ("a short text", KEY, b"yes", NONCE),
        ("the same text under another key", OTHER, b"yes", NONCE),
        ("the same text with another nonce", KEY, b"yes", bytes(24)),
        ("a key of zeros", bytes(32), NAME, NONCE),
        ("a key of ones", b"\xff" * 32, NAME, NONCE),
        ("empty content", KEY, b"", NONCE),
        ("content that is not text", KEY, bytes(range(256)), NONCE),
        ("a block of ChaCha20", KEY, b"b" * 64, NONCE),
        ("a chunk of BLAKE3 and a byte", KEY, b"c" * 1025, NONCE),
        ("several chunks of BLAKE3", KEY, bytes(i % 251 for i in range(5000)), NONCE),
    ):
        members = {"content": content, "fingerprint": derived(key, "fingerprint"), "kb3": kb3(key, content)}
        members |= {"nonce": nonce, "box": box(key, content, nonce=nonce)}
        _case(group, shows, key, members)
    right, digest = box(KEY, NAME), kb3(KEY, NAME)
    for shows, key, found, stored in (
        ("box: another key", OTHER, digest, right),
        ("box: another digest", KEY, kb3(KEY, b"yes"), right),
        ("box: other content, encrypted for this digest", KEY, digest, box(KEY, b"no", digest)),
        ("box: a bit of the nonce", KEY, digest, _flipped(right, 0)),
        ("box: a bit of the content", KEY, digest, _flipped(right, 24)),
        ("box: a bit of the tag", KEY, digest, _flipped(right, len(right) - 1)),
        ("box: the last byte is missing", KEY, digest, right[:-1]),
        ("box: a byte too many", KEY, digest, right + b"\0"),
        ("box: nothing but a nonce", KEY, digest, NONCE),
        ("box: shorter than a nonce", KEY, digest, NONCE[:-1]),
        ("box: nothing", KEY, digest, b""),
        ("box: the content in the clear", KEY, digest, NAME),
        ("box: the digest is the plain one", KEY, blake3(NAME).digest(), box(KEY, NAME, blake3(NAME).digest())),
    ):
        _case(group, shows, key, {"kb3": found, "box": stored}, opens=False)


def _flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _case(group, shows, key, members, **more):
    group.case(shows, key=key.hex(), **{name: value.hex() for name, value in members.items()}, **more)
