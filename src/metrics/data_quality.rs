//! Data quality: what became of every row, and which people the inputs disagree about or do not cover.
//!
//! Definition. Rows read = folded + skipped + rejected, per input. People: in no registration report although enabled;
//! known by UPN alone; UPNs that stand for several object ids; sign-in codes that the table does not know; logs of more
//! than one tenant.
//!
//! Denominator. Rows read; people known.
//!
//! Caveats. Registration reports leave out disabled and soft-deleted people, so absence is not "unregistered".
//!
//! Source. semantics.md §7.1 (missing people), §2.5, §3 (unknown codes); rulings.md 10, 13.

use std::collections::BTreeMap;

use super::{Judged, Metric, count, heading, stat};
use crate::judge::Class;
use crate::judge::Flag;
use crate::judge::gates::Gate;
use crate::model::input::RowCounts;
use crate::view::{Cell, Column, ColumnKind, Finding, Table};

/// The metric.
pub(super) struct DataQuality;

const INPUTS: &[Column] = &[
    Column::new("path", ColumnKind::Text, "Input"),
    Column::new("format", ColumnKind::Text, "Format; empty = refused"),
    Column::new("read", ColumnKind::Integer, "Rows met").unit("rows"),
    Column::new("folded", ColumnKind::Integer, "Rows in the facts").unit("rows"),
    Column::new("skipped", ColumnKind::Integer, "Rows left out for a stated reason").unit("rows"),
    Column::new("rejected", ColumnKind::Integer, "Rows that could not be read").unit("rows"),
    Column::new("notes", ColumnKind::Text, "Refusal or remarks"),
];

const PEOPLE: &[Column] = &[
    Column::new("check", ColumnKind::Text, "What was looked for"),
    Column::new("count", ColumnKind::Integer, "How many"),
    Column::new("meaning", ColumnKind::Text, "What it means"),
];

const CODES: &[Column] = &[
    Column::new("code", ColumnKind::Integer, "AADSTS code"),
    Column::new("people", ColumnKind::Integer, "People with interactive rows of it").unit("people"),
];

impl Metric for DataQuality {
    fn id(&self) -> &'static str {
        "data_quality"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("data_quality.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![
            ("inputs", "Inputs", INPUTS.to_vec()),
            ("people_checks", "People the inputs do not cover or disagree about", PEOPLE.to_vec()),
            ("unknown_codes", "Codes the table does not know", CODES.to_vec()),
        ]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let mut total = RowCounts::default();
        judged.inputs.iter().for_each(|i| total.add(i.rows));
        let refused = judged.inputs.iter().filter(|i| i.format.is_empty()).count();
        let mut caveats = Vec::new();
        if refused > 0 {
            caveats.push(format!("{refused} of {} inputs could not be used; see the table.", judged.inputs.len()));
        }
        let ledgers = judged.inputs.iter().filter(|i| i.format == "ledger").count();
        if ledgers > 0 {
            caveats.push(format!(
                "{ledgers} of {} inputs are ledgers: their rows were read when they were added and are not counted here.",
                judged.inputs.len()
            ));
        }
        if judged.dossiers.tenants().len() > 1 {
            caveats.push("Logs of more than one tenant are mixed: choose one with --tenant.".to_owned());
        }
        Finding {
            id: self.id(),
            title: format!(
                "{} of {} rows read are in the result; {} rejected",
                total.folded, total.read, total.rejected
            ),
            lead: format!("{} rows were left out for a stated reason. Nothing is dropped in silence.", total.skipped),
            definition: self.definition(),
            stats: vec![
                stat("folded", "rows in the result", (total.folded, total.read), "rows read"),
                stat("skipped", "rows left out", (total.skipped, total.read), "rows read"),
                stat("rejected", "rows rejected", (total.rejected, total.read), "rows read"),
            ],
            tables: vec![inputs(judged), people_checks(judged), codes(judged)],
            figures: Vec::new(),
            caveats,
        }
    }
}

fn inputs(judged: Judged<'_>) -> Table {
    let mut table = Table::new("inputs", "Inputs", INPUTS);
    for input in judged.inputs {
        table.rows.push(vec![
            Cell::text(&input.path),
            Cell::text(&input.format),
            Cell::count(input.rows.read),
            Cell::count(input.rows.folded),
            Cell::count(input.rows.skipped),
            Cell::count(input.rows.rejected),
            Cell::text(input.notes.join("; ")),
        ]);
    }
    table
}

fn people_checks(judged: Judged<'_>) -> Table {
    let mut table = Table::new("people_checks", "People the inputs do not cover or disagree about", PEOPLE);
    let all = judged.verdicts;
    let absent = |v: &&crate::judge::Verdict| judged.frame.has_registration && !v.registration.in_report;
    let disabled = |v: &&crate::judge::Verdict| v.gates.contains(Gate::Disabled);
    let alone = judged.dossiers.people().filter(|(id, _)| id.as_upn().is_some()).count();
    let tenants = judged.dossiers.tenants().len() as u64;
    let rows: [(&str, u64, &str); 8] = [
        (
            "not in the registration report, enabled or unknown",
            count(all.iter().filter(|v| absent(v) && !disabled(v))),
            "new, or the report lags: registration unknown, never listed",
        ),
        (
            "not in the registration report, disabled",
            count(all.iter().filter(|v| absent(v) && disabled(v))),
            "expected: the report leaves disabled people out",
        ),
        (
            "registered after the report was made",
            count(all.iter().filter(|v| v.registration.from_audit)),
            "the audit log wins: not listed",
        ),
        (
            "joined by UPN",
            count(all.iter().filter(|v| v.flags.contains(Flag::UpnJoined))),
            "some rows carry no object id",
        ),
        ("known by UPN alone", alone as u64, "no row with an object id carries the UPN, or several do"),
        ("UPNs of several object ids", judged.dossiers.collisions().len() as u64, "rows under these UPNs stand apart"),
        (
            "recent attempt that no row explains",
            count(all.iter().filter(|v| v.flags.contains(Flag::SiRecentUnexplained))),
            "the log is filtered or lagging for these people",
        ),
        ("other tenants whose logs are mixed in", tenants.saturating_sub(1), "choose one with --tenant"),
    ];
    for (check, n, meaning) in rows {
        table.rows.push(vec![Cell::text(check), Cell::count(n), Cell::text(meaning)]);
    }
    table
}

fn codes(judged: Judged<'_>) -> Table {
    let mut table = Table::new("unknown_codes", "Codes the table does not know", CODES);
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    for dossier in (0..judged.dossiers.len()).filter_map(|i| judged.dossiers.get(i)) {
        let mut mine: Vec<u32> = dossier
            .activity
            .iter()
            .filter(|(c, _)| judged.frame.class(c) == Class::Unknown)
            .map(|(c, _)| c.code)
            .collect();
        mine.sort_unstable();
        mine.dedup();
        for code in mine {
            *counts.entry(code).or_default() += 1;
        }
    }
    table.rows = counts.into_iter().map(|(code, n)| vec![Cell::Integer(i64::from(code)), Cell::count(n)]).collect();
    table
}
