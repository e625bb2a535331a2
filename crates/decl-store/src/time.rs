//! Times as people write them: RFC 3339, always UTC.

use jiff::{Span, SpanRelativeTo, Timestamp};
use std::fmt;

/// Milliseconds since 1970, printed as `2026-11-22T07:00:00.123Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Utc(pub u64);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match i64::try_from(self.0).map(Timestamp::from_millisecond) {
            Ok(Ok(time)) => write!(f, "{time:.3}"),
            // A log may state any number; no calendar here goes beyond the year 9999.
            _ => write!(f, "{} ms after 1970", self.0),
        }
    }
}

/// Reads RFC 3339 with `Z` or an offset, or the beginning of a day, a month or a year (`2026-11-22`, `2026-11`, `2026`) in
/// UTC, into milliseconds since 1970.
pub fn parse(text: &str) -> Result<u64, String> {
    let rest = match text.len() {
        4 => "-01-01T00:00Z",
        7 => "-01T00:00Z",
        10 => "T00:00Z",
        _ => "",
    };
    let time: Result<Timestamp, _> = format!("{text}{rest}").parse();
    time.ok()
        .and_then(|time| u64::try_from(time.as_millisecond()).ok())
        .ok_or_else(|| "write 2026-11, 2026-11-22 or 2026-11-22T07:00:00Z".to_owned())
}

/// Reads an age such as `90s`, `30m`, `1h` or `2d` into milliseconds.
pub fn parse_age(text: &str) -> Result<u64, String> {
    let age =
        text.parse().ok().and_then(|age: Span| age.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
    age.and_then(|age| u64::try_from(age.as_millis()).ok())
        .ok_or_else(|| "write 90s, 30m, 1h or 2d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_330_800_123, "2026-11-22T07:00:00.123Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(Utc(ms).to_string(), text);
            assert_eq!(parse(text), Ok(ms));
            assert_eq!(parse(&text.replace('T', " ").to_lowercase()), Ok(ms));
        }
    }

    #[test]
    fn any_number_of_a_log_can_be_printed() {
        assert_eq!(Utc(u64::MAX).to_string(), "18446744073709551615 ms after 1970");
    }

    #[test]
    fn a_day_a_month_and_a_year_begin_at_midnight() {
        assert_eq!(parse("2026-11-22"), parse("2026-11-22T00:00:00Z"));
        assert_eq!(parse("2026-11"), parse("2026-11-01T00:00:00Z"));
        assert_eq!(parse("2026"), parse("2026-01-01T00:00:00Z"));
    }

    #[test]
    fn offsets_are_taken_off() {
        assert_eq!(parse("2026-11-22T09:00:00+02:00"), parse("2026-11-22T07:00:00Z"));
        assert_eq!(parse("2026-11-21T23:30:00-07:30"), parse("2026-11-22T07:00:00.0009Z"));
    }

    #[test]
    fn an_age_has_a_unit() {
        for (text, ms) in [
            ("90s", 90_000),
            ("30m", 1_800_000),
            ("1h", 3_600_000),
            ("2d", 172_800_000),
            ("1h 30m", 5_400_000),
            ("0s", 0),
        ] {
            assert_eq!(parse_age(text), Ok(ms), "{text}");
        }
        for text in ["", "1", "h", "-1h", "1 month", "1y", "1x", "1e3s", "99999999999999999999h", "\u{20ac}"]
        {
            assert!(parse_age(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn no_such_time() {
        for text in [
            "",
            "202",
            "+026",
            "20261",
            "2026-1",
            "2026-13",
            "2026-00",
            "2026-11-31",
            "2026-13-01",
            "2026-02-29",
            "2026-00-01",
            "2026-01-00",
            "26-11-22",
            "2026-11-22T",
            "2026-11-22T07",
            "2026-11-22T07:00:00",
            "2026-11-22T24:00:00Z",
            "2026-11-22T07:60:00Z",
            "2026-11-22T07:00:00.Z",
            "2026-11-22T07:00:00+2",
            "2026-11-22T07:00:00€Z",
            "1969-12-31",
            "1970-01-01T00:00:00+00:01",
            "€€€€",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
