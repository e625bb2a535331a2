//! What `decl log` prints for a spreadsheet, byte for byte.

use crate::pipes::world;
use crate::run;
use decl_store::time;
use std::fs;

#[test]
fn values_with_commas_quotes_and_line_breaks_are_quoted() {
    let (world, dir) = world();
    let hello = fs::read_to_string(dir.join("hello.json")).unwrap();
    for (model, quoted) in
        [("a,b", "\"a,b\""), (r#"a\"b"#, "\"a\"\"b\""), ("a\\r\\nb", "\"a\r\nb\""), ("=a b;", "=a b;")]
    {
        let document = hello.replace("some-model", model);
        assert_ne!(document, hello);
        fs::write(dir.join("odd.json"), document).unwrap();
        run(world.decl(&dir).args(["seal", "odd.json"]));
        let rows = run(world.decl(&dir).args(["log", "--csv", "--limit", "1"]));
        let (names, row) = rows.split_once("\r\n").unwrap();
        assert_eq!(names, "index,identity,sha256,sealed_at,by,type,kind,model,subject,status,absent");
        let row = row.strip_suffix(",,,0\r\n").unwrap().strip_suffix(quoted).unwrap();
        let fields: Vec<_> = row.trim_end_matches(',').split(',').collect();
        let [_, identity, sha256, at, "local", "declaration", "generate"] = fields[..] else {
            panic!("{fields:?}")
        };
        assert_eq!((identity.len(), sha256.len()), (67, 64));
        assert!(time::parse(at).is_ok());
    }
}
