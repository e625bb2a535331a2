//! The tables: their order, and that the CDDL of the spec names the same members.

use decl_core::{
    key_order,
    schema::{DECLARATION, EVENT, Member, SUPPLEMENT, Shape, maps},
};
use std::{collections::BTreeSet, fs};

#[test]
fn the_cddl_of_the_spec_names_the_same_members() {
    let of = |file: &str, shapes: &[&'static Shape], least: usize| {
        let path = [env!("CARGO_MANIFEST_DIR"), "/../../docs/spec/", file].concat();
        let text = fs::read_to_string(path).unwrap();
        let code: String = text.lines().map(|line| line.split("; ").next().unwrap_or("")).collect();
        let published: BTreeSet<_> = code
            .match_indices("=>")
            .filter_map(|(i, _)| code.get(..i)?.trim_end().strip_suffix('"')?.rsplit('"').next())
            .collect();
        let mut ours = BTreeSet::new();
        for shape in shapes {
            maps(shape, &mut |members| ours.extend(members.iter().map(|member| member.name)));
        }
        assert!(ours.len() > least, "{} names", ours.len());
        assert_eq!(published, ours, "{file}");
    };
    of("declaration-v1.cddl", &[&DECLARATION], 80);
    of("records.cddl", &[&SUPPLEMENT, &EVENT], 60);
}

#[test]
fn members_stand_in_canonical_order() {
    let mut count = 0;
    let mut ordered = |members: &'static [Member]| {
        count += 1;
        for pair in members.windows(2) {
            assert!(key_order(pair[0].name, pair[1].name).is_lt(), "{} {}", pair[0].name, pair[1].name);
        }
    };
    for shape in [&DECLARATION, &SUPPLEMENT, &EVENT] {
        maps(shape, &mut ordered);
    }
    assert!(count > 60, "the tables were walked: {count} maps");
}
