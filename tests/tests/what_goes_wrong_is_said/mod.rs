//! What is wrong gets a clear answer: code, place, and what to do. All of it in
//! one list that people can read.

mod book;
mod claims;
mod components;
mod configurations;
mod contract_files;
mod files;
mod keys;
mod large_file;
mod leads;
mod money;
mod requests;
mod world;

use stellwerk_tests::on_both_databases;

use book::Book;
use world::World;

#[test]
fn every_bad_input_has_its_answer() {
    on_both_databases(|database| {
        let world = World::new(database);
        let mut book = Book::default();
        let before = world.trace();
        requests::tell(&world, &mut book);
        assert_eq!(world.trace(), before, "what cannot be read leaves no trace");
        leads::tell(&world, &mut book);
        money::tell(&world, &mut book);
        claims::tell(&world, &mut book);
        keys::tell(&world, &mut book);
        files::tell(&world, &mut book);
        components::tell(&world, &mut book);
        configurations::tell(&world, &mut book);
        let before = world.trace();
        contract_files::tell(&world, &mut book);
        let after = world.trace();
        assert_eq!(after.audit, before.audit, "a refused file changes nothing");
        assert!(book.faults().is_empty(), "{:#?}", book.faults());
        insta::assert_snapshot!("bad_input", book.text());
        let log = world.server.log();
        let faults: Vec<&str> = log
            .lines()
            .filter(|line| line.contains("ERROR") || line.contains("panicked"))
            .collect();
        assert!(faults.is_empty(), "bad input is no fault: {faults:#?}");
    });
}
