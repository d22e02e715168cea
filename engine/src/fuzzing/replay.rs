//! The committed seeds, run as an ordinary test: a change that breaks one fails the build.

use std::path::Path;

use super::TARGETS;

#[test]
fn every_committed_seed_keeps_every_promise() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds");
    for (name, target) in TARGETS {
        let mut run = 0;
        let files = std::fs::read_dir(seeds.join(name))
            .unwrap_or_else(|error| panic!("no seeds for {name}: {error}"));
        for file in files {
            let path = file.unwrap().path();
            let data = std::fs::read(&path).unwrap();
            let outcome = std::panic::catch_unwind(|| target(&data));
            assert!(outcome.is_ok(), "{} breaks a promise", path.display());
            run += 1;
        }
        assert!(run > 0, "{name} has no seeds");
    }
}
