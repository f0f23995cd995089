//! Microsoft Graph `$batch` bodies: at most 20 `revokeSignInSessions` a file (semantics §8.4, BATCH).

use serde_json::json;

use super::Channel;
use crate::targets::{Part, TargetList};
use crate::view::escape::url_segment;
use crate::view::{Artifact, Cell, Column, ColumnKind, Table};

/// Requests Graph takes in one batch.
const BATCH: usize = 20;

/// Columns of `graph-batch/index.csv`.
const INDEX: &[Column] = &[
    Column::new("file", ColumnKind::Text, "Batch file"),
    Column::new("request", ColumnKind::Integer, "Id of the request, in the answer too"),
    Column::new("user_id", ColumnKind::Text, "Object id"),
    Column::new("wave", ColumnKind::Integer, "Wave, from 1"),
    Column::new("valid_until", ColumnKind::Time, "Do not send after this"),
];

/// `graph-batch/NNNN.json` and `graph-batch/index.csv`.
pub(super) struct GraphBatch;

impl Channel for GraphBatch {
    fn id(&self) -> &'static str {
        "graph-batch"
    }
    fn consumer(&self) -> &'static str {
        "POST https://graph.microsoft.com/v1.0/$batch, one file a request"
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        let mut index = Table::new("graph_batch_index", "Who is in which batch", INDEX);
        let mut files = Vec::new();
        for (number, part) in (1..).zip(list.parts(BATCH)) {
            let name = format!("{number:04}.json");
            for (target, id) in part.people.iter().zip(1_i64..) {
                index.rows.push(vec![
                    Cell::text(&name),
                    Cell::Integer(id),
                    Cell::text(&target.user_id),
                    Cell::Integer(i64::from(part.wave)),
                    Cell::Time(list.valid_until),
                ]);
            }
            files.push(Artifact::new(format!("graph-batch/{name}"), body(&part)));
        }
        files.push(Artifact::new("graph-batch/index.csv", index.to_csv()));
        files
    }
}

fn body(part: &Part<'_>) -> String {
    let requests: Vec<_> = part
        .people
        .iter()
        .zip(1..)
        .map(|(t, id): (_, u32)| {
            let url = format!("/users/{}/revokeSignInSessions", url_segment(&t.user_id));
            json!({"id": id.to_string(), "method": "POST", "url": url})
        })
        .collect();
    format!("{:#}\n", json!({ "requests": requests }))
}
