// Ed25519 (RFC 8032) without cofactor. WebCrypto verifies; what its implementations disagree on is checked here.

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const SIGN = 1n << 255n;

function littleEndian(bytes) {
  let number = 0n;
  for (let i = bytes.length; i-- > 0; ) number = (number << 8n) | BigInt(bytes[i]);
  return number;
}

const modP = (number) => ((number % P) + P) % P;

/** Whether 32 bytes encode y canonically and no point of small order: 1, 2, 4 or 8. */
export function isStrictPoint(bytes) {
  const y = littleEndian(bytes) & ~SIGN;
  if (y >= P) return false;
  // Of order 1 and 2: y = 1, -1. Of order 4: y = 0. Of order 8: twice the point has y = 0, so x² = -y², and the
  // curve gives d·y⁴ + 2·y² - 1 = 0, here times 121666 because d is -121665/121666. The sign of x changes no order,
  // so this also covers a sign on x = 0, the other encoding that is not canonical.
  const square = modP(y * y);
  const orderEight = modP(-121665n * square * square + 121666n * (2n * square - 1n));
  return y !== 0n && square !== 1n && orderEight !== 0n;
}

/** Whether the 64 bytes are the key's signature over the message. */
export async function verifyEd25519(key, signature, message) {
  if (signature.length !== 64 || !isStrictPoint(key) || !isStrictPoint(signature.subarray(0, 32))) return false;
  if (littleEndian(signature.subarray(32)) >= L) return false;
  const imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', imported, signature, message);
}
