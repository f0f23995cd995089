//! JSON arrays for Power Automate's *Apply to each*: at most 5 000 people an array, what the smaller plans take
//! (semantics §8.4, PAL).

use serde_json::{Value, json};

use super::Channel;
use crate::targets::{Target, TargetList};
use crate::view::Artifact;

/// Items the smaller plans take in one loop.
const MOST: usize = 5_000;

/// `power-automate/wave-N-NNNN.json`.
pub(super) struct PowerAutomate;

impl Channel for PowerAutomate {
    fn id(&self) -> &'static str {
        "power-automate"
    }
    fn consumer(&self) -> &'static str {
        "Power Automate: Apply to each, Microsoft Entra ID connector, Refresh tokens"
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        let item = |t: &&Target| {
            json!({
                "id": t.user_id,
                "userPrincipalName": t.upn,
                "wave": t.wave,
                "reason": t.reason,
                "confidence": t.confidence,
                "validUntil": list.valid_until.to_string(),
            })
        };
        let parts = list.parts(MOST).into_iter().map(|part| {
            let array = Value::from(part.people.iter().map(item).collect::<Vec<_>>());
            Artifact::new(format!("power-automate/{}", part.file_name("json")), format!("{array:#}\n"))
        });
        parts.collect()
    }
}
