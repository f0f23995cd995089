//! kmsift's lower floors by themselves, mounted from their files. They import nothing above them (tests/it/tidy.rs).

#[path = "../src/error.rs"]
pub mod error;
#[path = "../src/facts/mod.rs"]
pub mod facts;
#[path = "../src/ingest/mod.rs"]
pub mod ingest;
#[path = "../src/model/mod.rs"]
pub mod model;
