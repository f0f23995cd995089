//! Whose log a row stands in, and `--tenant`: which of several tenants is meant.
//!
//! `AADTenantId`, the `tenantId` of a diagnostic record and `OrganizationId` name the directory whose log it is. A sign-in
//! whose home and resource tenant are one stands in that tenant's log. Guests of ours (another home) and members of ours
//! elsewhere (another resource) are no second tenant (semantics §2.5). `TenantId` of Log Analytics is the workspace.

use std::collections::BTreeSet;

use crate::model::ids::Id;

/// What a row says of where it belongs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    /// The directory whose log it stands in, where the record says so.
    pub log: Option<&'a Id>,
    /// Home tenant of the user.
    pub home: Option<&'a Id>,
    /// Tenant of the resource.
    pub resource: Option<&'a Id>,
    /// UPN of the person it is about, or empty.
    pub upn: &'a str,
    /// It says that the person is a guest.
    pub guest: bool,
}

impl<'a> Origin<'a> {
    /// The tenant whose log the row surely stands in.
    #[must_use]
    pub fn of_log(&self) -> Option<&'a Id> {
        self.log.or_else(|| self.home.filter(|home| Some(*home) == self.resource))
    }
}

/// Whether a row belongs to the tenant asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// It does, or no tenant was asked for.
    Ours,
    /// It belongs to another.
    Other,
    /// It does not say: it is kept.
    Untold,
}

/// `--tenant`: tenant ids and domains of UPNs. Empty: every row is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tenant {
    ids: BTreeSet<Id>,
    domains: BTreeSet<String>,
}

impl Tenant {
    /// Adds what was typed: a GUID, or a domain such as `contoso.com`.
    ///
    /// # Errors
    /// When it is neither.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let text = text.trim().to_lowercase();
        let name = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
        match Id::parse(&text) {
            Some(id @ Id::Guid(_)) => drop(self.ids.insert(id)),
            Some(Id::Text(_)) if text.contains('.') && text.chars().all(name) => drop(self.domains.insert(text)),
            _ => {
                return Err(format!(
                    "--tenant `{text}`: neither a tenant id (a GUID) nor a domain such as contoso.com"
                ));
            }
        }
        Ok(())
    }

    /// Whether any tenant was asked for.
    #[must_use]
    pub fn is_chosen(&self) -> bool {
        !self.ids.is_empty() || !self.domains.is_empty()
    }

    /// Whether a tenant may be among those asked for: one of the ids, or only domains were named.
    #[must_use]
    pub fn may_be(&self, tenant: &Id) -> bool {
        self.ids.is_empty() || self.ids.contains(tenant)
    }

    /// The tenants asked for, in words.
    #[must_use]
    pub fn words(&self) -> String {
        self.ids.iter().map(Id::to_string).chain(self.domains.iter().cloned()).collect::<Vec<_>>().join(", ")
    }

    /// Whether a row belongs. Tenant ids go before the domain of the UPN, which is weaker evidence.
    #[must_use]
    pub fn judge(&self, origin: &Origin<'_>) -> Belongs {
        if !self.is_chosen() {
            return Belongs::Ours;
        }
        let of = |ours: bool| if ours { Belongs::Ours } else { Belongs::Other };
        let ours = |id: Option<&Id>| id.is_some_and(|id| self.ids.contains(id));
        if !self.ids.is_empty() {
            if origin.log.is_some() {
                return of(ours(origin.log));
            }
            if ours(origin.home) || origin.resource.is_some() {
                return of(ours(origin.home) || ours(origin.resource));
            }
        }
        self.by_domain(origin)
    }

    /// Guests stand in the logs under their own address: it says nothing of whose guests they are. In lists they stand
    /// under the initial domain of their host, `…#EXT#@contoso.onmicrosoft.com`.
    fn by_domain(&self, origin: &Origin<'_>) -> Belongs {
        let upn = origin.upn.trim().to_lowercase();
        let Some((local, domain)) = upn.rsplit_once('@').filter(|_| !self.domains.is_empty()) else {
            return Belongs::Untold;
        };
        let external = local.ends_with("#ext#");
        let visits = origin.guest || (origin.home.is_some() && origin.home != origin.resource);
        let knows_initial = self.domains.iter().any(|d| d.ends_with(".onmicrosoft.com"));
        match self.domains.contains(domain) {
            true => Belongs::Ours,
            false if external && !knows_initial => Belongs::Untold,
            false if visits && !external => Belongs::Untold,
            false => Belongs::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const US: &str = "11111111-1111-4111-8111-111111111111";
    const THEM: &str = "22222222-2222-4222-8222-222222222222";

    fn tenant(words: &[&str]) -> Tenant {
        let mut tenant = Tenant::default();
        for word in words {
            assert_eq!(tenant.add(word), Ok(()), "{word}");
        }
        tenant
    }

    #[test]
    fn what_is_typed_is_an_id_or_a_domain() {
        for wrong in ["", "contoso", "a b.com", "ann@contoso.com", "00000000-0000-0000-0000-000000000000"] {
            assert!(Tenant::default().add(wrong).is_err(), "{wrong}");
        }
        assert_eq!(tenant(&["Contoso.com", US]).words(), format!("{US}, contoso.com"));
        assert!(!Tenant::default().is_chosen());
    }

    #[test]
    fn ids_decide_then_domains_and_what_says_nothing_is_kept() {
        let (us, them) = (Id::parse(US), Id::parse(THEM));
        let (us, them) = (us.as_ref(), them.as_ref());
        let row = |log, home, resource, upn: &'static str| Origin { log, home, resource, upn, guest: false };
        let by_id = tenant(&[US]);
        let both = tenant(&[US, "contoso.com"]);
        let initial = tenant(&["contoso.com", "contoso.onmicrosoft.com"]);
        for (choice, origin, want) in [
            (&Tenant::default(), row(them, them, them, "x@y.z"), Belongs::Ours),
            (&by_id, row(us, them, us, ""), Belongs::Ours),
            (&by_id, row(them, us, them, ""), Belongs::Other),
            (&by_id, row(None, us, us, ""), Belongs::Ours),
            (&by_id, row(None, them, us, ""), Belongs::Ours),
            (&by_id, row(None, us, them, ""), Belongs::Ours),
            (&by_id, row(None, them, them, ""), Belongs::Other),
            (&by_id, row(None, None, None, "ann@contoso.com"), Belongs::Untold),
            (&by_id, row(None, them, None, ""), Belongs::Untold),
            (&both, row(None, None, None, "Ann@Contoso.com"), Belongs::Ours),
            (&both, row(None, None, None, "bob@fabrikam.com"), Belongs::Other),
            (&both, row(None, None, None, "bob_fabrikam.com#EXT#@contoso.onmicrosoft.com"), Belongs::Untold),
            (&initial, row(None, None, None, "bob_fabrikam.com#EXT#@contoso.onmicrosoft.com"), Belongs::Ours),
            (&initial, row(None, None, None, "bob_x.com#EXT#@fabrikam.onmicrosoft.com"), Belongs::Other),
            (&initial, row(None, them, us, "bob@fabrikam.com"), Belongs::Untold),
            (&initial, Origin { guest: true, ..row(None, None, None, "bob@fabrikam.com") }, Belongs::Untold),
        ] {
            assert_eq!(choice.judge(&origin), want, "{} {origin:?}", choice.words());
        }
    }
}
