//! `Get-EntraAuditDirectoryLog`, `Get-MgAuditLogDirectoryAudit | Export-Csv`: Graph's columns, the targets flattened, as
//! JSON, or lost (formats.md §0.10, §0.13, §5.1).

use serde::Deserialize;

use super::graph_row::{AuditParts, Initiators, Target};
use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::dates::{self, DateOrder};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::{Head, Shape};
use crate::ingest::json::OneOrMore;
use crate::ingest::powershell::member;
use crate::model::problem::{Outcome, Reject};

/// The format.
pub(super) struct PowershellAuditCsv;

const TIME: usize = 0;
const ACTIVITY: usize = 1;
const RESULT: usize = 2;
const REASON: usize = 3;
const CORRELATION: usize = 4;
const INITIATED_BY: usize = 5;
const TARGETS: usize = 6;

const WANTS: &[Want] = &[
    want("time", &["activitydatetime"]),
    want("activity", &["activitydisplayname"]),
    want("result", &["result"]),
    want("reason", &["resultreason"]),
    want("correlation_id", &["correlationid"]),
    want("initiated_by", &["initiatedby"]),
    want("targets", &["targetresources"]),
];

impl Format for PowershellAuditCsv {
    fn id(&self) -> &'static str {
        "powershell_audit_csv"
    }
    fn title(&self) -> &'static str {
        "Audit log as CSV from Graph or Entra PowerShell (Export-Csv)"
    }
    fn kind(&self) -> Kind {
        Kind::Audit
    }
    fn fit(&self, head: &Head) -> Fit {
        // Log Analytics has the same names beside its own; without the event time it is not even near.
        let log_analytics =
            |h: &String| h == "operationname" || h == "aadoperationtype" || h.starts_with("timegenerated");
        if head.header().iter().any(log_analytics) || !head.header().iter().any(|h| h == "activitydatetime") {
            return Fit::nothing();
        }
        Fit::by_names(
            head.header(),
            &["activitydatetime", "activitydisplayname", "initiatedby", "targetresources", "result"],
            0,
        )
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        let binding = Binding::new(WANTS, head.header());
        if targets_lost(head, &binding) {
            return Err("its `TargetResources` are names of .NET types in every row: whom the events are about was lost when \
                        the file was written; export JSON instead, `… | ConvertTo-Json -Depth 10`, or download the audit \
                        logs from the portal"
                .to_owned());
        }
        Ok(CsvReader::boxed(head, PowershellRow { order: dates::order_of(head, context, &[WANTS[TIME]])? }))
    }
}

/// Whether no row at the file's beginning names a target.
fn targets_lost(head: &Head, binding: &Binding) -> bool {
    let Shape::Csv { separator, .. } = head.shape else { return false };
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(separator).from_reader(head.text.as_bytes());
    let mut records = reader.byte_records().map_while(Result::ok).filter(|r| binding.fits(&r.into())).peekable();
    records.peek().is_some()
        && records.all(|r| binding.text(&(&r).into(), TARGETS).is_ok_and(|cell| targets(cell).is_none()))
}

/// The targets of a cell: JSON, or one flattened object. `None`: lost.
fn targets(cell: &str) -> Option<Vec<Target<'_>>> {
    let cell = cell.trim();
    if cell.starts_with(['[', '{']) {
        return serde_json::from_str::<OneOrMore<Target<'_>>>(cell).ok().map(|list| list.0);
    }
    let part = |name| member(cell, name).unwrap_or("");
    member(cell, "type").map(|kind| vec![Target::of(part("id"), kind, part("userPrincipalName"))])
}

struct PowershellRow {
    order: Option<DateOrder>,
}

impl CsvRow for PowershellRow {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, _binding: &Binding) -> Vec<String> {
        vec![
            "exported with Export-Csv: who did it and what was changed are in it only where they were written as JSON; rows \
             whose targets were lost are rejected (bad_json)"
                .to_owned(),
            "its times are taken as UTC; Export-Csv does not say whether they are".to_owned(),
        ]
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let text = |want| cells.text(want);
        let targets = targets(text(TARGETS)?).ok_or(Reject::Json)?;
        let by = text(INITIATED_BY)?.trim();
        let by = if by.starts_with('{') {
            Initiators::deserialize(&mut serde_json::Deserializer::from_str(by))
        } else {
            Ok(Initiators::default())
        };
        let parts = AuditParts {
            at: dates::parse(text(TIME)?, self.order),
            activity: text(ACTIVITY)?,
            result: text(RESULT)?,
            reason: text(REASON)?,
            correlation: text(CORRELATION)?,
        };
        Ok(parts.fold(&by.map_err(|_| Reject::Json)?, &targets, fold))
    }
}
