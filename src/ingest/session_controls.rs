//! What Conditional Access enforced on a sign-in, as far as persistence needs it (semantics §2.4, K3).

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

use super::json::Text;

/// Whether some applied policy enforced a persistent browser session (`appliedConditionalAccessPolicies`).
///
/// Read to a yes or no on the spot: a row lists every policy of the tenant, nearly all of them not applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PersistentBrowser(pub bool);

impl PersistentBrowser {
    /// Reads JSON in a text; a text that is no such list says nothing. Most texts end at the first search.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let mentioned = memchr::memmem::find(text.as_bytes(), b"ersistent").is_some();
        if mentioned { serde_json::from_str(text).unwrap_or_default() } else { Self::default() }
    }
}

/// One of `appliedConditionalAccessPolicies`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct Policy<'a> {
    result: Text<'a>,
    enforced_session_controls: Controls,
}

/// Whether `enforcedSessionControls` names a persistent browser session. Its spelling is not documented: any control
/// whose name says "persistent browser", whatever the case, counts.
#[derive(Default)]
struct Controls(bool);

/// Folds a list (or null, or JSON in a text) into one yes or no.
struct Any<T>(std::marker::PhantomData<T>, fn(T) -> bool);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or null")
    }
    fn visit_unit<E: de::Error>(self) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_str<E: de::Error>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        let mut any = false;
        while let Some(item) = list.next_element()? {
            any |= self.1(item);
        }
        Ok(any)
    }
}

impl<'de> Deserialize<'de> for Controls {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let named = |name: Text<'_>| name.str().to_ascii_lowercase().replace(' ', "").contains("persistentbrowser");
        deserializer.deserialize_any(Any(std::marker::PhantomData, named)).map(Self)
    }
}

impl<'de> Deserialize<'de> for PersistentBrowser {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A policy that is switched off, only reports or did not match enforces nothing.
        let enforced = |policy: Policy<'_>| {
            policy.result.str().eq_ignore_ascii_case("success") && policy.enforced_session_controls.0
        };
        deserializer.deserialize_any(Any(std::marker::PhantomData, enforced)).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_applied_policy_enforces() {
        let policy = |result: &str, controls: &str| {
            format!(
                r#"[{{"id":"a","result":"notApplied","enforcedSessionControls":["PersistentBrowserSession"]}},
                        {{"id":"b","result":"{result}","enforcedSessionControls":{controls},"enforcedGrantControls":["Mfa"]}}]"#
            )
        };
        for (result, controls, want) in [
            ("success", r#"["PersistentBrowserSession"]"#, true),
            ("success", r#"["SignInFrequency","persistentBrowser"]"#, true),
            ("success", r#"["SignInFrequency"]"#, false),
            ("success", "[]", false),
            ("success", "null", false),
            ("reportOnlySuccess", r#"["PersistentBrowserSession"]"#, false),
        ] {
            assert_eq!(PersistentBrowser::of_text(&policy(result, controls)).0, want, "{result} {controls}");
        }
        for odd in ["", "null", "[]", "persistent", "{\"persistent\":1}", "[[\"persistent\"]]"] {
            assert!(!PersistentBrowser::of_text(odd).0, "{odd}");
        }
    }
}
