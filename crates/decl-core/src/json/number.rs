//! Converts a number token to the value it stands for, by the token's exact decimal value. What binary64 would
//! silently round is refused.

use crate::{code::Code, limits, value::Value};

/// Returns the value of `token`, which is a number by the grammar of RFC 8259, or the code and the reason of a
/// refusal.
pub(super) fn number(token: &str) -> Result<Value<'static>, (Code, &'static str)> {
    let (negative, magnitude) = match token.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, token),
    };
    if magnitude.bytes().all(|c| c.is_ascii_digit()) {
        return integer(negative, magnitude).ok_or((Code::NumRange, "an integer outside -2^63 ..= 2^64-1"));
    }
    real(negative, magnitude, token)
}

fn integer(negative: bool, digits: &str) -> Option<Value<'static>> {
    let n: u64 = digits.parse().ok()?;
    match (negative, n) {
        (false, n) => Some(Value::Uint(n)),
        (true, 0) => Some(Value::Uint(0)),
        (true, n) => 0i64.checked_sub_unsigned(n).map(Value::Nint),
    }
}

/// An integer with at most this many digits and trailing zeros is compared exactly in 128 bits; 2^64 has twenty.
const INTEGER_DIGITS: i64 = 20;

fn real(negative: bool, magnitude: &str, token: &str) -> Result<Value<'static>, (Code, &'static str)> {
    let (mantissa, exponent) = match magnitude.find(['e', 'E']) {
        Some(i) => (&magnitude[..i], exponent(&magnitude[i + 1..])),
        None => (magnitude, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));

    // The value is significand * 10^scale, without zeros at either end of the significand.
    let digits = || whole.bytes().chain(fraction.bytes());
    let Some(first) = digits().position(|c| c != b'0') else {
        return Ok(Value::Uint(0));
    };
    let trailing = digits().rev().position(|c| c != b'0').unwrap_or(0);
    let significant = whole.len() + fraction.len() - first - trailing;
    #[expect(clippy::cast_possible_wrap, reason = "lengths of an input of at most 64 MiB")]
    let (count, scale) =
        (significant as i64, exponent.saturating_sub(fraction.len() as i64).saturating_add(trailing as i64));

    let x: f64 = token.parse().map_err(|_| (Code::Syntax, "not a number"))?;
    if x.is_infinite() {
        return Err((Code::NumRange, "a number too large for binary64"));
    }
    if x == 0.0 {
        return Err((Code::NumRange, "a number too small for binary64"));
    }
    let value = Value::from_f64(x);
    if scale >= 0 && count + scale <= INTEGER_DIGITS {
        let mut n = digits().skip(first).take(significant).fold(0i128, |n, c| n * 10 + i128::from(c - b'0'));
        n = (0..scale).fold(n, |n, _| n * 10);
        let n = if negative { -n } else { n };
        if (-(1i128 << 63)..1 << 64).contains(&n) {
            let held = match value {
                Value::Uint(held) => i128::from(held),
                Value::Nint(held) => i128::from(held),
                _ => return Err((Code::NumPrecision, "an integer that binary64 rounds")),
            };
            return if held == n {
                Ok(value)
            } else {
                Err((Code::NumPrecision, "an integer that binary64 rounds"))
            };
        }
    }
    if significant > limits::NUMBER_DIGITS {
        return Err((Code::NumPrecision, "more than 17 significant digits"));
    }
    match value {
        Value::Float(_) => Ok(value),
        _ => Err((Code::NumPrecision, "a number that binary64 rounds to an integer")),
    }
}

/// Returns the exponent, clamped to a magnitude that no digits of a 64 MiB token can bring back into range.
fn exponent(text: &str) -> i64 {
    const FAR: i64 = 1 << 40;
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let n = digits.bytes().fold(0i64, |n, c| (n * 10 + i64::from(c - b'0')).min(FAR));
    if negative { -n } else { n }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_the_spec() {
        use Code::{NumPrecision, NumRange};
        let float = |x| Ok(Value::Float(x));
        for (token, want) in [
            ("0", Ok(Value::Uint(0))),
            ("-0", Ok(Value::Uint(0))),
            ("-0.0", Ok(Value::Uint(0))),
            ("0e999", Ok(Value::Uint(0))),
            ("1.0", Ok(Value::Uint(1))),
            ("10e-1", Ok(Value::Uint(1))),
            ("1E+3", Ok(Value::Uint(1000))),
            ("-1.50e1", Ok(Value::Nint(-15))),
            ("18446744073709551615", Ok(Value::Uint(u64::MAX))),
            ("18446744073709551616", Err(NumRange)),
            ("-9223372036854775808", Ok(Value::Nint(i64::MIN))),
            ("-9223372036854775809", Err(NumRange)),
            ("12345678901234567890123", Err(NumRange)),
            ("9007199254740993", Ok(Value::Uint(9_007_199_254_740_993))),
            ("9007199254740993.0", Err(NumPrecision)),
            ("9007199254740992.0", Ok(Value::Uint(9_007_199_254_740_992))),
            ("18446744073709551615e0", Err(NumPrecision)),
            ("18446744073709551616e0", Err(NumPrecision)),
            ("1e20", float(1e20)),
            ("1e22", float(1e22)),
            ("1.7976931348623157e308", float(f64::MAX)),
            ("1e400", Err(NumRange)),
            ("1e-400", Err(NumRange)),
            ("1e-99999999999999999999999", Err(NumRange)),
            ("5e-324", float(5e-324)),
            ("0.1", float(0.1)),
            ("0.10000000000000001", float(0.1)),
            ("0.1000000000000000055511151231257827", Err(NumPrecision)),
            ("0.10000000000000000000000000000000000000", float(0.1)),
            ("0.99999999999999999", Err(NumPrecision)),
            ("9007199254740992.5", Err(NumPrecision)),
            ("-1e19", float(-1e19)),
        ] {
            let got = number(token).map_err(|(code, _)| code);
            assert_eq!(got, want, "{token}");
        }
    }
}
