//! A target list followed through a study: read, checked against its manifest and the inputs, refused where it must be.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Study, disk, lists, target_file};
use crate::error::Error;
use crate::judge::{self, Frame, Lists};
use crate::model::ids::Id;
use crate::model::pseudonym::is_token;
use crate::model::settings::Thresholds;
use crate::model::time::Instant;
use crate::plan::campaign::{Campaign, List, Listed, Scene, campaign};
use crate::plan::results;
use crate::view::{Finding, Table};

/// What may be known better than kmsift does, and is then recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Accept {
    /// The list was changed after it was written.
    Changed,
    /// The list is of another tenant.
    OtherTenant,
    /// Nobody was revoked before the list expired.
    Expired,
}

impl Accept {
    /// As typed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::OtherTenant => "other-tenant",
            Self::Expired => "expired",
        }
    }
}

/// Which list to follow.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The file.
    pub path: PathBuf,
    /// When it was made, where it does not say.
    pub targeted_at: Option<Instant>,
    /// Only this wave.
    pub wave: Option<i64>,
    /// What to follow it in spite of.
    pub accept: BTreeSet<Accept>,
}

/// A list that was read and not refused so far.
#[derive(Clone, Debug)]
pub struct Opened {
    list: List,
    asked: Asked,
    sha256: String,
}

/// What became of a list, finished.
#[derive(Clone, Debug)]
pub struct Followed {
    /// For the report and the folder.
    pub finding: Finding,
    /// The table `campaign`.
    pub table: Table,
    /// The table `campaign_next`.
    pub next: Table,
    /// For the manifest.
    pub settings: Vec<(&'static str, String)>,
}

/// Reads a list and checks it against the manifest beside or above it.
///
/// # Errors
/// When it cannot be read or understood, or was changed since it was written.
pub fn open(asked: &Asked) -> Result<Opened, Error> {
    let (bytes, manifests) = lists::target_files(&asked.path)?;
    let path = asked.path.to_string_lossy().into_owned();
    let wrong = |what: String| Error::List { option: "--targets", path: path.clone(), what };
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("it is not UTF-8".to_owned()))?;
    let mut list = target_file::parse(text, asked.targeted_at).map_err(wrong)?;
    let sha256 = disk::sha256(&bytes);
    for manifest in manifests.iter().filter_map(|m| serde_json::from_slice::<Value>(m).ok()) {
        let Some(written) = written(&manifest, &asked.path) else { continue };
        if written != sha256 && !asked.accept.contains(&Accept::Changed) {
            return Err(refused(
                &asked.path,
                "the file is not the one its manifest.json describes: it was changed since kmsift wrote it".to_owned(),
                "follow the list as it was written, or say --accept changed if you changed it yourself",
            ));
        }
        if manifest["targets"]["purpose"] == "nudge" {
            return Err(refused(
                &asked.path,
                "it is the list of whom the registration campaign reaches: nobody on it was to be revoked".to_owned(),
                "see the registration over time with `kmsift report`; `kmsift verify` follows lists of `kmsift targets --list revoke`",
            ));
        }
        list.tenants.extend(target_file::tenants(&manifest["targets"]["tenants"]));
        break;
    }
    if let (Some(wave), false) = (asked.wave, list.people.iter().any(|p| p.wave == asked.wave)) {
        return Err(Error::value("--wave", wave, "nobody on the list is in that wave"));
    }
    Ok(Opened { list, asked: asked.clone(), sha256 })
}

/// The hash a manifest of kmsift gives for a file beside it or one folder below it.
fn written<'m>(manifest: &'m Value, path: &Path) -> Option<&'m str> {
    let name = path.file_name()?.to_string_lossy();
    let outputs = manifest["outputs"].as_array().filter(|_| manifest["tool"] == "kmsift")?;
    let same = |o: &&Value| o["path"].as_str().is_some_and(|p| p == name || p.strip_prefix("targets/") == Some(&*name));
    outputs.iter().find(same)?["sha256"].as_str()
}

fn refused(path: &Path, what: String, hint: &'static str) -> Error {
    Error::Refused { path: path.to_string_lossy().into_owned(), what, hint }
}

/// Follows a list through a study.
///
/// # Errors
/// When it was made after the as-of instant, for another tenant, or has expired without anybody being revoked.
pub fn follow_list(opened: &Opened, study: &Study, lists: &Lists) -> Result<Followed, Error> {
    let resolved = resolved(opened, study)?;
    let opened = resolved.as_ref().unwrap_or(opened);
    refuse_unfit(opened, study)?;
    let made_at = opened.list.made_at().unwrap_or(study.frame.t);
    let then = Thresholds { as_of: Some(made_at), ..study.frame.thresholds.clone() };
    let before = Frame::new(&study.dossiers, &then).map(|frame| judge::judge(&study.dossiers, &frame, lists));
    let before = before.unwrap_or_default();
    let scene = Scene { dossiers: &study.dossiers, frame: &study.frame, verdicts: &study.verdicts, before: &before };
    let followed = campaign(&opened.list, opened.asked.wave, scene);
    if !opened.asked.accept.contains(&Accept::Expired) {
        expired(opened, &followed, study)?;
    }
    Ok(finished(opened, &followed, study))
}

/// A list of tokens with the people behind them; `None`: it names people already.
fn resolved(opened: &Opened, study: &Study) -> Result<Option<Opened>, Error> {
    let token = |p: &Listed| p.keys.iter().any(|key| is_token(&key.to_string()));
    if !opened.list.people.iter().any(token) {
        return Ok(None);
    }
    match &study.mask {
        Some(mask) => Ok(Some(Opened { list: mask.resolve(&opened.list, &study.dossiers), ..opened.clone() })),
        None => Err(refused(
            &opened.asked.path,
            "its people are tokens of --pseudonymise".to_owned(),
            "follow it with --pseudonymise --key-file KEY, or map it back with `kmsift reveal --key-file KEY LIST INPUT...`",
        )),
    }
}

fn finished(opened: &Opened, followed: &Campaign<'_>, study: &Study) -> Followed {
    let asked = &opened.asked;
    let mut settings = vec![
        ("campaign-targets", asked.path.to_string_lossy().into_owned()),
        ("campaign-targets-sha256", opened.sha256.clone()),
        ("campaign-targeted-at", followed.made_at.to_string()),
    ];
    settings.extend(asked.wave.map(|w| ("campaign-wave", w.to_string())));
    if !asked.accept.is_empty() {
        let accepted: Vec<&str> = asked.accept.iter().map(|a| a.name()).collect();
        settings.push(("campaign-accepted", accepted.join(", ")));
    }
    Followed {
        finding: results::finding(followed, study.frame.thresholds.goal.label()),
        table: results::table(followed),
        next: results::next_table(followed),
        settings,
    }
}

fn refuse_unfit(opened: &Opened, study: &Study) -> Result<(), Error> {
    let (list, path, t) = (&opened.list, &opened.asked.path, study.frame.t);
    if let Some(late) = list.people.iter().map(|p| p.term.targeted_at).max().filter(|at| *at > t) {
        let what = format!("it was made at {late}, after the as-of instant {t}: nothing of it can be in the logs");
        return Err(refused(path, what, "export the logs again, or give the instant with --as-of"));
    }
    if opened.asked.accept.contains(&Accept::OtherTenant) { Ok(()) } else { other_tenant(list, path, study) }
}

fn other_tenant(list: &List, path: &Path, study: &Study) -> Result<(), Error> {
    const HINT: &str = "give the exports of the list's tenant, or say --accept other-tenant if you know better";
    let ours: BTreeSet<&Id> = study.dossiers.tenants().iter().collect();
    if !ours.is_empty() && !list.tenants.is_empty() && !list.tenants.iter().any(|t| ours.contains(t)) {
        let words = |ids: Vec<&Id>| ids.iter().map(|t| format!("`{t}`")).collect::<Vec<_>>().join(", ");
        let (theirs, here) = (words(list.tenants.iter().collect()), words(ours.into_iter().collect()));
        return Err(refused(path, format!("it was made for the tenant {theirs}; the inputs are of {here}"), HINT));
    }
    let mut keys: BTreeSet<Id> = BTreeSet::new();
    for (id, person) in study.dossiers.people() {
        keys.insert(id.clone());
        keys.extend(person.upns.iter().map(|u| Id::of_upn(u)));
    }
    if list.people.iter().flat_map(|p| &p.keys).any(|key| keys.contains(key)) {
        return Ok(());
    }
    let what = format!("not one of its {} people is in the inputs: it looks like another tenant's", list.people.len());
    Err(refused(path, what, HINT))
}

/// Issue 5: a list older than its `valid_until` is refused. A campaign is verified after its list has expired as a rule, so
/// what is refused is an expired list by which nobody was revoked in time: there is no campaign to follow, and to act on it
/// now would revoke people who have registered since.
fn expired(opened: &Opened, followed: &Campaign<'_>, study: &Study) -> Result<(), Error> {
    let terms = || followed.members.iter().map(|m| m.listed.term);
    let ends: Option<Vec<Instant>> = terms().map(|term| term.valid_until).collect();
    let Some(end) = ends.and_then(|e| e.into_iter().max()).filter(|end| *end < study.frame.t) else { return Ok(()) };
    let revoked = followed.members.iter().filter_map(|m| m.path.revoked).any(|r| r.at <= end);
    let audited = study.frame.audit.first().is_some_and(|w| w.from <= followed.made_at);
    if revoked || !audited {
        return Ok(());
    }
    let what =
        format!("it was valid until {end}, and nobody on it was revoked by then: there is no campaign to follow");
    Err(refused(
        &opened.asked.path,
        what,
        "do not act on it: make a new list with `kmsift targets`; or say --accept expired to see what came of its people",
    ))
}
