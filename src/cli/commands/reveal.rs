//! `kmsift reveal`: the tokens of a target list → people.

use super::super::args::{FormatArg, Output, RevealArgs};
use super::super::config::Invocation;
use super::super::console::{Console, Ended, READ};
use super::super::settings;
use super::{fail_on, output};
use crate::app::pseudonyms::Pseudonyms;
use crate::app::reveal::{Reverse, key_of};
use crate::app::{self, keys, lists};
use crate::error::Error;
use crate::facts::Dossiers;

/// A target list with real people, in the form it came in.
///
/// # Errors
/// When the key or the list cannot be used, or nobody on it is in the inputs.
pub fn run(args: &RevealArgs, asked: &Invocation, console: &mut Console) -> Ended {
    fail_on::refuse(&args.common.fail_on, "reveal")?;
    let key = keys::read(args.common.privacy.key())?;
    let path = args.list.to_string_lossy().into_owned();
    let text = lists::token_list(&args.list)?;
    let refused = |what: String| Error::Unrevealed { path: path.clone(), what };
    if let Some(other) = key_of(&text).filter(|id| *id != key.id()) {
        return Err(refused(format!("it was made with the key {other}, and this one is {}", key.id())).into());
    }
    let mut settings = settings::settings(&args.common, None, asked)?;
    settings.not_inputs.extend([&args.list, args.common.privacy.key()].iter().filter_map(|p| p.canonicalize().ok()));
    let found = app::find(&settings)?;
    let loaded = {
        let _shown = console.reading(found.size());
        app::ledger::load(&found, &settings.options, None, &READ)
    };
    if loaded.files.iter().all(|f| f.refusal.is_some()) {
        return Err(app::nothing_usable(&loaded.files, &loaded.ignored).into());
    }
    let dossiers = Dossiers::new(loaded.facts);
    let mask = Pseudonyms::of_settings(&key, &settings).with(&dossiers, std::iter::empty());
    let revealed = Reverse::new(&mask, &dossiers, &settings.joins.files).list(&text).map_err(refused)?;
    let file = Output { format: Some(FormatArg::Csv), out: args.out.clone(), force: args.force };
    output::put(revealed.text.as_bytes(), &file, console)?;
    console.say(&format!("{} people mapped back", revealed.people));
    if revealed.unmatched > 0 {
        console.warn(&format!(
            "{} of {} people on the list are not in these inputs and were left out",
            revealed.unmatched,
            revealed.people + revealed.unmatched
        ));
    }
    Ok(())
}
