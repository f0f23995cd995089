//! The laws of the facts: the join is associative, commutative and idempotent, with the empty facts as identity; any split
//! of the same rows gives the same facts.

use crate::support::SignIn;
use kmsift::facts::{Dossiers, Facts};
use kmsift::ingest::fold::{Details, Fold};
use kmsift::model::account::AccountRow;
use kmsift::model::activity_name::Activity;
use kmsift::model::audit::AuditRow;
use kmsift::model::ids::Id;
use kmsift::model::registration::RegistrationRow;
use kmsift::model::sign_in::{Channel, Client, Freshness, Stream, Token, Trust};
use kmsift::model::time::Instant;
use proptest::prelude::*;

/// A row of any kind, small enough that people, apps and instants collide often.
#[derive(Clone, Debug)]
pub(crate) enum Row {
    SignIn { user: u8, at: i64, code: u8, app: u8, kind: u8, session: u8 },
    Audit { user: u8, at: i64, activity: u8, own: bool, success: bool },
    Account { user: u8, at: i64, enabled: Option<bool>, department: u8, with_id: bool },
    Registration { user: u8, at: i64, registered: Option<bool>, method: u8, with_id: bool },
    Policy { at: i64, name: u8, success: bool },
}

pub(crate) fn row() -> impl Strategy<Value = Row> {
    let at = 0_i64..40 * 86_400;
    prop_oneof![
        (0..6_u8, at.clone(), 0..6_u8, 0..3_u8, 0..8_u8, 0..4_u8)
            .prop_map(|(user, at, code, app, kind, session)| Row::SignIn { user, at, code, app, kind, session }),
        (0..6_u8, at.clone(), 0..12_u8, any::<bool>(), any::<bool>())
            .prop_map(|(user, at, activity, own, success)| Row::Audit { user, at, activity, own, success }),
        (0..6_u8, at.clone(), any::<Option<bool>>(), 0..3_u8, any::<bool>()).prop_map(
            |(user, at, enabled, department, with_id)| Row::Account { user, at, enabled, department, with_id }
        ),
        (0..6_u8, at.clone(), any::<Option<bool>>(), 0..3_u8, any::<bool>()).prop_map(
            |(user, at, registered, method, with_id)| Row::Registration { user, at, registered, method, with_id }
        ),
        (at, 0..3_u8, any::<bool>()).prop_map(|(at, name, success)| Row::Policy { at, name, success }),
    ]
}

fn id(user: u8) -> Option<Id> {
    Id::parse(&format!("00000000-0000-4000-8000-{user:012}"))
}

fn upn(user: u8) -> String {
    format!("user{user}@centralperk.org")
}

fn fold_row(row: &Row, fold: &mut Fold<'_>) {
    match row {
        Row::SignIn { user, at, code, app, kind, session } => {
            let upn = upn(*user);
            fold.sign_in(&SignIn {
                user: if *kind == 7 { None } else { id(*user) },
                upn: &upn,
                name: if *kind % 2 == 0 { "A" } else { "B" },
                user_type: "member",
                at: Instant(*at),
                correlation: &format!("c{}", at % 7),
                session: &format!("s{session}"),
                app_name: if *kind % 3 == 0 { "Teams" } else { "teams" },
                persistent_browser: false,
                passthrough: false,
                reason: "",
                tenants: (Id::parse(if *kind == 5 { "home" } else { "ours" }), Id::parse("ours")),
                channel: Channel {
                    interactive: *kind % 2 == 0,
                    code: [0, 0, 50_079, 50_140, 50_126, 50_173][usize::from(*code)],
                    app: Id::parse(&format!("app{app}")),
                    resource: None,
                    client: if *kind < 4 { Client::Browser } else { Client::App },
                    token: Token::Refresh,
                    ropc: false,
                    freshness: if *kind == 2 { Freshness::ClaimOnly } else { Freshness::Fresh },
                    trust: Trust::None,
                },
            })
            .expect("it can be read");
        }
        Row::Audit { user, at, activity, own, success } => {
            let upn = upn(*user);
            fold.audit(&AuditRow {
                at: Instant(*at),
                activity: Activity::ALL[usize::from(*activity)].0,
                success: *success,
                reason: "User registered Mobile Phone SMS",
                correlation: None,
                target: (id(*user), &upn),
                by_user: (if *own { id(*user) } else { id(99) }, ""),
                by_app: "",
                valid_from: None,
            });
        }
        Row::Account { user, at, enabled, department, with_id } => {
            fold.account(AccountRow {
                user: id(*user).filter(|_| *with_id),
                upn: upn(*user),
                enabled: *enabled,
                department: Some(format!("d{department}")),
                last_sign_in: Some(Instant(*at)),
                snapshot: Some(Instant(at - at % 86_400)),
                ..AccountRow::default()
            });
        }
        Row::Registration { user, at, registered, method, with_id } => {
            fold.registration(RegistrationRow {
                user: id(*user).filter(|_| *with_id),
                upn: upn(*user),
                mfa_registered: *registered,
                methods: Some([format!("m{method}")].into()),
                snapshot: (*method > 0).then_some(Instant(at - at % 43_200)),
                ..RegistrationRow::default()
            });
        }
        Row::Policy { at, name, success } => {
            let activity = ["Update security defaults", "Download users", "Update application"][usize::from(*name)];
            fold.audit_of_tenant((Instant(*at), activity), *success, &format!("policy {}", at % 3));
        }
    }
}

pub(crate) fn facts(rows: &[Row]) -> Facts {
    let details = Details::default();
    let rules = kmsift::ingest::Rules::default();
    let mut fold = Fold::new(&rules, None, &details);
    for row in rows {
        fold_row(row, &mut fold);
    }
    fold.into_facts()
}

pub(crate) fn join(mut a: Facts, b: Facts) -> Facts {
    a.join(b);
    a
}

/// Everything the facts say, in an order of its own.
pub(crate) fn said(facts: Facts) -> Vec<String> {
    let dossiers = Dossiers::new(facts);
    let mut out: Vec<String> = (0..dossiers.len()).filter_map(|i| dossiers.get(i)).map(|d| format!("{d:?}")).collect();
    for stream in Stream::ALL {
        out.push(format!("{stream:?} {:?}", dossiers.coverage().hours(stream).collect::<Vec<_>>()));
    }
    out.extend((0..3).filter_map(|i| Id::parse(&format!("app{i}"))).map(|app| dossiers.app_label(&app)));
    out.push(format!("{:?}", dossiers.collisions()));
    out.push(format!("{:?}", dossiers.tenant_moments().collect::<Vec<_>>()));
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_of_rows_and_repeats_do_not_show(rows in prop::collection::vec(row(), 0..60), seed in any::<u64>()) {
        let mut other = rows.clone();
        other.extend(rows.iter().take(rows.len() / 2).cloned());
        let mut state = seed | 1;
        for i in (1..other.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            other.swap(i, usize::try_from(state >> 33).unwrap_or(0) % (i + 1));
        }
        prop_assert_eq!(said(facts(&rows)), said(facts(&other)));
    }

    #[test]
    fn any_split_joins_to_the_whole(rows in prop::collection::vec(row(), 0..60), cut in 0..60_usize) {
        let (left, right) = rows.split_at(cut.min(rows.len()));
        let whole = said(facts(&rows));
        prop_assert_eq!(&said(join(facts(left), facts(right))), &whole);
        prop_assert_eq!(&said(join(facts(right), facts(left))), &whole, "commutative");
    }

    #[test]
    fn the_join_is_associative_and_idempotent_with_the_empty_facts_as_identity(
        a in prop::collection::vec(row(), 0..25),
        b in prop::collection::vec(row(), 0..25),
        c in prop::collection::vec(row(), 0..25),
    ) {
        let left = join(join(facts(&a), facts(&b)), facts(&c));
        let right = join(facts(&a), join(facts(&b), facts(&c)));
        prop_assert_eq!(said(left), said(right), "associative");
        prop_assert_eq!(said(join(facts(&a), facts(&a))), said(facts(&a)), "idempotent");
        prop_assert_eq!(said(join(Facts::default(), facts(&a))), said(facts(&a)), "left identity");
        prop_assert_eq!(said(join(facts(&a), Facts::default())), said(facts(&a)), "right identity");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// More rows than go into the facts at once, and more channels, moments and sessions a person than lie side by side.
    #[test]
    fn a_busy_few_are_the_same_in_any_order_and_split(
        rows in prop::collection::vec(
            (0..2_u8, 0_i64..400 * 86_400, 0..6_u8, 0..60_u8, 0..8_u8, 0..120_u8).prop_map(
                |(user, at, code, app, kind, session)| Row::SignIn { user, at, code, app, kind, session }
            ),
            500..700,
        ),
        cut in 0..700_usize,
    ) {
        let whole = said(facts(&rows));
        let (left, right) = rows.split_at(cut.min(rows.len()));
        prop_assert_eq!(&said(join(facts(left), facts(right))), &whole);
        prop_assert_eq!(&said(join(facts(right), facts(left))), &whole, "commutative");
        prop_assert_eq!(&said(join(facts(&rows), facts(left))), &whole, "idempotent");
        let reversed: Vec<Row> = rows.iter().rev().cloned().collect();
        prop_assert_eq!(&said(facts(&reversed)), &whole, "order");
    }
}
