//! Conditional Access policies: a sign-in frequency on chosen apps for the group of a wave (semantics §6 C). They are
//! report-only: switching one on is a decision of people.

use serde_json::Value;

use super::Channel;
use crate::targets::policy::{Include, Scope, sign_in_frequency};
use crate::targets::{HandOff, TargetList};
use crate::view::Artifact;

/// `ca-policy/wave-N.json`.
pub(super) struct CaPolicy;

impl Channel for CaPolicy {
    fn id(&self) -> &'static str {
        "ca-policy"
    }
    fn consumer(&self) -> &'static str {
        "POST https://graph.microsoft.com/v1.0/identity/conditionalAccess/policies, report-only"
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        let policy = |wave: u32| {
            let name = format!("kmsift: sign-in frequency, wave {wave}, as of {}", list.as_of);
            let body = body(&name, wave, &list.hand_off);
            Artifact::new(format!("ca-policy/wave-{wave}.json"), format!("{body:#}\n"))
        };
        list.waves().into_iter().map(policy).collect()
    }
}

/// The body of one policy. Without a group a placeholder that Graph refuses, so that nobody applies it to a wrong one.
fn body(name: &str, wave: u32, how: &HandOff) -> Value {
    let placeholder = || format!("REPLACE-WITH-THE-OBJECT-ID-OF-THE-GROUP-OF-WAVE-{wave}");
    let group = how.groups.get(&wave).cloned().unwrap_or_else(placeholder);
    let scope = Scope { include: Include::Group(group), exclude: how.emergency.clone() };
    sign_in_frequency(name, &how.apps, &scope, how.frequency_days)
}
