//! Conversions of binary16 in integer arithmetic: none of them rounds.

use crate::value::Value;

/// Returns the fewest bytes that hold a float exactly: 2, 4 or 8. Returns `None` if the profile encodes it as an
/// integer or refuses it.
#[expect(clippy::cast_possible_truncation, clippy::float_cmp, reason = "is the conversion exact?")]
pub(super) fn width_of(x: f64) -> Option<usize> {
    if !x.is_finite() || !matches!(Value::from_f64(x), Value::Float(_)) {
        return None;
    }
    Some(match x as f32 {
        narrow if f64::from(narrow) != x => 8,
        narrow if f32_to_f16(narrow).is_none() => 4,
        _ => 2,
    })
}

/// Returns the binary16 bits of a binary32, or `None` if binary16 cannot hold it exactly.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "each part fits its field")]
pub(super) fn f32_to_f16(x: f32) -> Option<u16> {
    let bits = x.to_bits();
    let sign = (bits >> 16) as u16 & 0x8000;
    let exponent = (bits >> 23 & 0xff).cast_signed() - 127;
    let fraction = bits & 0x007f_ffff;
    match exponent {
        // Normal: ten fraction bits of the twenty-three.
        -14..=15 if fraction.trailing_zeros() >= 13 => {
            Some(sign | ((exponent + 15) as u16) << 10 | (fraction >> 13) as u16)
        }
        // Subnormal: a multiple of 2^-24 below 2^-14.
        -24..=-15 => {
            let shift = (-1 - exponent).cast_unsigned(); // 14..=23 bits leave the 24-bit significand
            let significand = fraction | 0x0080_0000;
            (significand.trailing_zeros() >= shift).then(|| sign | (significand >> shift) as u16)
        }
        _ if bits << 1 == 0 => Some(sign),
        _ => None,
    }
}

/// Returns the value of binary16 bits, infinities and NaN included.
pub(super) fn f16_to_f64(bits: u16) -> f64 {
    let sign = u64::from(bits >> 15) << 63;
    let exponent = u64::from(bits >> 10 & 0x1f);
    let fraction = u64::from(bits & 0x3ff);
    let magnitude = match (exponent, fraction) {
        (0, _) => return f64::from_bits(sign | (f64::from(bits & 0x3ff) / 16_777_216.0).to_bits()),
        (31, 0) => 0x7ff << 52,
        (31, _) => 0x7ff8 << 48,
        _ => (exponent + 1023 - 15) << 52 | fraction << 42,
    };
    f64::from_bits(sign | magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "binary32 holds every binary16")]
    fn every_finite_f16_comes_back() {
        for bits in 0..=u16::MAX {
            let x = f16_to_f64(bits);
            if x.is_finite() {
                assert_eq!(f32_to_f16(x as f32), Some(bits), "{bits:04x}");
            } else {
                assert_eq!(bits & 0x7c00, 0x7c00);
            }
        }
    }

    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "binary32 holds every binary16")]
    fn neighbours_of_f16_values_are_not_f16() {
        for bits in 0..0x7c00u16 {
            let x = f16_to_f64(bits) as f32;
            for other in [x.to_bits() + 1, x.to_bits().wrapping_sub(1)] {
                let y = f32::from_bits(other);
                if y.is_finite() {
                    assert_eq!(f32_to_f16(y), None, "{y:e}");
                }
            }
        }
        assert_eq!(f32_to_f16(65536.0), None);
        assert_eq!(f32_to_f16(f32::INFINITY), None);
        assert_eq!(f32_to_f16(f32::NAN), None);
    }
}
