//! CLI for Microsoft 365, `entra user signin list --output csv`: five columns, none of which says the outcome
//! (formats.md §4). Recognised to say what to do instead.

use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;

/// The format.
pub(super) struct CliSignInCsv;

/// All columns it has.
const NAMES: &[&str] = &["id", "userprincipalname", "appid", "appdisplayname", "createddatetime"];

impl Format for CliSignInCsv {
    fn id(&self) -> &'static str {
        "cli_sign_in_csv"
    }
    fn title(&self) -> &'static str {
        "Sign-ins as CSV from CLI for Microsoft 365 (no outcome in it: refused, with the way to JSON)"
    }
    fn kind(&self) -> Kind {
        Kind::SignIns
    }
    fn fit(&self, head: &Head) -> Fit {
        if head.header().len() != NAMES.len() {
            return Fit::nothing();
        }
        match Fit::by_names(head.header(), NAMES, 0) {
            Fit::No { .. } => Fit::nothing(),
            fits @ Fit::Yes(_) => fits,
        }
    }
    fn reader(&self, _head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Err("sign-ins of CLI for Microsoft 365 as CSV have no column that says whether they succeeded, nor whether they \
             were interactive: list them with `--output json`, which keeps both"
            .to_owned())
    }
}
