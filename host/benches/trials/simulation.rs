//! What people would do under the plans of a folder as `trial new` makes it.

use stellwerk::trial::assumptions::TEMPLATE;

use crate::folder::Folder;

const SECONDS_WANTED: f64 = 30.0;

/// The size is always the same.
pub fn measure(_events: u32) {
    for assumed in [
        "count = 20\n",
        "lead-count = 600\n",
        "\nweeks = 52\n",
        "seeds = [1, 2, 3, 4, 5]\n",
    ] {
        assert!(TEMPLATE.contains(assumed), "another size: no {assumed}");
    }
    println!("a simulation of 20 providers, 600 leads, 52 weeks, 5 seeds");
    let ran = Folder::to_fill_in().run();
    // It is made first, before history is read.
    let took = ran.began(": reading").as_secs_f64();
    println!(
        "  {} plans in {took:.1} s, {:.2} of the {SECONDS_WANTED} s that are wanted; resident {} MiB",
        ran.times("what people would do"),
        took / SECONDS_WANTED,
        ran.peak / 1024 / 1024,
    );
}
