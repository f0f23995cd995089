//! The one integration-test binary: linking polars is slow, so there is one.

mod cases;
mod cli;
mod formats;
mod hostile;
mod laws;
mod papers;
mod sample;
mod supply;
mod support;
mod tidy;
