//! Reports, target lists, explanations and checks with tokens. Every field is named, as in `values`.

use std::collections::BTreeMap;

use super::Pseudonyms;
use crate::app::campaign::Followed;
use crate::app::forecast::Forecasted;
use crate::app::options::Options;
use crate::facts::Dossiers;
use crate::ingest::{self, Evidence, FileReport, Ignored, Tally};
use crate::model::ids::Id;
use crate::model::pseudonym::{TokenKind, is_token};
use crate::plan::campaign::{List, Listed};
use crate::report::check::CheckReport;
use crate::report::explain::{Explanation, Rule};
use crate::report::{Conclusion, Headline, InputInfo, ListInfo, Report, RunInfo, TargetSummary};
use crate::targets::{Excluded, HandOff, Target, TargetList};

impl Pseudonyms {
    fn all(&self, texts: &[String]) -> Vec<String> {
        texts.iter().map(|t| self.prose(t)).collect()
    }

    /// A report: what the page, the charts, the tables and every other output are made from.
    #[must_use]
    pub fn report(&self, report: &Report) -> Report {
        let Report {
            run,
            headline,
            conclusions,
            findings,
            users,
            first,
            windows,
            targets,
            targets_note,
            definitions,
            star,
        } = report;
        let masked = self.table(users);
        let rows = self.rows_moved(users, &masked);
        let Headline { title, lead, stats } = headline;
        Report {
            run: self.run(run),
            headline: Headline {
                title: self.prose(title),
                lead: self.prose(lead),
                stats: stats.iter().map(|s| self.stat(s)).collect(),
            },
            conclusions: conclusions.iter().map(|c| self.conclusion(c)).collect(),
            findings: findings.iter().map(|f| self.finding(f)).collect(),
            first: Self::first(first, &masked, &rows),
            users: masked,
            windows: windows.clone(),
            targets: targets.as_ref().map(|TargetSummary { listed, excluded, valid_until }| TargetSummary {
                listed: self.table(listed),
                excluded: self.table(excluded),
                valid_until: *valid_until,
            }),
            targets_note: self.prose(targets_note),
            definitions: definitions.clone(),
            star: star.as_ref().map(|star| self.star(star, &rows)),
        }
    }

    fn conclusion(&self, Conclusion { limits, text }: &Conclusion) -> Conclusion {
        Conclusion { limits: *limits, text: self.prose(text) }
    }

    /// The command line was settled when it was read: see `Settings::command`.
    pub(crate) fn run(&self, run: &RunInfo) -> RunInfo {
        let RunInfo { version, command, as_of, settings, tables, inputs, lists, png_scale, in_force } = run;
        let mut settings: Vec<(&'static str, String)> =
            settings.iter().map(|(name, value)| (*name, self.setting(name, value))).collect();
        if !settings.iter().any(|(name, _)| *name == PSEUDONYMISED) {
            settings.push((PSEUDONYMISED, format!("key {}", self.key_id())));
        }
        RunInfo {
            version,
            command: command.clone(),
            as_of: *as_of,
            settings,
            tables: tables.iter().map(|t| ListInfo { path: self.path(&t.path), ..t.clone() }).collect(),
            inputs: inputs.iter().map(|i| self.input(i)).collect(),
            lists: lists.iter().map(|l| self.list_file(l)).collect(),
            png_scale: *png_scale,
            // Settled with the command line.
            in_force: in_force.clone(),
        }
    }

    fn setting(&self, name: &str, value: &str) -> String {
        match name {
            "campaign-targets" => self.path(value),
            "campaign-targets-sha256" => self.hash(value),
            _ => self.prose(value),
        }
    }

    fn input(&self, InputInfo { path, format, sha256, rows, notes }: &InputInfo) -> InputInfo {
        InputInfo {
            path: self.path(path),
            format: format.clone(),
            sha256: sha256.clone(),
            rows: *rows,
            notes: self.all(notes),
        }
    }

    /// The hash of a list that names a person or two gives them away to whoever tries names out.
    fn list_file(&self, ListInfo { option, path, sha256, lines }: &ListInfo) -> ListInfo {
        ListInfo { option, path: self.path(path), sha256: self.hash(sha256), lines: *lines }
    }

    fn hash(&self, sha256: &str) -> String {
        if sha256.is_empty() || is_token(sha256) { sha256.to_owned() } else { self.key.token(TokenKind::Hash, sha256) }
    }

    /// A target list, in the order of its tokens.
    #[must_use]
    pub fn target_list(&self, list: &TargetList) -> TargetList {
        let mut out = list.clone();
        out.listed = list.listed.iter().map(|t| self.target(t)).collect();
        out.listed.sort_by(|a, b| a.user_id.cmp(&b.user_id));
        out.excluded = list.excluded.iter().map(|e| self.excluded(e)).collect();
        out.excluded.sort_by(|a, b| a.user_id.cmp(&b.user_id));
        out.overrides = self.all(&list.overrides);
        out.tenants = list.tenants.iter().map(|t| self.tenant(t)).collect();
        out.tenants.sort();
        out.hand_off = self.hand_off(&list.hand_off);
        out.schedule = list.schedule.as_ref().map(|s| self.finding(s));
        out.key = Some(self.key_id());
        out
    }

    fn target(&self, Target { user_id, upn, wave, reason, staleness, confidence, joined }: &Target) -> Target {
        Target {
            user_id: self.id(user_id),
            upn: self.upn(upn),
            wave: *wave,
            reason: self.prose(reason),
            staleness: *staleness,
            confidence,
            joined: self.all(joined),
        }
    }

    fn excluded(&self, Excluded { user_id, upn, gate, gates }: &Excluded) -> Excluded {
        Excluded { user_id: self.id(user_id), upn: self.upn(upn), gate: *gate, gates: gates.clone() }
    }

    /// Of what only channels that act are made of, nothing is kept.
    fn hand_off(&self, HandOff { legacy, groups, template, apps, frequency_days, emergency: _ }: &HandOff) -> HandOff {
        let group = |id: &String| if is_token(id) { id.clone() } else { self.key.token(TokenKind::Id, id) };
        HandOff {
            legacy: *legacy,
            groups: groups.iter().map(|(wave, id)| (*wave, group(id))).collect(),
            template: template.clone(),
            apps: apps.clone(),
            frequency_days: *frequency_days,
            emergency: Vec::new(),
        }
    }

    /// A list of tokens with the ids behind them, as far as the inputs hold the people.
    #[must_use]
    pub fn resolve(&self, list: &List, dossiers: &Dossiers) -> List {
        let mut ids: BTreeMap<String, Id> = BTreeMap::new();
        for (id, person) in dossiers.people() {
            let upns = person.upns.iter().map(|upn| (Id::of_upn(upn), format!("upn:{}", self.upn(upn))));
            ids.extend(upns.map(|(id, token)| (token.to_lowercase(), id)));
            ids.insert(self.id(&id.to_string()).to_lowercase(), id.clone());
        }
        let tenants: BTreeMap<String, Id> =
            dossiers.tenants().iter().map(|t| (self.tenant(&t.to_string()), t.clone())).collect();
        let real = |known: &BTreeMap<String, Id>, id: &Id| known.get(&id.to_string()).unwrap_or(id).clone();
        let person = |p: &Listed| Listed { keys: p.keys.iter().map(|k| real(&ids, k)).collect(), ..p.clone() };
        List {
            people: list.people.iter().map(person).collect(),
            tenants: list.tenants.iter().map(|t| real(&tenants, t)).collect(),
        }
    }

    /// What came of a list.
    #[must_use]
    pub fn followed(&self, Followed { finding, table, next, settings }: &Followed) -> Followed {
        Followed {
            finding: self.finding(finding),
            table: self.table(table),
            next: self.table(next),
            settings: settings.iter().map(|(name, value)| (*name, self.setting(name, value))).collect(),
        }
    }

    /// What could be done. A policy's body names the emergency accounts to the service and cannot name tokens.
    #[must_use]
    pub fn options(&self, Options { findings, policy: _, advice }: &Options) -> Options {
        Options { findings: findings.iter().map(|f| self.finding(f)).collect(), policy: None, advice: self.all(advice) }
    }

    /// A forecast: numbers of people alone, but its sentences are searched like all others.
    #[must_use]
    pub fn forecasted(&self, Forecasted { made, finding, settings }: &Forecasted) -> Forecasted {
        Forecasted { made: made.clone(), finding: self.finding(finding), settings: settings.clone() }
    }

    /// One person explained.
    #[must_use]
    pub fn explanation(&self, explanation: &Explanation) -> Explanation {
        let Explanation { user, names, as_of, clocks, bounds, rules, evidence, verdict, gates, would_change, next } =
            explanation;
        Explanation {
            user: self.id(user),
            names: (self.upn(&names.0), self.name(&names.1)),
            as_of: *as_of,
            clocks: clocks.clone(),
            bounds: *bounds,
            rules: rules.iter().map(|r| self.rule(r)).collect(),
            evidence: evidence.iter().map(|(row, decides)| (self.evidence(row), decides.clone())).collect(),
            verdict: *verdict,
            gates: gates.clone(),
            would_change: self.all(would_change),
            next,
        }
    }

    fn rule(&self, Rule { id, inputs, outcome }: &Rule) -> Rule {
        let inputs = inputs.iter().map(|(name, value)| (*name, self.prose(value))).collect();
        Rule { id, inputs, outcome: self.prose(outcome) }
    }

    fn evidence(&self, Evidence { at, file, line, kind, what }: &Evidence) -> Evidence {
        Evidence { at: *at, file: self.path(file), line: *line, kind: *kind, what: self.prose(what) }
    }

    /// What each input is.
    #[must_use]
    pub fn check(&self, report: &CheckReport) -> CheckReport {
        let CheckReport { files, ignored, streams, conclusions } = report;
        CheckReport {
            files: files.iter().map(|f| self.file_report(f)).collect(),
            ignored: ignored.iter().map(|i| self.ignored(i)).collect(),
            streams: streams.clone(),
            conclusions: conclusions.iter().map(|c| self.conclusion(c)).collect(),
        }
    }

    fn ignored(&self, Ignored { path, why }: &Ignored) -> Ignored {
        Ignored { path: self.path(path), why: self.prose(why) }
    }

    fn tenants_of(&self, tally: &Tally) -> BTreeMap<Id, u64> {
        let token = |id: &Id| Id::parse(&self.tenant(&id.to_string()));
        tally.tenants.iter().filter_map(|(id, rows)| Some((token(id)?, *rows))).collect()
    }

    /// A file that is no export is told by its first words: without a header these are somebody's row.
    fn refusal(&self, text: &str) -> String {
        let Some((head, words)) = text.split_once(ingest::STARTS_WITH) else { return self.prose(text) };
        let quoted = words.split('`').enumerate();
        let shown =
            quoted.map(|(i, part)| if i % 2 == 1 { self.key.token(TokenKind::Text, part) } else { self.prose(part) });
        format!("{}{}{}", self.prose(head), ingest::STARTS_WITH, shown.collect::<Vec<_>>().join("`"))
    }

    fn file_report(&self, file: &FileReport) -> FileReport {
        let FileReport {
            path,
            recognised,
            refusal,
            damage,
            column_error,
            tally,
            next_link,
            repeats,
            sha256,
            ledger,
            notes,
        } = file;
        FileReport {
            path: self.path(path),
            recognised: recognised.clone(),
            refusal: refusal.as_ref().map(|r| self.refusal(r)),
            damage: damage.as_ref().map(|d| self.prose(d)),
            column_error: *column_error,
            tally: Tally { tenants: self.tenants_of(tally), ..tally.clone() },
            next_link: *next_link,
            repeats: repeats.as_ref().map(|r| self.path(r)),
            sha256: *sha256,
            ledger: ledger.clone(),
            notes: self.all(notes),
        }
    }
}

/// The setting by which a manifest says that its people are tokens.
pub(crate) const PSEUDONYMISED: &str = "pseudonymised";
