//! What a reader sees: findings, tables, figures. Plain data, finished; no arithmetic is left for an output.

pub mod artifact;
pub mod escape;
pub mod figure;
pub mod finding;
pub mod lines;
pub mod table;
mod text;

pub use artifact::{Artifact, Written};
pub use figure::{
    Bar, Bin, CalendarRow, Change, CurveLine, CurveStep, DayNote, Figure, Level, MatrixRow, Move, Outlook, Planned,
    SMALL_CELL, Series, Shape, Step, Stripe, Tone,
};
pub use finding::{Finding, Share, Stat, heading};
pub use lines::Lines;
pub use table::{Cell, Column, ColumnKind, Table};
pub use text::{Text, push_integer};
