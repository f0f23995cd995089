//! `kmsift verify`.

use std::path::Path;

use super::super::args::{Output, VerifyArgs};
use super::super::config::Invocation;
use super::super::console::{Console, Ended};
use super::super::settings::{self, format_of};
use super::{Begun, fail_on, output, study};
use crate::app::campaign::{self, Followed};
use crate::app::{self, Settings, disk, outputs};
use crate::emit::ending::bars;
use crate::emit::{chart_files, finding_json, table_parquet, terminal};
use crate::error::Error;
use crate::view::escape::terminal as shown;
use crate::view::{Artifact, Table};

/// What became of the people on a target list.
///
/// # Errors
/// When the list is refused, and as the steps say.
pub fn run(args: &VerifyArgs, asked: &Invocation, console: &mut Console) -> Ended {
    let file = Output { format: args.format, out: args.out.clone(), force: args.force };
    let folder = args.out.as_deref().filter(|path| args.format.is_none() && format_of(path).is_none());
    if let Some(folder) = folder {
        disk::check_folder(folder, args.force)?;
    } else {
        output::form(&file)?;
    }
    let opened = campaign::open(&settings::asked(&args.targets, &args.campaign)?)?;
    let mut settings = settings::settings(&args.common, None, asked)?;
    apart(&mut settings, &args.targets, folder.is_some());
    settings.png_scale = args.pictures.png_scale;
    let mut begun = study(settings, &args.common, console)?;
    let followed = campaign::follow_list(&opened, &begun.study, &begun.settings.lists)?;
    let followed = match &begun.study.mask {
        Some(mask) => mask.followed(&followed),
        None => followed,
    };
    match folder {
        Some(folder) => write(folder, args.force, &followed, &mut begun, console)?,
        None => output::table(&followed.table, Some(&narrow(&followed.table)), &file, console)?,
    }
    tell(&followed, console);
    if let Some(folder) = folder {
        console.say(&format!("wrote `{}`; whom to try next: `next.csv` in it", folder.display()));
    }
    fail_on::check(&args.common.fail_on, &begun.study)?;
    Ok(())
}

/// A target list lies beside the exports as a rule, and is none.
pub(super) fn apart(settings: &mut Settings, list: &Path, hash: bool) {
    settings.not_inputs.extend(list.canonicalize().ok());
    settings.options.hash |= hash;
}

/// Tables, chart and summary of a campaign, with a manifest.
fn write(folder: &Path, force: bool, followed: &Followed, begun: &mut Begun, console: &Console) -> Ended {
    app::hash_inputs(&mut begun.study, &begun.found)?;
    let run = app::provenance(&begun.settings, &begun.study, followed.settings.iter().cloned());
    let finding = &followed.finding;
    let mut files = Vec::new();
    for table in &finding.tables {
        files.push(Artifact::new(format!("tables/{}.csv", table.id), table.to_csv()));
        files.push(Artifact::new(format!("tables/{}.parquet", table.id), table_parquet(table)?));
    }
    files.push(Artifact::new("next.csv", followed.next.to_csv()));
    files.push(Artifact::new("summary.json", format!("{:#}\n", finding_json(finding))));
    for figure in &finding.figures {
        files.extend(chart_files(figure, begun.settings.png_scale)?);
    }
    let how = (console.manner(force), console.bom());
    outputs::write_files(&files, (&run, begun.study.verdicts.len()), folder, how)?;
    Ok(())
}

/// The finding in a few lines.
fn tell(followed: &Followed, console: &Console) {
    let finding = &followed.finding;
    console.prose(&format!("\n{}", shown(&finding.title)));
    console.prose(&shown(&finding.lead));
    if let Some(steps) = finding.figures.first().and_then(|f| bars(f, Console::screen())) {
        console.say(&format!("\n{steps}"));
    }
    for caveat in &finding.caveats {
        console.warn(&shown(caveat));
    }
}

/// The columns first that a terminal should show.
fn narrow(table: &Table) -> Table {
    const SHOWN: &[&str] = &[
        "user_principal_name",
        "outcome",
        "revoked_at",
        "returned_at",
        "prompted_at",
        "registered_at",
        "flags",
        "next_action",
    ];
    terminal::pick(table, SHOWN)
}

/// The list that `report` was given, opened before the inputs are read.
///
/// # Errors
/// When it is refused.
pub(super) fn opened(args: &super::super::args::ReportCampaign) -> Result<Option<campaign::Opened>, Error> {
    let Some(list) = &args.targets else {
        let alone =
            args.campaign.targeted_at.is_some() || args.campaign.wave.is_some() || !args.campaign.accept.is_empty();
        let why = "--targeted-at, --wave and --accept say how to follow a list: give it with --targets FILE";
        return if alone { Err(Error::Usage(why.to_owned())) } else { Ok(None) };
    };
    campaign::open(&settings::asked(list, &args.campaign)?).map(Some)
}
