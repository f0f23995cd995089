//! The columns of the forecast's tables.

use crate::view::{Column, ColumnKind};

use ColumnKind::{Boolean, Integer, Real, Text, Time};

/// The contract's table `forecast`: one row a day.
pub(super) const FORECAST: &[Column] = &[
    Column::new("day", Time, "The instant: as of, and so many days later"),
    Column::new("days_ahead", Integer, "Days after the as-of instant").unit("days"),
    Column::new("registered", Real, "People expected to be registered").unit("people"),
    Column::new("expected", Real, "Their share of the enabled people in scope whose registration is known"),
    Column::new("low", Real, "Lower end of the 95 % band of the share that will be counted"),
    Column::new("high", Real, "Upper end"),
    Column::new(
        "at_most",
        Real,
        "Expected share if stale people came back by themselves, at most at the rate the logs allow",
    ),
    Column::new("logistic", Real, "Share by the cross-check: a logistic curve through weekly coverage"),
];

/// Where people stand, and what the forecast does with them.
pub(super) const GROUPS: &[Column] = &[
    Column::new("group", Text, "registered, asked, not_asked, undetermined, stale, logon_only, dormant or blocked"),
    Column::new("people", Integer, "People").unit("people"),
    Column::new("share", Real, "Share of the enabled people in scope whose registration is known"),
    Column::new("in_ceiling", Boolean, "Counted in the ceiling: can be registered without an action"),
    Column::new("treated", Text, "How the forecast treats them"),
];

/// The back-test: one row a day that was held back.
pub(super) const BACK_TEST: &[Column] = &[
    Column::new("day", Time, "The instant predicted"),
    Column::new("days_ahead", Integer, "Days after the end of the part fitted").unit("days"),
    Column::new("expected", Real, "Share predicted from the first part of the logs"),
    Column::new("low", Real, "Lower end of its 95 % band"),
    Column::new("high", Real, "Upper end"),
    Column::new("actual", Real, "Share that was registered"),
    Column::new("within", Boolean, "The band held"),
];

/// Tables by id, for `kmsift schema`.
#[must_use]
pub fn tables() -> Vec<(&'static str, &'static str, Vec<Column>)> {
    vec![
        ("forecast", "Forecast: coverage day by day", FORECAST.to_vec()),
        ("forecast_groups", "Forecast: where people stand", GROUPS.to_vec()),
        (
            "forecast_backtest",
            "Forecast: predicted from the first part of the logs, and what happened",
            BACK_TEST.to_vec(),
        ),
    ]
}
