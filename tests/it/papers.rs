//! Generated papers are current. `cargo run --example regenerate` makes them anew; this only compares.

use crate::support::root;

#[test]
fn generated_papers_are_current() {
    for (name, text) in kmsift::cli::papers::papers() {
        let path = root().join("docs").join(name);
        let committed = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert!(committed == text, "docs/{name} is stale: run `cargo run --example regenerate`");
    }
}

#[test]
fn every_option_and_command_has_help() {
    use clap::CommandFactory as _;
    let mut root = kmsift::cli::args::Args::command();
    root.build();
    for command in root.get_subcommands() {
        assert!(command.get_about().is_some(), "{}", command.get_name());
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
        }
    }
}
