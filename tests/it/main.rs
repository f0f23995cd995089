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

mod cases;
mod cli;
mod formats;
mod hand_off;
mod hostile;
mod laws;
mod log_analytics;
mod naive;
mod papers;
mod quirks;
mod sample;
mod scripts;
mod supply;
mod support;
mod tidy;
mod tools;
