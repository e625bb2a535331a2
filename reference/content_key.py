"""Content keys (content-keys.md): the keyed digest, and the box that holds the content."""

import struct
from dataclasses import dataclass

from blake3 import blake3
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

NONCE, TAG = 24, 16


@dataclass(frozen=True, repr=False)
class ContentKey:
    secret: bytes

    @property
    def fingerprint(self) -> bytes:
        return self._derived("fingerprint")

    def digest(self, content: bytes) -> bytes:
        return blake3(content, key=self._derived("digest")).digest()

    def encrypt(self, content: bytes, nonce: bytes) -> bytes:
        cipher, short_nonce = self._cipher(nonce)
        return nonce + cipher.encrypt(short_nonce, content, self.digest(content))

    def decrypt(self, digest: bytes, box: bytes) -> bytes | None:
        """The content stored under this digest, or None if the box does not hold it."""
        if len(box) < NONCE + TAG:
            return None
        cipher, short_nonce = self._cipher(box[:NONCE])
        try:
            content = cipher.decrypt(short_nonce, box[NONCE:], digest)
        except InvalidTag:
            return None
        return content if self.digest(content) == digest else None

    def _cipher(self, nonce: bytes) -> tuple[ChaCha20Poly1305, bytes]:
        """XChaCha20-Poly1305: ChaCha20-Poly1305 under a key that HChaCha20 makes of the first 16 bytes of the nonce."""
        subkey = _hchacha20(self._derived("encryption"), nonce[:16])
        return ChaCha20Poly1305(subkey), bytes(4) + nonce[16:]

    def _derived(self, purpose: str) -> bytes:
        return blake3(self.secret, derive_key_context=f"ai-run-content-key/1 {purpose}").digest()


def _hchacha20(key: bytes, nonce: bytes) -> bytes:
    """draft-irtf-cfrg-xchacha-03, section 2.2."""
    state = list(struct.unpack("<16I", b"expand 32-byte k" + key + nonce))
    for _ in range(10):
        for column in range(4):
            _quarter_round(state, column, 4 + column, 8 + column, 12 + column)
        for diagonal in range(4):
            a, b, c, d = (4 * row + (diagonal + row) % 4 for row in range(4))
            _quarter_round(state, a, b, c, d)
    return struct.pack("<8I", *state[:4], *state[12:])


def _quarter_round(state: list[int], a: int, b: int, c: int, d: int) -> None:
    for turned, added, by, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        state[turned] = (state[turned] + state[added]) & 0xFFFFFFFF
        mixed = state[by] ^ state[turned]
        state[by] = (mixed << bits | mixed >> (32 - bits)) & 0xFFFFFFFF
