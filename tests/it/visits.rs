//! Many rows of one person within one visit to the registration wizard: a looping client writes tens of thousands. Each row asks
//! about the ten minutes around it; were these searched row by row, each row here would look at some ten thousand others.

use std::fmt::Write as _;

use crate::support::{folder, portal_csv, put, rows, succeed};

const AUDIT: &str = "Date (UTC),CorrelationId,Service,Category,Activity,Result,ResultReason,ActorType,ActorObjectId,\
    ActorUserPrincipalName,ActorServicePrincipalId,ActorServicePrincipalName,Target1Type,Target1ObjectId,Target1UserPrincipalName\n";

/// Row `i` of so many in the ten minutes from 8 o'clock on, each of a flow of its own.
fn row(out: &mut String, who: &str, i: usize, (activity, reason): (&str, &str)) {
    let second = i * 600 / 20_001;
    writeln!(
        out,
        "2026-11-20T08:{:02}:{:02}Z,{who}{i},Authentication Methods,UserManagement,{activity},success,{reason},User,{who},\
         {who}@contoso.com,,,User,{who},{who}@contoso.com",
        second / 60,
        second % 60
    )
    .expect("written");
}

/// Rulings.md 21: the wizard's end alone is a registration for MFA; where the visit's rows name methods that are none of MFA it
/// is not; a row that names a method counts from the end of its visit, which is the first row of the end at or after it.
#[test]
fn twenty_thousand_rows_of_one_visit_are_judged_like_one() {
    const END: (&str, &str) = ("User registered all required security info", "");
    const MAIL: (&str, &str) = ("User registered security info", "User registered Email");
    const PHONE: (&str, &str) = ("User registered security info", "User registered Mobile Phone SMS");
    let temp = folder();
    let mut audit = AUDIT.to_owned();
    for i in 0..20_000 {
        row(&mut audit, "ends", i, END);
        // The first half names e-mail addresses alone, the second half ends the visit again and again.
        row(&mut audit, "weak", i, if i < 10_000 { MAIL } else { END });
        // 19 999 rows name a phone and none ends the visit; the last one does.
        row(&mut audit, "phone", i, if i < 19_999 { PHONE } else { END });
    }
    put(temp.path(), "AuditLogs_2026-11-22.csv", audit);
    let filler: Vec<String> = (1..=22).map(|day| format!("2026-11-{day:02}T00:00:00Z")).collect();
    let filler: Vec<_> = filler.iter().map(|at| (at.as_str(), "filler", "0", "MFA requirement satisfied")).collect();
    put(temp.path(), "InteractiveSignIns_2026-11-22.csv", portal_csv(&filler));
    let people = rows(&succeed(temp.path(), &["stale", ".", "--all", "--format", "csv"]).stdout);
    let registered = |who: &str| people.iter().find(|p| p["user_id"] == who).map(|p| p["registered_at"].as_str());
    assert_eq!(registered("ends"), Some("2026-11-20T08:00:00Z"));
    assert_eq!(registered("weak"), Some(""), "an e-mail address is no MFA");
    assert_eq!(registered("phone"), Some("2026-11-20T08:09:59Z"), "the end of the visit");
}
