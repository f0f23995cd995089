//! `kmsift report`.

use std::mem::ManuallyDrop;

use super::super::args::ReportArgs;
use super::super::console::{Console, Ended};
use super::super::{schedule, settings};
use super::{fail_on, forecast, study, verify};
use crate::app::{self, Plans, disk};
use crate::emit::terminal;

/// Everything in one run.
///
/// # Errors
/// As the steps say.
pub fn run(args: &ReportArgs, command: &str, console: &mut Console) -> Ended {
    disk::check_folder(&args.out, args.force)?;
    let opened = verify::opened(&args.campaign)?;
    let mut settings = settings::settings(&args.common, Some(&args.rails), command)?;
    schedule::waves(&args.waves, &mut settings)?;
    settings.png_scale = args.pictures.png_scale;
    if let Some(list) = &args.campaign.targets {
        verify::apart(&mut settings, list, true);
    }
    let mut begun = study(settings, &args.common, console)?;
    app::hash_inputs(&mut begun.study, &begun.found)?;
    console.took("hash inputs");
    let (settings, study) = (&begun.settings, &begun.study);
    let list = if app::may_target(settings) { Some(app::pick(settings, study)?) } else { None };
    console.took("pick targets");
    let followed = opened.map(|o| app::campaign::follow_list(&o, study, &settings.lists)).transpose()?;
    console.took("follow the campaign");
    let forecasted = app::forecast::forecasted(settings, study, &forecast::wish(&args.ahead));
    console.took("forecast");
    let options = app::options::options(settings, study).findings;
    console.took("weigh options");
    let parquet = !args.no_parquet;
    let plans = Plans { campaign: followed.as_ref(), options, forecast: Some(&forecasted), parquet };
    // As the study: never taken apart.
    let report = ManuallyDrop::new(app::report_with(settings, study, list.as_ref(), plans));
    let list = match (&study.mask, list) {
        (Some(mask), Some(list)) => Some(mask.target_list(&list)),
        (_, list) => list,
    };
    console.took("measure and assemble");
    let files = app::artifacts(&report, list.as_ref(), console.bom())?;
    console.took("render outputs");
    disk::write_folder(&args.out, &files, console.manner(args.force))?;
    console.took("write outputs");
    if let Some(list) = &list {
        super::targets::record(settings, list, &[], console)?;
    }
    console.say(&terminal::summary(&report));
    if let Some(list) = &list {
        super::targets::tell(list, console);
    }
    if list.is_none() {
        console.warn(
            "no target lists: give --break-glass FILE, or --no-break-glass-list if there are no emergency accounts",
        );
    }
    let out = args.out.display();
    console.say(&format!("wrote {} files to `{out}`; open `{out}/report.html`", files.len()));
    fail_on::check(&args.common.fail_on, study)?;
    Ok(())
}
