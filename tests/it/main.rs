//! The one integration-test binary: linking polars is slow, so there is one.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::format_push_string,
    clippy::format_collect,
    clippy::too_many_lines,
    unreachable_pub,
    reason = "a test stops where its ground is not as expected, runs the program, and writes its own input"
)]

mod bounds;
mod campaign;
mod cases;
mod cli;
mod config;
mod damage;
mod doctor;
mod forecast;
mod formats;
mod fuzz;
mod hand_off;
mod hostile;
mod hygiene;
mod joins;
mod judgement;
mod laws;
mod ledger;
mod log_analytics;
mod misread;
mod naive;
mod nudge;
mod options;
mod own_tables;
mod papers;
mod pictures;
mod privacy;
mod quirks;
mod registry;
mod sample;
mod scripts;
mod supply;
mod support;
mod tenants;
mod tidy;
mod time_to_register;
mod tools;
mod traps;
mod visits;
mod waves;
mod workbook;
