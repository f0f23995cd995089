//! kmsift: who is token-stale in Microsoft Entra ID, why, and what each remedy would do, from exported logs, offline.
//!
//! The way of the data, which is the order to read the modules in:
//!
//! ```text
//! exports ─ ingest ─▶ facts ─ judge ─▶ verdicts ─ metrics, targets, plan ─▶ report ─ charts, emit ─▶ artifacts ─ app ─▶ disk
//! ```
//!
//! Logs may be a terabyte; [`facts`] are megabytes, and everything after them is cheap and pure. Facts are built from
//! earliest, latest, union and newest-snapshot only, so the same row twice, any order and any number of threads change
//! nothing. [`model`] holds the words, [`view`] what a reader sees; [`synth`] writes a tenant to try all of it on.
//! docs/ARCHITECTURE.md names the invariants and the tests that hold them.

pub mod model;

pub mod view;

pub mod ingest;

pub mod facts;

pub mod ledger;

pub mod judge;

pub mod metrics;

pub mod targets;

pub mod plan;

pub mod report;

pub mod charts;

pub mod emit;

pub mod app;

pub mod cli;

pub mod synth;

pub mod error;
