//! Graph `signIn` objects: portal "Download JSON", Graph pages, NDJSON (formats.md §2).

use super::graph_row::GraphRow;
use super::pascal::is_pascal;
use super::portal_sign_in_csv::stream_of;
use crate::ingest::csv::Columns;
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::ingest::json;
use crate::model::problem::{Outcome, Reject};
use crate::model::sign_in::Stream;

/// The format.
pub(super) struct GraphSignInJson;

impl Format for GraphSignInJson {
    fn id(&self) -> &'static str {
        "graph_sign_in_json"
    }
    fn title(&self) -> &'static str {
        "Sign-ins as JSON (portal Download JSON, Graph pages, NDJSON)"
    }
    fn kind(&self) -> Kind {
        Kind::SignIns
    }
    fn fit(&self, head: &Head) -> Fit {
        // In Pascal case it is PowerShell's spelling of it.
        if is_pascal(head, "createdDateTime") {
            return Fit::nothing();
        }
        Fit::by_names(head.keys(), &["createddatetime", "appdisplayname", "userprincipalname", "status"], 0)
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(Box::new(SignInReader { kind: stream_of(head, context), columns: columns(head) }))
    }
}

fn columns(head: &Head) -> Columns {
    const WANTED: &[&str] = &[
        "userid",
        "isinteractive",
        "signineventtypes",
        "incomingtokentype",
        "sessionid",
        "authenticationdetails",
        "authenticationprotocol",
        "devicedetail",
        "usertype",
    ];
    let (bound, missing) = WANTED.iter().copied().partition(|w| head.keys().iter().any(|k| k == w));
    Columns { bound, missing }
}

struct SignInReader {
    kind: Option<Stream>,
    columns: Columns,
}

impl Reader for SignInReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Json(bytes) = row else { return Outcome::Rejected(Reject::Json) };
        let mut sign_in = GraphRow::default();
        match json::read_into(bytes, (fold.plain, &mut fold.shapes), &mut sign_in) {
            Ok(()) => sign_in.fold_sign_in(self.kind, "", fold),
            Err(_) => Outcome::Rejected(Reject::Json),
        }
    }

    fn columns(&self) -> Columns {
        self.columns.clone()
    }

    fn notes(&self) -> Vec<String> {
        let missing = |name: &str| self.columns.missing.contains(&name);
        let mut notes = Vec::new();
        if missing("authenticationdetails") {
            notes.push(
                "no authenticationDetails (Graph v1.0): a fresh factor cannot be told from a cached one".to_owned(),
            );
        }
        if missing("isinteractive") && missing("signineventtypes") && self.kind.is_none() {
            notes.push("no field says which rows are interactive: give --kind".to_owned());
        }
        notes
    }
}
