//! Numbers, texts, names and values of every class that the specification tells apart.

use crate::{random::Random, tree::Node};
use std::{fs, path::Path};

/// What the invented values are made from.
pub(crate) struct Words {
    artefacts: Vec<String>,
    secrets: Vec<String>,
}

impl Words {
    pub(crate) fn read(vectors: &Path) -> Self {
        let list = |file: &str| {
            let lines = fs::read_to_string(vectors.join("names").join(file)).unwrap();
            lines.lines().filter(|line| !line.starts_with('#')).map(|line| line.replace('*', "")).collect()
        };
        Self { artefacts: list("artefacts.txt"), secrets: list("secrets.txt") }
    }

    /// The name of a member of an open map.
    pub(crate) fn name(&self, random: &mut Random) -> String {
        match random.below(100) {
            0..2 => random.pick(&self.artefacts),
            2..4 => respelled(random, &self.secrets),
            4..6 => respelled(random, &self.artefacts),
            6..50 => random.word(LOOK_ALIKES).to_owned(),
            50..58 => random.word(MEMBERS).to_owned(),
            _ => text(random),
        }
    }

    /// Any value of an open position, of at most `depth` levels. Few are refused.
    pub(crate) fn value(&self, random: &mut Random, depth: usize) -> Node {
        match random.below(if depth == 0 { 60 } else { 100 }) {
            0..25 => Node::Token(number(random)),
            25..30 => Node::token(random.pick(&["true", "false"])),
            30..32 => Node::token("null"),
            32..34 => Node::Text(secret(random)),
            34..60 => Node::Text(text(random)),
            60..68 => Node::map([("absent", Node::text(random.pick(ABSENCES)))]),
            68..72 => content_by_digest(random),
            72..84 => Node::List((0..random.below(4)).map(|_| self.value(random, depth - 1)).collect()),
            _ => {
                let mut members = Vec::new();
                self.grow(&mut members, random, depth - 1, Self::name);
                Node::Map(members)
            }
        }
    }

    /// Adds a few members to a map. Some maps get keys that are alike, so that their order is looked at.
    pub(crate) fn grow(
        &self,
        members: &mut Vec<(String, Node)>,
        random: &mut Random,
        depth: usize,
        name: impl Fn(&Self, &mut Random) -> String,
    ) {
        let alike = random.percent(20);
        let first = name(self, random);
        for _ in 0..random.below(5) {
            let key = if alike { first.clone() + random.pick(ALIKE) } else { name(self, random) };
            if members.iter().all(|(known, _)| *known != key) {
                members.insert(random.below(members.len() + 1), (key, self.value(random, depth)));
            }
        }
    }

    /// Content as people write it.
    pub(crate) fn content(&self, random: &mut Random) -> Node {
        let (source, value) = match random.below(12) {
            0..5 => ("text", Node::Text(text(random))),
            5..9 => ("json", self.value(random, 3)),
            9 => ("base64", Node::text(random.pick(BASE64))),
            10 => ("file", Node::text(random.pick(&["a.txt", "", "/", "a.json"]))),
            _ => return content_by_digest(random),
        };
        let mut members = vec![(source.to_owned(), value)];
        if source == "base64" || random.percent(30) {
            members.push(("type".to_owned(), Node::text(random.pick(MEDIA))));
        }
        if random.percent(5) {
            let other = random.pick(&["text", "json", "file", "base64", "absent", "b3", "kb3", "alg", "len"]);
            members.push((other.to_owned(), Node::Text(text(random))));
        }
        Node::Map(members)
    }
}

/// A name as somebody else would spell it. Case and dashes do not hide a secret; artefacts are found as they are.
fn respelled(random: &mut Random, names: &[String]) -> String {
    let name = random.pick(names);
    match random.below(7) {
        5 => format!("{name}{}", random.pick(&["s", "S", "s-1", "ss"])),
        6 => format!("{name}_{}", random.below(20)),
        0 => format!("my-{name}"),
        1 => name.to_ascii_uppercase(),
        2 => name.replace('k', "\u{212a}").replace('s', "\u{17f}"), // in lower case they are k and s, but not in ASCII
        3 => format!("{name} "),
        _ => name,
    }
}

/// A key of `ext`.
pub(crate) fn extension(_: &Words, random: &mut Random) -> String {
    let authority = random.pick(&["openai.com", "a.b", "x-.y", "com", "A.com", "a..b", "é.com", "a.b.c", ""]);
    let api = random.pick(&["chat.completions", "v1", "A_b-c", "", "a b", "é", "v1/x"]);
    let name = text(random).replace('#', "");
    let rest = match random.below(8) {
        0 => "#/usage",
        1 => "#/a~1token",
        2 => "#/x/API-key",
        3 => "#",
        4 => "/top_k",
        5 => "#/~01~10//",
        _ => return format!("{authority}/{api}#/{name}"),
    };
    format!("{authority}/{api}{rest}")
}

/// `kb3` or `b3` and what belongs to it.
fn content_by_digest(random: &mut Random) -> Node {
    let digest = Node::Text(format!("{:064x}", random.next()));
    let media = Node::text(random.pick(MEDIA));
    if random.percent(50) {
        Node::map([("b3", digest), ("len", Node::Token(number(random))), ("type", media)])
    } else {
        Node::map([("kb3", digest), ("key", Node::Text(text(random))), ("type", media)])
    }
}

/// A token that is a number, or nearly.
pub(crate) fn number(random: &mut Random) -> String {
    let sign = if random.percent(30) { "-" } else { "" };
    match random.below(20) {
        0..6 => random.below(300).to_string(),
        6..9 => random.word(EDGES).to_owned(),
        9 => random.word(NOT_NUMBERS).to_owned(),
        10..12 => {
            let integer = u128::from(random.next()) >> random.below(64) << random.below(3);
            let end = random.pick(&["", "", "", ".0", "e0", "E+1", "000e-3", ".50"]);
            format!("{sign}{integer}{end}")
        }
        12..14 => binary64(random, |x| format!("{x:e}")),
        14 => binary64(random, |x| format!("{x:.16e}")),
        15 => binary64(random, |x| format!("{x:.17e}")),
        // few bits, so that a shorter float may hold it
        16..18 => {
            let significand = u32::try_from(random.next() >> (40 + random.below(24))).unwrap_or(1);
            let exponent = i32::try_from(random.below(300)).unwrap() - 150;
            format!("{sign}{:e}", f64::from(significand) * 2.0_f64.powi(exponent))
        }
        18 => format!("{sign}{}.{}", random.below(1000), random.below(1000)),
        _ => {
            let digits: String =
                (0..=random.below(25)).map(|_| char::from(random.pick(b"0123456789"))).collect();
            format!(
                "{sign}{}.{digits}e{}{}",
                random.below(10),
                random.pick(&["", "-", "+"]),
                random.below(330)
            )
        }
    }
}

fn binary64(random: &mut Random, show: impl Fn(f64) -> String) -> String {
    let x = f64::from_bits(random.next());
    show(if x.is_finite() { x } else { 0.5 })
}

/// A text of some pieces, each of which something could go wrong with.
pub(crate) fn text(random: &mut Random) -> String {
    if random.percent(4) {
        let unit = random.pick(&["n", "é", "😀"]);
        return unit.repeat((254 + random.below(6)) / unit.len()) + random.pick(&["", "a", "ab"]);
    }
    (0..random.below(6)).map(|_| random.pick(PIECES)).collect()
}

/// A text of the shape of a secret, or of nearly that shape.
pub(crate) fn secret(random: &mut Random) -> String {
    let fill = random.pick(&["A", "A", "A", "x", "_", "-", "7", ".", " ", "~", "é"]);
    let near = |random: &mut Random, least: usize| fill.repeat(least + random.below(3) - 1);
    match random.below(12) {
        0 => format!("-----BEGIN {}PRIVATE KEY-----", random.pick(&["", "EC ", "é\n", "-----BEGIN "])),
        1 => "-----BEGIN PRIVATE KEY----".to_owned(),
        2 => format!("PRIVATE KEY-----BEGIN {fill}"),
        3..5 => format!("eyJ{}.{}.{}", near(random, 7), near(random, 10), near(random, 10)),
        _ => {
            let (prefix, least) = random.pick(SHAPES);
            let end = random.pick(&["", "", "", " ", "\n", "\0"]);
            let start = random.pick(&["", "", "", " ", "\t\r", "\u{a0}"]);
            format!("{start}{prefix}{}{end}", near(random, least))
        }
    }
}

const SHAPES: &[(&str, usize)] = &[
    ("sk-", 20),
    ("gsk_", 20),
    ("nvapi-", 20),
    ("glpat-", 20),
    ("tvly-", 20),
    ("bEARER ", 16),
    ("Basic ", 4),
    ("ghp_", 30),
    ("ghr_", 30),
    ("github_pat_", 30),
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 35),
    ("xoxb-", 10),
    ("xoxs-", 10),
    ("hf_", 30),
    ("Bearer ", 16),
    ("Bearer  \t", 16),
    ("Basic\t", 3),
];

const PIECES: &[&str] = &[
    "a",
    "b",
    "zz",
    "Z",
    "0",
    "the",
    " ",
    "\"",
    "\\",
    "/",
    "\u{8}",
    "\u{c}",
    "\n",
    "\r",
    "\t",
    "\0",
    "\u{1f}",
    "\u{7f}",
    "\u{80}",
    "é",
    "e\u{301}",
    "\u{212a}",
    "\u{2028}",
    "\u{feff}",
    "\u{d7ff}",
    "\u{e000}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{10000}",
    "😀",
    "\u{10ffff}",
    "~",
    "~1",
    "~0",
    "%",
    "#",
    ".",
    "-",
    "_",
    "sk-",
    "null",
];

/// Of one length in UTF-8. In UTF-16, U+10000 and above come before U+E000 to U+FFFF.
const ALIKE: &[&str] = &[
    "aaaa",
    "aaab",
    "zzzz",
    "éé",
    "\u{7ff}\u{80}",
    "\u{d7ff}a",
    "\u{e000}a",
    "\u{e000}b",
    "\u{ffff}a",
    "\u{10000}",
    "😀",
    "\u{10ffff}",
    "a\u{ffff}",
];

const LOOK_ALIKES: &str = "
    max_tokens max_output_tokens min_tokens budget_tokens logprobs top_logprobs n_probs response_format
    responseSchema responseModalities stop stop_sequences include stream_options max_time output_scores
    timings_per_token temperature top_p seed n Usage a b aa é
";

/// Members that mean something elsewhere.
const MEMBERS: &str = "
    absent b3 kb3 alg file json text base64 type len t v kind ext set name constructor __proto__ toString
";

const ABSENCES: &[&str] =
    &["none", "none", "none", "default", "default", "undisclosed", "undisclosed", "None", ""];

/// What some member takes, and what no member does.
pub(crate) const CHOICES: &str = "
    ai-run-declaration/1 ai-run-declaration/2 generate embed agent-step evaluate train none default undisclosed
    system developer user assistant tool text image audio video file call result opaque retrieved memory example
    resource prior-output full window summary compaction function custom hosted mcp closed open executor-default
    exhaustive local all >= > <= < == sha256 sha512 sha1-git sha256-git blake3 instructions input User toString
    __proto__ constructor example.com - a..b a.b. é.com
";

const MEDIA: &[&str] = &[
    "text/plain",
    "text/plain",
    "application/json",
    "application/x.y+z",
    "a/b;c=d",
    "a/b",
    "image/png",
    "a/b;",
    "A/b",
    "a/",
    "a/b;c;d",
    "a/b\n",
    "-a/b",
    "a/b; c",
    "",
];

const BASE64: &[&str] = &[
    "",
    "aGVsbG8=",
    "aGVsbG8",
    "aGVsbG9=",
    "aGVs bG8=",
    "aGVs\n",
    "-_8=",
    "+/8=",
    "AA==",
    "AB==",
    "====",
    "é",
];

/// Numbers at the borders of the number rule.
const EDGES: &str = "
    0 -0 -0.0 0e999 -0e-999 1 -1 1.0 10e-1 1E+3 23 24 -24 -25 255 256 -256 -257 65535 65536 4294967295 4294967296
    -4294967297 9007199254740991 9007199254740992 9007199254740993 9007199254740992.0 9007199254740993.0
    9007199254740993e0 9223372036854775807 9223372036854775808 9223372036854775808e0 -9223372036854775808
    -9223372036854775809 -9223372036854775808.0 -9.2233720368547758e18 -9.2233720368547759e18 18446744073709551615
    18446744073709551616 18446744073709551616e0 18446744073709551615.0 18446744073709549568.0 1844674407370955e4
    1.8446744073709552e19 1.8446744073709553e19 1.8446744073709551e19 1e19 1e20 1e21 1e22 -1e22
    123456789012345678901e0 100000000000000000000 1.5 0.1 0.10000000000000001 0.1000000000000000055511151231257827
    0.99999999999999999 0.30000000000000004 65504 65504.5 65519.99 65520 5e-324 3e-324 2e-324
    2.4703282292062328e-324 2.4703282292062327e-324 4.9406564584124654e-324 2.2250738585072014e-308
    2.2250738585072011e-308 1.7976931348623157e308 1.7976931348623158e308 1.7976931348623159e308 1e308 1e309 1e400
    -1e400 1e-400 5.960464477539063e-8 6.103515625e-5 8.940696716308594e-8 3.4028234663852886e38 1e-7 1e-6 0.000001
    0.0000001 1.401298464324817e-45 1e999999999999999999999 1e-999999999999999999999 123456789012345678.5
    1.00000000000000000000 100000000000000000000000e-23 4503599627370496.5 4503599627370497.5 0.50000000000000000000
    12345678901234567e2 12345678901234567e3
";

/// What is no number, though some readers take it for one.
const NOT_NUMBERS: &str = "
    01 1. +1 .5 1e --1 NaN Infinity -Infinity -Inf ١ -NaN 0x10 1e+ 1_000 - 1e5.5 nan True nul 1,5 00 -01
";
