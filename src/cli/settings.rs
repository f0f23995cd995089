//! What was typed → what it means. The machine (threads, file names) is looked at here and nowhere below.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use clap::ValueEnum as _;

use super::args::{
    AcceptArg, Bounds, Campaign, Common, DateOrderArg, GoalArg, IncludeArg, KindArg, PlanArgs, ProfileArg, Rails,
    Reading, ScopeArg,
};
use super::config::Invocation;
use super::hand_off::hand_off;
use super::privacy;
use crate::app::campaign::{Accept, Asked};
use crate::app::joins::Joins;
use crate::app::{Settings, lists};
use crate::error::Error;
use crate::ingest::block::Limits;
use crate::ingest::dates::DateOrder;
use crate::ingest::tenant::Tenant;
use crate::ingest::{Language, Options, Rules};
use crate::judge::Lists;
use crate::judge::gates::{Gate, PeopleList};
use crate::metrics::funnel;
use crate::model::ids::Id;
use crate::model::input::ListInfo;
use crate::model::method::ResistanceProfile;
use crate::model::nearest::did_you_mean;
use crate::model::registration::Goal;
use crate::model::settings::Thresholds;
use crate::model::sign_in::Stream;
use crate::model::tables::{TableKind, Tables};
use crate::model::time::{Instant, Window};
use crate::plan::sign_in_frequency::{self, PolicyScope};
use crate::report::users;
use crate::targets;
use crate::targets::Emitted;

/// The command line as typed, program name first, arguments with blanks quoted.
#[must_use]
pub fn command_line(typed: &[OsString]) -> String {
    let words = typed.iter().skip(1).map(|a| word(&a.to_string_lossy()));
    std::iter::once("kmsift".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// A word of a command line, in quotes where a shell would read it otherwise.
#[must_use]
pub fn word(text: &str) -> String {
    let odd = |c: char| {
        c.is_whitespace() || matches!(c, '\'' | '"' | '*' | '$' | '`' | ';' | '&' | '|' | '<' | '>' | '(' | ')')
    };
    if text.is_empty() || text.contains(odd) { format!("'{}'", text.replace('\'', "'\\''")) } else { text.to_owned() }
}

/// The settings of a command that reads inputs.
///
/// # Errors
/// When an option holds something it cannot, or a list cannot be read.
pub fn settings(common: &Common, rails: Option<&Rails>, asked: &Invocation) -> Result<Settings, Error> {
    let reading = &common.reading;
    let as_of = common.as_of.as_deref().map(|t| instant("--as-of", t)).transpose()?;
    let threads = reading.threads.map_or_else(available_threads, usize::from);
    // Ignored when already set: tests run several commands in one process.
    drop(rayon::ThreadPoolBuilder::new().num_threads(threads).build_global());
    let include: BTreeSet<Gate> = rails.iter().flat_map(|r| &r.include).map(|i| gate(*i)).collect();
    let typed = |i: &IncludeArg| i.to_possible_value().map(|v| format!("--include {}", v.get_name()));
    let mut overrides: Vec<String> = rails.iter().flat_map(|r| &r.include).filter_map(typed).collect();
    overrides.sort();
    overrides.dedup();
    if common.no_break_glass_list {
        overrides.push("--no-break-glass-list".to_owned());
    }
    let mut list_files: Vec<ListInfo> = asked.file.iter().cloned().collect();
    let lists = people(common, include, &mut list_files)?;
    let tables = own_tables(reading)?;
    overrides.extend(tables.files.iter().map(|f| format!("{} {}", f.option, f.path)));
    let hand_off = rails.map(|r| hand_off(&r.hand_off)).transpose()?.unwrap_or_default();
    if hand_off.legacy {
        overrides.push("--legacy".to_owned());
    }
    let emitted = common.emitted.as_deref().map(lists::emitted).transpose()?;
    Ok(Settings {
        paths: common.inputs.clone(),
        not_inputs: not_inputs(common, rails, asked),
        options: Options {
            threads,
            rules: Rules {
                as_of,
                tenant: tenant(&reading.tenant)?,
                tables: Arc::clone(&tables.tables),
                shaped_by: shaped_by(reading, &tables.files),
            },
            language: tables.language.clone(),
            kind: reading.kind.map(stream),
            date_order: reading.date_order.map(date_order),
            keep_rejects: reading.rejects.is_some(),
            // Whoever has rails writes files, and a manifest with them.
            hash: rails.is_some(),
            limits: limits(&reading.bounds)?,
        },
        thresholds: thresholds(common, as_of, tables.tables)?,
        lists: Lists { emitted: emitted.as_ref().map(Emitted::instants).unwrap_or_default(), ..lists },
        joins: joins(common, &mut list_files)?,
        list_files,
        strict: reading.strict,
        max_rejects: percent(&reading.max_rejects)?,
        plan: sign_in_frequency::Asked::default(),
        valid_days: rails.map_or(7, |r| r.valid_days),
        max_targets: rails.and_then(|r| r.max_targets),
        overrides,
        waves: None,
        tables: tables.files,
        hand_off,
        emitted: common.emitted.clone().zip(emitted),
        command: asked.line.clone(),
        in_force: asked.in_force.clone(),
        key: privacy::key(&common.privacy)?,
        png_scale: 2,
    })
}

fn thresholds(common: &Common, as_of: Option<Instant>, tables: Arc<Tables>) -> Result<Thresholds, Error> {
    Ok(Thresholds {
        as_of,
        goal: goal(common.goal),
        stale_days: common.stale_days,
        active_days: common.active_days,
        settle_hours: common.settle_hours,
        gap_hours: common.gap_hours,
        revoked_within_days: common.revoked_within_days,
        pr_profile: match common.pr_profile {
            ProfileArg::Full => ResistanceProfile::Full,
            ProfileArg::Strict => ResistanceProfile::Strict,
        },
        ready_percent: common.ready_percent,
        covers: common.covers.iter().map(|c| covers(c)).collect::<Result<_, _>>()?,
        tables,
    })
}

/// Which target list to follow.
///
/// # Errors
/// When `--targeted-at` is no instant.
pub fn asked(targets: &Path, campaign: &Campaign) -> Result<Asked, Error> {
    let accept = |a: &AcceptArg| match a {
        AcceptArg::Changed => Accept::Changed,
        AcceptArg::OtherTenant => Accept::OtherTenant,
        AcceptArg::Expired => Accept::Expired,
    };
    Ok(Asked {
        path: targets.to_owned(),
        targeted_at: campaign.targeted_at.as_deref().map(|t| instant("--targeted-at", t)).transpose()?,
        wave: campaign.wave,
        accept: campaign.accept.iter().map(accept).collect(),
    })
}

/// What a sign-in frequency is planned for.
///
/// # Errors
/// When the share is none, or the group's id is no object id.
pub fn plan(typed: &PlanArgs) -> Result<sign_in_frequency::Asked, Error> {
    let group = typed.policy_group.as_deref().map(|text| match Id::parse(text) {
        Some(id @ Id::Guid(_)) => Ok(id),
        _ => Err(Error::value("--policy-group", text, "not an object id (GUID)")),
    });
    let scope = match typed.policy_scope {
        ScopeArg::All => PolicyScope::All,
        ScopeArg::Group => PolicyScope::Group,
    };
    let group = group.transpose()?;
    if group.is_some() && scope == PolicyScope::All {
        return Err(Error::Usage("--policy-group goes with --policy-scope group".to_owned()));
    }
    Ok(sign_in_frequency::Asked {
        coverage: coverage(&typed.coverage)?,
        scope,
        close_dependencies: typed.close_dependencies,
        frequency_days: typed.frequency_days,
        group,
    })
}

/// A share as `0.9` or `90%`, in whole percent.
fn coverage(text: &str) -> Result<u8, Error> {
    let wrong = || Error::value("--coverage", text, "not a share such as 0.9 or 90%");
    let (number, scale) = match text.trim().strip_suffix('%') {
        Some(percent) => (percent.trim(), 1.0),
        None => (text.trim(), 100.0),
    };
    let percent = (number.parse::<f64>().map_err(|_| wrong())? * scale).round();
    (1..=100_u8).find(|p| (f64::from(*p) - percent).abs() < 0.5).ok_or_else(wrong)
}

fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// What `--codes`, `--activities`, `--methods` and `--headers` say.
#[derive(Default)]
struct OwnTables {
    tables: Arc<Tables>,
    language: Language,
    files: Vec<ListInfo>,
}

fn own_tables(reading: &Reading) -> Result<OwnTables, Error> {
    let mut own = OwnTables::default();
    let mut tables = Tables::default();
    for (option, paths, kind) in [
        ("--codes", &reading.codes, TableKind::Codes),
        ("--activities", &reading.activities, TableKind::Activities),
        ("--methods", &reading.methods, TableKind::Methods),
    ] {
        for path in paths {
            own.files.push(lists::table(option, path, |text| tables.read(kind, text))?);
        }
    }
    for path in &reading.headers {
        own.files.push(lists::table("--headers", path, |text| own.language.read(text))?);
    }
    own.tables = Arc::new(tables);
    Ok(own)
}

/// The options that shape facts, as a ledger records them.
fn shaped_by(reading: &Reading, tables: &[ListInfo]) -> Vec<String> {
    let kind = reading.kind.map(|k| format!("--kind {}", stream(k).name()));
    let order =
        reading.date_order.and_then(|o| o.to_possible_value().map(|v| format!("--date-order {}", v.get_name())));
    let tables = tables.iter().map(|t| format!("{} {}", t.option, t.sha256));
    let tenants = reading.tenant.iter().map(|t| format!("--tenant {}", t.trim().to_lowercase()));
    let mut all: Vec<String> = tables.chain(tenants).chain(kind).chain(order).collect();
    all.sort();
    all.dedup();
    all
}

fn tenant(typed: &[String]) -> Result<Tenant, Error> {
    let mut tenant = Tenant::default();
    typed.iter().try_for_each(|text| tenant.add(text)).map_err(Error::Usage)?;
    Ok(tenant)
}

fn people(common: &Common, include: BTreeSet<Gate>, files: &mut Vec<ListInfo>) -> Result<Lists, Error> {
    let mut read = |option, path: &Path| {
        let (list, info) = lists::read(option, path)?;
        files.push(info);
        Ok::<_, Error>(list)
    };
    let mut exclude = PeopleList::default();
    for path in &common.exclude {
        let more = read("--exclude", path)?;
        exclude.entries.extend(more.entries);
        exclude.lines.extend(more.lines);
    }
    let break_glass = match &common.break_glass {
        Some(path) => Some(read("--break-glass", path)?),
        None => common.no_break_glass_list.then(PeopleList::default),
    };
    let scope = common.scope.as_deref().map(|path| read("--scope", path)).transpose()?;
    Ok(Lists { break_glass, exclude, scope, include, ..Lists::default() })
}

/// Reads the files to join and names their columns apart from those the outputs have.
fn joins(common: &Common, files: &mut Vec<ListInfo>) -> Result<Joins, Error> {
    let mut read = Vec::new();
    for path in &common.join {
        let (file, info) = lists::read_join(path)?;
        read.push(file);
        files.push(info);
    }
    let taken = [users::COLUMNS, targets::LISTED, funnel::COLUMNS];
    Ok(Joins::new(read, &taken.into_iter().flatten().map(|c| c.name).collect()))
}

/// Files given with options lie beside the exports as a rule, and are none.
fn not_inputs(common: &Common, rails: Option<&Rails>, asked: &Invocation) -> BTreeSet<std::path::PathBuf> {
    let reading = &common.reading;
    let tables = reading.headers.iter().chain(&reading.codes).chain(&reading.activities).chain(&reading.methods);
    let given = common.exclude.iter().chain(&common.break_glass).chain(&common.scope).chain(&common.join).chain(tables);
    let key = common.privacy.pseudonymise.then(|| common.privacy.key().to_owned());
    let given =
        given.chain(key.as_ref()).chain(&common.emitted).chain(rails.and_then(|r| r.hand_off.template.as_ref()));
    let config = asked.file.iter().map(|f| Path::new(&f.path));
    given.map(AsRef::as_ref).chain(config).filter_map(|p| p.canonicalize().ok()).collect()
}

/// An instant as typed: RFC 3339 or a date (its midnight).
///
/// # Errors
/// When it is neither.
pub fn instant(option: &str, text: &str) -> Result<Instant, Error> {
    Instant::parse(text)
        .ok_or_else(|| Error::value(option, text, "not an instant such as 2026-11-22 or 2026-11-22T08:00:00Z"))
}

fn covers(text: &str) -> Result<(Stream, Window), Error> {
    let wrong = || Error::value("--covers", text, "not of the form interactive=2026-10-23..2026-11-22");
    let (name, span) = text.split_once('=').ok_or_else(wrong)?;
    let (from, to) = span.split_once("..").ok_or_else(wrong)?;
    let stream = Stream::ALL.into_iter().find(|s| s.name() == name).ok_or_else(|| {
        let known = || Stream::ALL.iter().map(|s| s.name());
        let guess = did_you_mean(name, known());
        Error::value(
            "--covers",
            text,
            format!("no log is called `{name}`, but {}{guess}", known().collect::<Vec<_>>().join(", ")),
        )
    })?;
    let window = Window::new(instant("--covers", from)?, instant("--covers", to)?).ok_or_else(wrong)?;
    Ok((stream, window))
}

fn percent(text: &str) -> Result<f64, Error> {
    let number = text.trim().trim_end_matches('%').trim();
    match number.parse::<f64>() {
        Ok(value) if (0.0..=100.0).contains(&value) => Ok(value),
        _ => Err(Error::value("--max-rejects", text, "not a percentage such as 1%")),
    }
}

fn limits(bounds: &Bounds) -> Result<Limits, Error> {
    let record_bytes = size(&bounds.max_record).filter(|bytes| *bytes >= 1 << 20).ok_or_else(|| {
        Error::value("--max-record", &bounds.max_record, "not a size of at least 1MiB such as 64MiB or 1GiB")
    })?;
    let (inflation, nesting) = (bounds.max_inflation, usize::from(bounds.max_nesting));
    Ok(Limits { record_bytes, inflation, nesting, plain: bounds.plain_readers, ..Limits::default() })
}

/// Bytes: a number, with KiB, MiB or GiB (or their first letter) after it.
fn size(text: &str) -> Option<usize> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let unit: usize = match text[digits..].trim() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        _ => return None,
    };
    text[..digits].parse::<usize>().ok()?.checked_mul(unit)
}

fn gate(include: IncludeArg) -> Gate {
    match include {
        IncludeArg::LogonOnly => Gate::LogonOnly,
        IncludeArg::Undetermined => Gate::Undetermined,
        IncludeArg::Admins => Gate::Admin,
        IncludeArg::Guests => Gate::Guest,
    }
}

fn goal(goal: GoalArg) -> Goal {
    match goal {
        GoalArg::Mfa => Goal::Mfa,
        GoalArg::Sspr => Goal::Sspr,
        GoalArg::App => Goal::App,
        GoalArg::Passkey => Goal::Passkey,
    }
}

fn stream(kind: KindArg) -> Stream {
    match kind {
        KindArg::Interactive => Stream::Interactive,
        KindArg::NonInteractive => Stream::NonInteractive,
    }
}

fn date_order(order: DateOrderArg) -> DateOrder {
    match order {
        DateOrderArg::Mdy => DateOrder::Mdy,
        DateOrderArg::Dmy => DateOrder::Dmy,
    }
}

/// Whether a path's ending names a format.
#[must_use]
pub fn format_of(path: &Path) -> Option<super::args::FormatArg> {
    use super::args::FormatArg;
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "csv" => Some(FormatArg::Csv),
        "json" => Some(FormatArg::Json),
        "ndjson" | "jsonl" => Some(FormatArg::Ndjson),
        "parquet" => Some(FormatArg::Parquet),
        "xlsx" => Some(FormatArg::Xlsx),
        "txt" => Some(FormatArg::Table),
        _ => None,
    }
}
