//! The smallest set of resources on which a sign-in frequency reaches the token-stale who are not registered.
//!
//! Definition. Reachable: token-stale, known to be unregistered for the goal, in scope, and seen to renew tokens for one resource on
//! at least two UTC days within the activity window other than through a joined device with a primary refresh token, which
//! satisfies a sign-in frequency unseen. A candidate is a resource used in this way, or the bundle "Office 365" (any of its
//! resources, days put together). Its cost is the prompts of one period: distinct (app, client kind, device trust) of such token
//! rows, of everybody in scope and active (--policy-scope all), or of the reachable alone (group, the default; then nobody else
//! is disturbed). Greedy by gain takes the candidate that adds most people, greedy by gain per cost the one that adds most people
//! per prompt, until --coverage percent of the reachable are covered or a step adds less than 2 %. Exact is the smallest number
//! of candidates that covers as many as asked for, or as many as greedy by gain where that is fewer; of several the
//! cheapest. It is sought among at most 20 candidates, those apart that another replaces at no higher cost. Ties: fewer
//! others disturbed, lower cost, then name. The policy takes the exact set, else greedy by gain. With --close-dependencies a
//! policy on Exchange, SharePoint or Skype for Business counts as reaching those who open Teams too.
//!
//! Denominator. The reachable. Who is stale, unregistered and not covered stands in the table of those left, with the reason.
//!
//! Caveats. A sign-in frequency asks for authentication; people register only where a registration policy is on besides. Which
//! clients are confidential is not in the exports: a prompt there waits for the next interactive sign-in. Devices are not
//! told apart, only their trust: prompts may be more, or fewer where a broker shares one sign-in. Microsoft Graph cannot be chosen
//! in a policy. Apps with long cookies of their own come back late.
//!
//! Source. semantics.md §6.1, §1.2; semantics §13: CA-SL, CA-SL-HOW, SVCDEP.

use std::collections::{BTreeMap, BTreeSet};

use super::Ground;
use super::cover::{By, Candidate, People, Step, exact, greedy};
use super::party::{Party, Place, Use};
use crate::facts::DaySet;
use crate::judge::gates::Gate;
use crate::judge::{Label, Stale};
use crate::model::ids::Id;
use crate::model::resource::{self, OFFICE_365};

/// Days on which a resource must have been used.
const LEAST_DAYS: usize = 2;

/// Whom the policy names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyScope {
    /// Everybody.
    All,
    /// A group of the people to be reached.
    Group,
}

/// What to plan for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Share of the reachable to cover, percent.
    pub coverage: u8,
    /// Whom the policy names.
    pub scope: PolicyScope,
    /// Count who opens a resource through another.
    pub close_dependencies: bool,
    /// The period, days.
    pub frequency_days: u16,
    /// Object id of the group, where there is one.
    pub group: Option<Id>,
}

impl Default for Asked {
    fn default() -> Self {
        Self { coverage: 90, scope: PolicyScope::Group, close_dependencies: false, frequency_days: 7, group: None }
    }
}

/// A candidate with what a policy calls it.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Resource id, or `Office365`.
    pub id: String,
    /// The bundle.
    pub bundle: bool,
    /// Whom it reaches, by number in the universe, and at what cost.
    pub candidate: Candidate,
}

/// Why somebody stale and unregistered is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// Guest.
    Guest,
    /// Windows logon only.
    LogonOnly,
    /// Token use from a joined device with a primary refresh token alone.
    JoinedDevice,
    /// No token row within A.
    NoTokenRows,
    /// Resources that no policy can name.
    NotSelectable,
    /// No resource on two days.
    TooRare,
    /// Reachable, and beyond the coverage asked for.
    NotCovered,
}

impl Left {
    /// All.
    pub const ALL: [Self; 7] = [
        Self::Guest,
        Self::LogonOnly,
        Self::JoinedDevice,
        Self::NoTokenRows,
        Self::NotSelectable,
        Self::TooRare,
        Self::NotCovered,
    ];

    /// Word in outputs, and what it means.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Guest => ("guest", "guest: signs in at home, where this policy is not"),
            Self::LogonOnly => ("logon_only", "signs in to Windows: the unlock satisfies the sign-in frequency unseen"),
            Self::JoinedDevice => {
                ("joined_device", "uses a joined device alone, whose primary refresh token satisfies it unseen")
            }
            Self::NoTokenRows => ("no_token_rows", "no token row within the activity window names a resource"),
            Self::NotSelectable => {
                ("not_selectable", "uses resources alone that no policy can name, such as Microsoft Graph")
            }
            Self::TooRare => ("too_rare", "no resource on two days within the activity window"),
            Self::NotCovered => ("not_covered", "uses none of the resources of the plan"),
        }
    }
}

/// The plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What was asked for.
    pub asked: Asked,
    /// The reachable: positions among the parties.
    pub universe: Vec<usize>,
    /// Candidates, by name.
    pub offers: Vec<Offer>,
    /// How many to cover.
    pub need: u64,
    /// Greedy by gain.
    pub by_gain: Vec<Step>,
    /// Greedy by gain per cost.
    pub by_ratio: Vec<Step>,
    /// The exact minimum; `None` = too many candidates.
    pub exact: Option<Vec<Step>>,
    /// The reachable who are covered by the policy: positions among the parties.
    pub covered: BTreeSet<usize>,
    /// Prompts a period of everybody the policy prompts, by position.
    pub prompts: BTreeMap<usize, u64>,
    /// Who is left, by position, and why.
    pub left: BTreeMap<usize, Left>,
}

impl Plan {
    /// The steps the policy takes.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        self.exact.as_deref().unwrap_or(&self.by_gain)
    }

    /// The resources the policy names.
    pub fn chosen(&self) -> impl Iterator<Item = &Offer> {
        self.steps().iter().filter_map(|s| self.offers.get(s.candidate))
    }
}

/// Plans.
#[must_use]
pub fn plan(ground: Ground<'_>, parties: &[Party<'_>], asked: &Asked) -> Plan {
    let wanted: Vec<usize> = (0..parties.len()).filter(|i| parties[*i].stale_unregistered()).collect();
    let menu = menu(&wanted, parties, asked);
    let universe: Vec<usize> =
        wanted.iter().copied().filter(|i| menu.iter().any(|m| m.reaches(&parties[*i]))).collect();
    let crowd = Crowd::new(parties, &universe);
    let mut offers: Vec<Offer> =
        menu.iter().map(|m| m.offer(ground, &crowd, asked)).filter(|o| !o.candidate.people.is_empty()).collect();
    offers.sort_by(|a, b| (&a.candidate.name, &a.id).cmp(&(&b.candidate.name, &b.id)));
    let candidates: Vec<Candidate> = offers.iter().map(|o| o.candidate.clone()).collect();
    let whole = universe.len() as u64;
    let need = (whole * u64::from(asked.coverage)).div_ceil(100);
    let by_gain = greedy(&candidates, By::Gain, (need, whole));
    let by_ratio = greedy(&candidates, By::GainPerCost, (need, whole));
    let got = by_gain.last().map_or(0, |s| s.covered);
    let exact = exact(&candidates, need.min(got));
    let mut plan = Plan {
        asked: asked.clone(),
        universe,
        offers,
        need,
        by_gain,
        by_ratio,
        exact,
        covered: BTreeSet::new(),
        prompts: BTreeMap::new(),
        left: BTreeMap::new(),
    };
    plan.touch(&menu, parties);
    plan.left = left(&plan, parties);
    plan
}

/// Everybody, by what they use.
struct Crowd<'c> {
    parties: &'c [Party<'c>],
    /// Position of somebody reachable → number in the universe.
    numbers: BTreeMap<usize, usize>,
    /// Resource → positions of its users.
    users: BTreeMap<&'c Id, Vec<usize>>,
}

impl<'c> Crowd<'c> {
    fn new(parties: &'c [Party<'c>], universe: &[usize]) -> Self {
        let mut users: BTreeMap<&Id, Vec<usize>> = BTreeMap::new();
        for (i, party) in parties.iter().enumerate() {
            for id in party.habits.resources() {
                let users = users.entry(id).or_default();
                if users.last() != Some(&i) {
                    users.push(i);
                }
            }
        }
        Self { parties, numbers: universe.iter().copied().zip(0..).collect(), users }
    }

    /// Who uses one of some resources, each once.
    fn users(&self, resources: &BTreeSet<Id>) -> BTreeSet<usize> {
        resources.iter().filter_map(|id| self.users.get(id)).flatten().copied().collect()
    }
}

/// The resources behind a candidate.
struct Course {
    id: String,
    bundle: bool,
    resources: BTreeSet<Id>,
}

/// Resources used by some stale unregistered person on two days, and the bundle.
fn menu(wanted: &[usize], parties: &[Party<'_>], asked: &Asked) -> Vec<Course> {
    let selectable = |id: &Id| resource::find(id).is_none_or(|r| r.selectable);
    let used: BTreeSet<&Id> =
        wanted.iter().flat_map(|i| parties[*i].habits.resources()).filter(|id| selectable(id)).collect();
    let mut ids: BTreeSet<Id> = used.into_iter().cloned().collect();
    let with_doors = |id: &Id| {
        let doors =
            resource::find(id).filter(|_| asked.close_dependencies).into_iter().flat_map(|r| r.opened_by.clone());
        std::iter::once(id.clone()).chain(doors).collect::<BTreeSet<Id>>()
    };
    if asked.close_dependencies {
        // A resource nobody asks for itself may still be opened through another.
        let opened = resource::known().iter().filter(|r| r.opened_by.iter().any(|door| ids.contains(door)));
        let opened: Vec<Id> = opened.map(|r| r.id.clone()).collect();
        ids.extend(opened);
    }
    let mut out: Vec<Course> =
        ids.iter().map(|id| Course { id: id.to_string(), bundle: false, resources: with_doors(id) }).collect();
    let bundle: BTreeSet<Id> = resource::known().iter().filter(|r| r.office_365).map(|r| r.id.clone()).collect();
    out.push(Course { id: OFFICE_365.to_owned(), bundle: true, resources: bundle });
    out
}

impl Course {
    fn uses<'p, 'd>(&self, party: &'p Party<'d>) -> impl Iterator<Item = &'p Use<'d>> {
        party.habits.uses.iter().filter(|used| self.resources.contains(used.resource))
    }

    fn reaches(&self, party: &Party<'_>) -> bool {
        let mut days = DaySet::default();
        self.uses(party).for_each(|u| days.join(&u.days));
        days.len() >= LEAST_DAYS
    }

    fn places<'d>(&self, party: &Party<'d>) -> BTreeSet<Place<'d>> {
        self.uses(party).map(|used| used.place).collect()
    }

    fn offer(&self, ground: Ground<'_>, crowd: &Crowd<'_>, asked: &Asked) -> Offer {
        let (mut people, mut cost, mut collateral) = (People::default(), 0, 0);
        for i in crowd.users(&self.resources) {
            let Some(party) = crowd.parties.get(i) else { continue };
            let number = crowd.numbers.get(&i);
            if let Some(number) = number.filter(|_| self.reaches(party)) {
                people.insert(*number);
            }
            if in_policy(asked.scope, number.is_some(), party) {
                cost += self.places(party).len() as u64;
                collateral += u64::from(number.is_none());
            }
        }
        let candidate = Candidate { name: self.name(ground), people, cost, collateral };
        Offer { id: self.id.clone(), bundle: self.bundle, candidate }
    }

    fn name(&self, ground: Ground<'_>) -> String {
        if self.bundle {
            return "Office 365 (bundle)".to_owned();
        }
        let Some(id) = Id::parse(&self.id) else { return self.id.clone() };
        resource::find(&id).map_or_else(|| ground.dossiers.app_label(&id), |r| r.name.to_owned())
    }
}

fn in_policy(scope: PolicyScope, reachable: bool, party: &Party<'_>) -> bool {
    match scope {
        PolicyScope::Group => reachable,
        PolicyScope::All => party.counts() || party.is_service(),
    }
}

impl Plan {
    /// Whom the chosen resources prompt, how often, and who of the reachable is covered.
    fn touch(&mut self, menu: &[Course], parties: &[Party<'_>]) {
        let chosen: Vec<usize> = self.steps().iter().map(|s| s.candidate).collect();
        let reached: BTreeSet<usize> = (0..self.universe.len())
            .filter(|n| chosen.iter().any(|c| self.offers.get(*c).is_some_and(|o| o.candidate.people.contains(*n))))
            .filter_map(|n| self.universe.get(n).copied())
            .collect();
        let ids: BTreeSet<&str> = self.chosen().map(|o| o.id.as_str()).collect();
        let courses: Vec<&Course> = menu.iter().filter(|c| ids.contains(c.id.as_str())).collect();
        let mut prompts = BTreeMap::new();
        for (i, party) in parties.iter().enumerate() {
            if in_policy(self.asked.scope, reached.contains(&i), party) {
                let places: BTreeSet<Place<'_>> = courses.iter().flat_map(|c| c.places(party)).collect();
                if !places.is_empty() {
                    prompts.insert(i, places.len() as u64);
                }
            }
        }
        (self.covered, self.prompts) = (reached, prompts);
    }
}

/// The stale and unregistered whom the policy does not reach.
fn left(plan: &Plan, parties: &[Party<'_>]) -> BTreeMap<usize, Left> {
    let reachable: BTreeSet<usize> = plan.universe.iter().copied().collect();
    let why = |i: usize, party: &Party<'_>| {
        if !party.unregistered() || plan.covered.contains(&i) {
            return None;
        }
        let v = party.verdict;
        let guest = v.label == Label::Guest && v.active && v.stale == Stale::Stale && !v.gates.contains(Gate::Excluded);
        match v.label {
            Label::Guest => guest.then_some(Left::Guest),
            Label::LogonOnly if party.counts() => Some(Left::LogonOnly),
            Label::TokenStale if party.counts() => Some(unreachable(reachable.contains(&i), party)),
            _ => None,
        }
    };
    parties.iter().enumerate().filter_map(|(i, p)| Some((i, why(i, p)?))).collect()
}

fn unreachable(reachable: bool, party: &Party<'_>) -> Left {
    let habits = &party.habits;
    let selectable = |id: &Id| resource::find(id).is_none_or(|r| r.selectable);
    if reachable {
        Left::NotCovered
    } else if habits.resources().any(selectable) {
        Left::TooRare
    } else if !habits.uses.is_empty() {
        Left::NotSelectable
    } else if habits.by_device && !habits.by_others {
        Left::JoinedDevice
    } else {
        Left::NoTokenRows
    }
}
