//! Writes the seeds and the dictionary of every target below a directory: `TARGET/*` and `TARGET.dict`.

use decl_fuzz::{TARGETS, dictionary, seeds};
use std::{env, fs, io, path::PathBuf};

fn main() -> io::Result<()> {
    let directory = env::args_os().nth(1).map(PathBuf::from);
    let directory = directory.ok_or_else(|| io::Error::other("usage: corpus DIRECTORY"))?;
    for (target, _) in TARGETS {
        let corpus = directory.join(target);
        fs::create_dir_all(&corpus)?;
        for seed in seeds(target) {
            fs::write(corpus.join(decl_core::Identity::of(&seed).hex()), seed)?;
        }
        fs::write(directory.join(format!("{target}.dict")), dictionary(target))?;
    }
    Ok(())
}
