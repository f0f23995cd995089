//! `kmsift schema`.

use serde_json::{Map, Value, json};

use super::super::args::{FormatArg, SchemaArgs};
use super::super::console::{Console, Ended};
use super::output;
use crate::error::Error;
use crate::metrics::METRICS;
use crate::model::nearest::did_you_mean;
use crate::plan;
use crate::report::users;
use crate::targets;
use crate::view::{Cell, Column, ColumnKind, Table};

/// Every output table: id, title, columns; in the order of the outputs.
#[must_use]
pub fn tables() -> Vec<(&'static str, &'static str, Vec<Column>)> {
    let mut out = vec![("users", "People", users::COLUMNS.to_vec())];
    out.extend(METRICS.iter().flat_map(|m| m.tables()));
    out.extend(plan::columns::planned().into_iter().flat_map(|(_, _, tables)| tables));
    out.extend(plan::columns::tables());
    out.extend(plan::calendar::tables());
    out.extend(plan::forecast::columns::tables());
    out.push(("rejects", "Rejected rows (--rejects)", output::REJECTS.to_vec()));
    out.push(("targets", "Targets", targets::LISTED.to_vec()));
    out.push(("excluded", "Left out, with the reason", targets::EXCLUDED.to_vec()));
    out.push(("emitted", "People on earlier lists (--emitted)", targets::emitted::EMITTED.to_vec()));
    out
}

/// The columns of every table, or of one.
///
/// # Errors
/// When there is no such table.
pub fn run(args: &SchemaArgs, console: &mut Console) -> Ended {
    let mut wanted = tables();
    if let Some(name) = &args.table {
        wanted.retain(|t| t.0 == name);
        if wanted.is_empty() {
            return Err(Error::UnknownTable {
                guess: did_you_mean(name, tables().iter().map(|t| t.0)),
                name: name.clone(),
            }
            .into());
        }
    }
    if output::form(&args.output)? == FormatArg::Json {
        return output::put(format!("{:#}\n", json_schema(&wanted)).as_bytes(), &args.output, console);
    }
    output::table(&listing(&wanted), None, &args.output, console)
}

const LISTING: &[Column] = &[
    Column::new("table", ColumnKind::Text, "Table"),
    Column::new("column", ColumnKind::Text, "Column"),
    Column::new("type", ColumnKind::Text, "Type"),
    Column::new("unit", ColumnKind::Text, "Unit"),
    Column::new("meaning", ColumnKind::Text, "Meaning"),
];

fn listing(tables: &[(&str, &str, Vec<Column>)]) -> Table {
    let mut out = Table::new("schema", "Columns of every table", LISTING);
    for (table, _, columns) in tables {
        for c in columns {
            let cells = [*table, c.name, c.kind.name(), c.unit, c.meaning];
            out.rows.push(cells.into_iter().map(Cell::text).collect());
        }
    }
    out
}

fn json_schema(tables: &[(&str, &str, Vec<Column>)]) -> Value {
    let definitions: Map<String, Value> = tables
        .iter()
        .map(|(id, title, columns)| {
            let properties: Map<String, Value> = columns.iter().map(|c| (c.name.to_owned(), property(c))).collect();
            // Columns joined with --join come last in these two, under names of the user's own.
            let more =
                if ["users", "targets"].contains(id) { json!({"type": ["string", "null"]}) } else { json!(false) };
            let row = json!({"type": "object", "title": title, "properties": properties,
                "required": columns.iter().map(|c| c.name).collect::<Vec<_>>(), "additionalProperties": more});
            ((*id).to_owned(), json!({"type": "array", "title": title, "items": row}))
        })
        .collect();
    json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "kmsift tables", "$defs": definitions})
}

fn property(c: &Column) -> Value {
    let kind = match c.kind {
        ColumnKind::Text | ColumnKind::Time => "string",
        ColumnKind::Integer => "integer",
        ColumnKind::Real => "number",
        ColumnKind::Boolean => "boolean",
    };
    let mut out = json!({"type": [kind, "null"], "description": c.meaning});
    if c.kind == ColumnKind::Time {
        out["format"] = Value::from("date-time");
    }
    if !c.unit.is_empty() {
        out["unit"] = Value::from(c.unit);
    }
    out
}
