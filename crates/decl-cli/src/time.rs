//! Times as people write them: RFC 3339, always UTC.

use std::fmt;

const MS_PER_DAY: u64 = 86_400_000;

/// Milliseconds since 1970, printed as `2026-11-22T07:00:00.123Z`.
pub(crate) struct Utc(pub(crate) u64);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date(self.0 / MS_PER_DAY);
        let ms = self.0 % MS_PER_DAY;
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1_000)
    }
}

/// Reads `2026-11-22` (midnight) or RFC 3339 with `Z` or an offset.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    parts(text).ok_or_else(|| "write 2026-11-22 or 2026-11-22T07:00:00Z".to_owned())
}

fn parts(text: &str) -> Option<u64> {
    let (day, clock) = match text.split_at_checked(10)? {
        (day, "") => (day, "T00:00:00Z"),
        parts => parts,
    };
    let [year, month, date] = numbers(day, '-', [4, 2, 2])?;
    let days = days(year, month, date)?;

    let (clock, offset) = offset(clock.strip_prefix(['T', 't', ' '])?)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    if hour > 23
        || minute > 59
        || second > 59
        || fraction.is_empty()
        || !fraction.bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let ms: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let local = days * MS_PER_DAY + hour * 3_600_000 + minute * 60_000 + second * 1_000 + ms;
    local.checked_add_signed(offset.checked_neg()?)
}

/// The clock without its offset, and the offset in milliseconds.
fn offset(clock: &str) -> Option<(&str, i64)> {
    if let Some(clock) = clock.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let (clock, offset) = clock.split_at_checked(clock.len().checked_sub(6)?)?;
    let sign = match offset.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let [hours, minutes] = numbers(&offset[1..], ':', [2, 2])?;
    if hours > 23 || minutes > 59 {
        return None;
    }
    Some((clock, sign * i64::try_from(hours * 3_600_000 + minutes * 60_000).ok()?))
}

/// Exactly these many digits in each of the parts.
fn numbers<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[u64; N]> {
    let mut parts = text.split(separator);
    let mut out = [0; N];
    for (number, width) in out.iter_mut().zip(widths) {
        let part = parts.next().filter(|p| p.len() == width && p.bytes().all(|b| b.is_ascii_digit()))?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(out)
}

/// Days since 1970 to year, month, day. Eras of 400 years that start on 1 March make leap days fall at their ends.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

/// The inverse of [`date`]; `None` for a day that no calendar has, or before 1970.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1..=12).contains(&month) {
        return None;
    }
    let (march_year, march_month) =
        if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let (era, of_era) = (march_year / 400, march_year % 400);
    let of_year = (153 * march_month + 2) / 5 + day.checked_sub(1)?;
    let of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    let days = (era * 146_097 + of_era).checked_sub(719_468)?;
    (date(days) == (year, month, day)).then_some(days)
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
        }
    }

    #[test]
    fn every_day_of_four_centuries_round_trips() {
        for day in 0..146_097 {
            let text = Utc(day * MS_PER_DAY).to_string();
            assert_eq!(parse(&text[..10]), Ok(day * MS_PER_DAY), "{text}");
        }
    }

    #[test]
    fn offsets_are_taken_off() {
        assert_eq!(parse("2026-11-22T09:00:00+02:00"), parse("2026-11-22T07:00:00Z"));
        assert_eq!(parse("2026-11-21T23:30:00-07:30"), parse("2026-11-22T07:00:00.0009Z"));
    }

    #[test]
    fn no_such_time() {
        for text in [
            "",
            "2026",
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
