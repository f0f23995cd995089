//! The dependency tree: nothing that talks to a network, and only licences that allow what we do.

use std::collections::BTreeSet;
use std::process::Command;

use crate::support::root;

/// An HTTP client, its parts, or TLS in an offline tool would be a broken promise.
const BANNED: &[&str] = &[
    "reqwest",
    "hyper",
    "hyper-util",
    "h2",
    "rustls",
    "ring",
    "object_store",
    "openssl",
    "openssl-sys",
    "native-tls",
    "ureq",
    "curl",
    "isahc",
    "surf",
    "tungstenite",
    "quinn",
    "aws-lc-rs",
];

/// Licences that may be in the tree; an expression passes when one of its alternatives is made of these.
const ALLOWED: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "Unicode-3.0",
    "Unlicense",
    "MIT-0",
];

struct Package {
    name: String,
    license: String,
}

/// Packages that are linked into the program, for any system.
fn linked() -> Vec<Package> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--edges", "normal", "--target", "all", "--prefix", "none", "--format", "{p}|{l}", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo tree starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: BTreeSet<&str> = text.lines().filter(|l| !l.is_empty()).collect();
    let package = |line: &str| {
        let (package, license) = line.rsplit_once('|').expect("package and licence");
        let name = package.split(' ').next().unwrap_or("").to_owned();
        Package { name, license: license.trim_end_matches(" (*)").to_owned() }
    };
    lines.into_iter().map(package).collect()
}

#[test]
fn no_network_client_is_linked() {
    let packages = linked();
    assert!(packages.len() > 50, "the tree was read: {} packages", packages.len());
    let found: Vec<&str> = packages.iter().map(|p| p.name.as_str()).filter(|n| BANNED.contains(n)).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn every_licence_is_allowed() {
    let wrong: Vec<String> = linked()
        .iter()
        .filter(|p| {
            !p.license.replace('/', " OR ").split(" OR ").any(|choice| {
                let parts: Vec<&str> = choice
                    .trim()
                    .trim_matches(['(', ')'])
                    .split(" AND ")
                    .map(|l| l.trim().trim_matches(['(', ')']))
                    .collect();
                parts.iter().all(|l| ALLOWED.contains(l))
            })
        })
        .map(|p| format!("{}: {}", p.name, p.license))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
