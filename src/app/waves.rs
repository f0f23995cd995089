//! A target list cut into waves, and the check of the wave before.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::{Settings, Study, lists};
use crate::error::Error;
use crate::judge::gates::PeopleList;
use crate::model::input::ListInfo;
use crate::plan::calendar::{Calendar, finding};
use crate::plan::waves::{self, Rules};
use crate::targets::TargetList;

/// How lists are cut into waves.
#[derive(Clone, Debug)]
pub struct Waves {
    /// The rules.
    pub rules: Rules,
    /// People of the first wave.
    pub pilot: Option<PeopleList>,
}

/// Fewer than this share of the people revoked in a wave bitten, and the next one must wait (semantics §8.3), percent.
const BITE_PERCENT: u64 = 80;

/// Gives each person on a list a wave, and the list its calendar; without rules everybody stays in the first.
///
/// # Errors
/// When no day is left for a wave.
pub fn schedule(list: &mut TargetList, settings: &Settings, study: &Study) -> Result<(), Error> {
    let Some(Waves { rules, pilot }) = &settings.waves else { return Ok(()) };
    let at: BTreeMap<String, usize> = list.listed.iter().enumerate().map(|(i, t)| (t.user_id.clone(), i)).collect();
    let none = PeopleList::default();
    let people = waves::candidates(
        &|v| at.contains_key(&v.id.to_string()),
        (&study.verdicts, &study.dossiers),
        &study.frame,
        pilot.as_ref().unwrap_or(&none),
    );
    if let Some(first) = rules.first.filter(|day| *day < study.frame.t.day()) {
        return Err(Error::value("--first-wave", first, format!("before the as-of instant {}", study.frame.t)));
    }
    let waves = waves::plan(rules, &people, &waves::teams(&study.verdicts), study.frame.t)
        .ok_or_else(|| Error::Usage("--blackout and --weekdays leave no day for a wave within ten years".to_owned()))?;
    for wave in &waves {
        for person in wave.people.iter().filter_map(|i| people.get(*i)) {
            if let Some(target) = at.get(&person.id).and_then(|i| list.listed.get_mut(*i)) {
                target.wave = wave.number;
            }
        }
    }
    let calendar = Calendar {
        rules,
        candidates: &people,
        waves: &waves,
        valid_until: list.valid_until,
        pilot_lines: pilot.as_ref().map(|p| p.lines.len()),
    };
    list.schedule = Some(finding(calendar));
    Ok(())
}

/// Leaves only the people of one wave on a list.
///
/// # Errors
/// When nobody is in that wave.
pub fn only(list: &mut TargetList, wave: u32, study: &Study) -> Result<(), Error> {
    if !list.listed.iter().any(|t| t.wave == wave) {
        let most = list.listed.iter().map(|t| t.wave).max().unwrap_or(0);
        return Err(Error::value("--wave", wave, format!("nobody is in that wave; the last one is {most}")));
    }
    list.keep_wave(wave);
    let order: BTreeMap<String, usize> =
        study.verdicts.iter().enumerate().map(|(i, v)| (v.id.to_string(), i)).collect();
    list.excluded.sort_by_key(|e| order.get(&e.user_id).copied());
    Ok(())
}

/// Reads what `kmsift verify` said of the wave before and refuses to go on when too few of its people were bitten, or when it
/// brought more tickets than the help desk can take.
///
/// # Errors
/// When the file is none of `kmsift verify`, and as said.
pub fn refuse_next(path: &Path, tickets: Option<(u32, u64)>) -> Result<ListInfo, Error> {
    let (text, info) = lists::open("--verified", path)?;
    let refused = |what: String| Error::NotVerified { path: info.path.clone(), what };
    let steps =
        steps(&text).ok_or_else(|| refused("it is not the summary.json that `kmsift verify` writes".to_owned()))?;
    let people = |name: &str| steps.get(name).copied().unwrap_or(0);
    let (revoked, bitten) = (people("revoked"), people("bitten"));
    if revoked == 0 {
        return Err(refused(format!("none of its {} people was revoked", people("targeted"))));
    }
    if bitten * 100 < revoked * BITE_PERCENT {
        return Err(refused(format!(
            "{bitten} of {revoked} people revoked were bitten, fewer than {BITE_PERCENT} %: the last wave has not arrived"
        )));
    }
    if let Some((seen, capacity)) = tickets.filter(|(seen, capacity)| u64::from(*seen) > *capacity) {
        return Err(refused(format!(
            "the last wave brought {seen} tickets a day, and the help desk can take {capacity}"
        )));
    }
    Ok(ListInfo { lines: 1, ..info })
}

/// People of each step of the campaign.
fn steps(text: &str) -> Option<BTreeMap<String, u64>> {
    let whole: Value = serde_json::from_str(text).ok()?;
    let rows = whole["tables"]["campaign_steps"].as_array().filter(|_| whole["id"] == "campaign")?;
    rows.iter().map(|r| Some((r["step"].as_str()?.to_owned(), r["people"].as_u64()?))).collect()
}

impl Waves {
    /// The rules as the manifest and the report tell them.
    #[must_use]
    pub fn shown(&self) -> Vec<(&'static str, String)> {
        let r = &self.rules;
        let decimal = |thousandths: u64| {
            let text = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        };
        let days: Vec<&str> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            .into_iter()
            .zip(r.weekdays)
            .filter_map(|(day, open)| open.then_some(day))
            .collect();
        let spans: Vec<String> = r.blackouts.iter().map(|(from, to)| format!("{from}..{to}")).collect();
        let mut out = vec![("tickets-per-100", decimal(r.tickets))];
        out.extend(r.capacity.map(|c| ("helpdesk-capacity", c.to_string())));
        out.extend(r.size.map(|n| ("wave-size", n.to_string())));
        out.push(("max-department-share", format!("{} %", decimal(r.share))));
        out.push(("weekdays", days.join(",")));
        if !spans.is_empty() {
            out.push(("blackout", spans.join(", ")));
        }
        out.extend(r.first.map(|day| ("first-wave", day.to_string())));
        out.push(("wave-start", format!("{:02}:{:02}", r.start / 3_600, r.start % 3_600 / 60)));
        out.push(("wave-seed", r.seed.to_string()));
        out
    }
}
