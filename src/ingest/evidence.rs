//! The rows behind one person's verdict, kept while the inputs are read a second time for `explain` (rulings.md 31).

use crate::model::account::AccountRow;
use crate::model::ids::{Id, fold_upn};
use crate::model::registration::RegistrationRow;
use crate::model::sign_in::Channel;
use crate::model::time::Instant;

/// What kind of row it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKind {
    /// Interactive sign-in.
    Interactive,
    /// Non-interactive sign-in.
    NonInteractive,
    /// Audit event.
    Audit,
    /// User export.
    Account,
    /// Registration report.
    Registration,
}

/// A row that bears on the person asked for with `explain`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// Event time, where the row has one.
    pub at: Option<Instant>,
    /// File.
    pub file: String,
    /// Line, from 1; 0 for an instant that a ledger keeps without its row.
    pub line: u64,
    /// Kind.
    pub kind: RowKind,
    /// The row in our words.
    pub what: String,
}

/// Rows kept of one person: memory must not follow a busy account.
pub const KEPT: usize = 100_000;

/// Keeps the newest [`KEPT`] rows, in order of time; which those are depends on no order of reading.
pub(super) fn newest(rows: &mut Vec<Evidence>) {
    rows.sort_unstable();
    rows.dedup();
    // Rows of reports carry no time of their own and are few: they sort first and are kept.
    let timeless = rows.iter().take_while(|r| r.at.is_none()).count().min(KEPT);
    let spare = rows.len().saturating_sub(KEPT);
    rows.drain(timeless..(timeless + spare).min(rows.len()));
}

/// Whose rows to keep for `explain`.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Object ids and `upn:` keys.
    pub ids: Vec<Id>,
    /// Folded UPNs.
    pub upns: Vec<String>,
}

impl Watch {
    pub(super) fn wants(&self, id: Option<&Id>, upn: &str) -> bool {
        id.is_some_and(|id| self.ids.contains(id)) || (!upn.is_empty() && self.upns.contains(&fold_upn(upn)))
    }
}

pub(super) fn sign_in_words(channel: &Channel, app_name: &str) -> String {
    let kind = if channel.interactive { "interactive" } else { "non-interactive" };
    let app = if app_name.is_empty() { "an unnamed app" } else { app_name };
    format!("{kind} sign-in, code {}, {app}, {}", channel.code, channel.client.name())
}

pub(super) fn account_words(row: &AccountRow) -> String {
    let time = |t: Option<Instant>| t.map_or_else(|| "unknown".to_owned(), |t| t.to_string());
    format!(
        "user export: enabled {}, created {}, last sign-in attempt {}",
        yes_no(row.enabled),
        time(row.created),
        time(row.last_sign_in)
    )
}

pub(super) fn registration_words(row: &RegistrationRow) -> String {
    let methods = match &row.methods {
        None => "unknown".to_owned(),
        Some(m) if m.is_empty() => "none".to_owned(),
        Some(m) => m.iter().cloned().collect::<Vec<_>>().join("|"),
    };
    let (registered, capable) = (yes_no(row.mfa_registered), yes_no(row.mfa_capable));
    format!("registration report: MFA registered {registered}, capable {capable}, methods {methods}")
}

fn yes_no(value: Option<bool>) -> &'static str {
    value.map_or("unknown", |v| if v { "yes" } else { "no" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(at: Option<i64>, line: u64) -> Evidence {
        Evidence { at: at.map(Instant), file: "f".to_owned(), line, kind: RowKind::Interactive, what: String::new() }
    }

    #[test]
    fn the_newest_rows_stay_and_so_do_those_without_a_time() {
        let kept = i64::try_from(KEPT).expect("small");
        let mut rows: Vec<Evidence> = (0..kept + 10).rev().map(|n| row(Some(n), 1)).collect();
        rows.push(row(None, 7));
        newest(&mut rows);
        assert_eq!(rows.len(), KEPT);
        assert_eq!(rows[0].line, 7);
        assert_eq!((rows[1].at, rows[KEPT - 1].at), (Some(Instant(11)), Some(Instant(kept + 9))));
    }
}
