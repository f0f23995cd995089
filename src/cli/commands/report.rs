//! `kmsift report`.

use std::mem::ManuallyDrop;

use super::super::args::ReportArgs;
use super::super::config::Invocation;
use super::super::console::{Console, Ended};
use super::super::settings::word;
use super::super::{schedule, settings};
use super::{fail_on, forecast, study, verify};
use crate::app::{self, Plans, disk, outputs};
use crate::emit::ending::{self, Ending};
use crate::model::ids::Id;
use crate::report::Report;
use crate::targets::TargetList;
use crate::view::Written;

/// Everything in one run.
///
/// # Errors
/// As the steps say.
pub fn run(args: &ReportArgs, asked: &Invocation, console: &mut Console) -> Ended {
    disk::check_folder(&args.out, args.force)?;
    let opened = verify::opened(&args.campaign)?;
    let mut settings = settings::settings(&args.common, Some(&args.rails), asked)?;
    schedule::waves(&args.waves, &mut settings)?;
    settings.png_scale = args.pictures.png_scale;
    if let Some(list) = &args.campaign.targets {
        verify::apart(&mut settings, list, true);
    }
    let mut begun = study(settings, &args.common, console)?;
    app::hash_inputs(&mut begun.study, &begun.found)?;
    console.took("hash inputs");
    let (settings, study) = (&begun.settings, &begun.study);
    let followed = opened.map(|o| app::campaign::follow_list(&o, study, &settings.lists)).transpose()?;
    console.took("follow the campaign");
    // None of the three needs another, and none has work for all threads all the time.
    let pick = || app::may_target(settings).then(|| app::pick(settings, study)).transpose();
    let forecast = || app::forecast::forecasted(settings, study, &forecast::wish(&args.ahead));
    let weigh = || app::options::options(settings, study).findings;
    let (list, (forecasted, options)) = rayon::join(pick, || rayon::join(forecast, weigh));
    let list = list?;
    console.took("pick targets, forecast, weigh options");
    let parquet = !args.no_parquet;
    let plans = Plans { campaign: followed.as_ref(), options, forecast: Some(&forecasted), parquet };
    // As the study: never taken apart.
    let report = ManuallyDrop::new(app::report_with(settings, study, list.as_ref(), plans));
    let list = match (&study.mask, list) {
        (Some(mask), Some(list)) => Some(mask.target_list(&list)),
        (_, list) => list,
    };
    console.took("measure and assemble");
    let how = (console.manner(args.force), console.bom());
    let files = outputs::write_report(&report, list.as_ref(), &args.out, how)?;
    console.took("render and write");
    if let Some(list) = &list {
        super::targets::record(settings, list, &[], console)?;
    }
    if let Some(list) = &list {
        super::targets::tell(list, console);
    }
    if list.is_none() {
        console.warn(
            "no target lists: give --break-glass FILE, or --no-break-glass-list if there are no emergency accounts",
        );
    }
    console.say(&ending(args, asked, &report, list.as_ref(), &files));
    fail_on::check(&args.common.fail_on, study)?;
    Ok(())
}

/// The summary: finding, figures, funnel, limits, files, what to type next.
fn ending(
    args: &ReportArgs,
    asked: &Invocation,
    report: &Report,
    list: Option<&TargetList>,
    files: &[Written],
) -> String {
    let figures = report.findings.iter().flat_map(|f| &f.figures);
    let count = |under: &str| files.iter().filter(|f| f.path.starts_with(under)).count();
    let mut shown = vec![
        ("report.html", "the whole report in one page: open it first".to_owned()),
        ("tables/", format!("{} files; users.csv has a row a person", count("tables/"))),
        ("charts/", format!("{} pictures", count("charts/"))),
        ("report.xlsx", "the same for Excel: a cover, and a sheet per table".to_owned()),
        ("summary.json", "every number with its denominator, for scripts".to_owned()),
    ];
    if count("parquet/") > 0 {
        shown.push(("parquet/", "people, activity, moments, calendar for Power BI and DuckDB".to_owned()));
    }
    if let Some(list) = list {
        let what = format!(
            "targets.csv: {} people, valid until {}; excluded.csv: why others are not on it",
            list.listed.len(),
            list.valid_until
        );
        shown.push(("targets/", what));
    }
    shown.push(("manifest.json", "inputs, options and hashes of this run".to_owned()));
    let ending = Ending {
        headline: &report.headline,
        funnel: figures.into_iter().find(|f| f.id == "funnel"),
        limits: report.conclusions.iter().filter(|c| c.limits).map(|c| c.text.as_str()).collect(),
        files: Some((args.out.display().to_string(), shown)),
        next: next(args, asked, list),
    };
    ending::text(&ending, Console::screen())
}

fn next(args: &ReportArgs, asked: &Invocation, list: Option<&TargetList>) -> Vec<(String, String)> {
    let (again, out) = (&asked.again, word(&args.out.to_string_lossy()));
    let Some(list) = list else {
        let command = format!("kmsift report{again} --break-glass FILE --out {out} --force");
        return vec![(
            command,
            "adds the target lists; FILE names the emergency accounts, one id or UPN a line".to_owned(),
        )];
    };
    let Some(first) = list.listed.first() else {
        return vec![(
            format!("kmsift options{again}"),
            "nobody is on the target list: what the levers would reach".to_owned(),
        )];
    };
    let mut out_next = Vec::new();
    if matches!(Id::parse(&first.user_id), Some(Id::Guid(_))) {
        let why = "why the first person of the list is on it; look at a few before acting".to_owned();
        out_next.push((format!("kmsift explain {}{again}", first.user_id), why));
    }
    let list = word(&args.out.join("targets/targets.csv").to_string_lossy());
    let why = "what came of it; put exports there that were made a day or more after the revocation".to_owned();
    out_next.push((format!("kmsift verify --targets {list}{again}"), why));
    out_next
}
