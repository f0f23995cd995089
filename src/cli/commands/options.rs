//! `kmsift options`.

use std::path::Path;

use clap::ValueEnum as _;

use super::super::args::{OptionsArgs, Output};
use super::super::config::Invocation;
use super::super::console::{Console, Ended};
use super::super::settings::{self, format_of};
use super::{Begun, fail_on, output, study};
use crate::app::options::{Options, options};
use crate::app::{self, disk, outputs};
use crate::emit::{chart_files, finding_json, table_parquet, terminal};
use crate::view::escape::terminal as shown;
use crate::view::{Artifact, Table};

/// The levers side by side.
///
/// # Errors
/// As the steps say.
pub fn run(args: &OptionsArgs, asked: &Invocation, console: &mut Console) -> Ended {
    let file = Output { format: args.format, out: args.out.clone(), force: args.force };
    let folder = args.out.as_deref().filter(|path| args.format.is_none() && format_of(path).is_none());
    if let Some(folder) = folder {
        disk::check_folder(folder, args.force)?;
    } else {
        output::form(&file)?;
    }
    let mut settings = settings::settings(&args.common, None, asked)?;
    settings.plan = settings::plan(&args.plan)?;
    settings.png_scale = args.pictures.png_scale;
    settings.options.hash |= folder.is_some();
    let mut begun = study(settings, &args.common, console)?;
    let made = options(&begun.settings, &begun.study);
    console.took("weigh options");
    let made = match &begun.study.mask {
        Some(mask) => mask.options(&made),
        None => made,
    };
    if let Some(folder) = folder {
        write(folder, args.force, &made, &mut begun, console)?;
    } else {
        let wanted = args.table.to_possible_value();
        let wanted = wanted.as_ref().map_or("", |v| v.get_name());
        if let Some(table) = made.tables().find(|t| t.id == wanted) {
            output::table(table, Some(&narrow(table)), &file, console)?;
        }
    }
    console.took("write outputs");
    tell(&made, console);
    if let Some(folder) = folder {
        console.say(&format!("wrote `{}`", folder.display()));
        if begun.study.mask.is_some() {
            console.warn("no policy body: it names the emergency accounts, and tokens name nobody; run it without --pseudonymise");
        } else if made.policy.is_none() && begun.settings.lists.break_glass.is_none() {
            console.warn(
                "no policy body: give --break-glass FILE, or --no-break-glass-list if there are no emergency accounts",
            );
        }
    }
    fail_on::check(&args.common.fail_on, &begun.study)?;
    Ok(())
}

/// Tables, charts, summary and the policy body, with a manifest.
fn write(folder: &Path, force: bool, made: &Options, begun: &mut Begun, console: &Console) -> Ended {
    app::hash_inputs(&mut begun.study, &begun.found)?;
    let mut files: Vec<Artifact> = made.policy.iter().cloned().collect();
    for table in made.tables() {
        files.push(Artifact::new(format!("tables/{}.csv", table.id), table.to_csv()));
        files.push(Artifact::new(format!("tables/{}.parquet", table.id), table_parquet(table)?));
    }
    for finding in &made.findings {
        files.push(Artifact::new(format!("summary/{}.json", finding.id), format!("{:#}\n", finding_json(finding))));
        for figure in &finding.figures {
            files.extend(chart_files(figure, begun.settings.png_scale)?);
        }
    }
    let run = app::provenance(&begun.settings, &begun.study, std::iter::empty());
    let how = (console.manner(force), console.bom());
    outputs::write_files(&files, (&run, begun.study.verdicts.len()), folder, how)?;
    Ok(())
}

/// The findings in a few lines, then the recommendation.
fn tell(made: &Options, console: &Console) {
    for finding in made.findings.iter().filter(|f| f.id != "recommendation") {
        console.prose(&shown(&format!("{}. {}", finding.title, finding.lead)));
        for caveat in &finding.caveats {
            console.detail(&shown(caveat));
        }
    }
    console.say("Recommended, by the rules of the table `recommendation`:");
    for line in &made.advice {
        console.prose(&shown(&format!("  - {line}")));
    }
}

/// The columns first that a terminal should show.
fn narrow(table: &Table) -> Table {
    const SHOWN: &[(&str, &[&str])] = &[
        (
            "options",
            &[
                "lever",
                "stale_reached",
                "stale_of",
                "unregistered_reached",
                "touched",
                "others",
                "prompts",
                "prompts_per_person",
                "breaks",
                "licence",
            ],
        ),
        ("reach", &["user_principal_name", "label", "method", "reachable", "blocker", "within_14_days", "upper_bound"]),
        ("sign_in_frequency_residual", &["user_principal_name", "reason", "evidence"]),
        ("sign_in_frequency", &["plan", "order", "resource", "gain", "covered", "coverage", "collateral", "cost"]),
    ];
    let Some((_, names)) = SHOWN.iter().find(|(id, _)| *id == table.id) else { return table.clone() };
    terminal::pick(table, names)
}
