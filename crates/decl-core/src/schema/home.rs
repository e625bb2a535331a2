//! Finds the place of a member in the tables.

use super::{
    shape::{Member, Shape},
    tables::DECLARATION,
};
use alloc::{format, string::String, vec::Vec};

/// Returns the one place of the declaration that has a member of this name, with `*` for any item of a list. Returns
/// `None` if there are several, or none.
pub(super) fn home(name: &str) -> Option<String> {
    let mut homes = Vec::new();
    look(&DECLARATION, name, "", &mut homes);
    match homes.len() {
        1 => homes.pop(),
        _ => None,
    }
}

fn look(shape: &Shape, name: &str, at: &str, homes: &mut Vec<String>) {
    let members = |members: &[Member], homes: &mut Vec<String>| {
        for member in members {
            let at = format!("{at}/{}", member.name);
            look(&member.shape, name, &at, homes);
            if member.name == name {
                homes.push(at);
            }
        }
    };
    match shape {
        Shape::Map(here) => members(here, homes),
        Shape::List(_, item) => look(item, name, &format!("{at}/*"), homes),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| look(shape, name, at, homes)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_has_one_home_or_none() {
        assert_eq!(home("seed").as_deref(), Some("/parameters/seed"));
        assert_eq!(home("stop").as_deref(), Some("/constraints/output/stop"));
        assert_eq!(home("implementation").as_deref(), Some("/tools/*/implementation"));
        assert_eq!(home("quantization").as_deref(), Some("/model/weights/quantization"));
        assert_eq!(home("name"), None, "many have one");
        assert_eq!(home("temperature"), None);
    }
}
