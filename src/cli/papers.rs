//! Papers made from the program itself: docs/METRICS.md, docs/FORMATS.md, docs/CLI.md.

use clap::CommandFactory as _;

use super::args::Args;
use crate::ingest::formats::FORMATS;
use crate::metrics::METRICS;
use crate::plan::{calendar, columns, forecast, results};
use crate::targets::channels::CHANNELS;
use crate::view::Lines;

const MADE: &str = "<!-- Made by `cargo run --example regenerate` from the sources; do not edit. -->\n";

/// File name and content of every paper.
#[must_use]
pub fn papers() -> Vec<(&'static str, String)> {
    vec![("METRICS.md", metrics()), ("FORMATS.md", formats()), ("CLI.md", cli())]
}

fn metrics() -> String {
    let mut out = Lines::default();
    out.line("# Metrics\n");
    out.line(MADE);
    out.line("In the order of the report. Section numbers are those of the domain reference named under Source.\n");
    let measured = METRICS.iter().map(|m| (m.id(), m.definition(), m.tables()));
    let planned = [
        ("campaign", results::definition(), columns::tables()),
        ("waves", calendar::definition(), calendar::tables()),
        ("forecast", forecast::definition(), forecast::columns::tables()),
    ];
    for (metric, definition, tables) in measured.chain(columns::planned()).chain(planned) {
        out.line(format_args!("## {metric}\n"));
        out.line(format_args!("{definition}\n"));
        for (id, title, columns) in tables {
            out.line(format_args!("Table `{id}` ({title}):\n"));
            out.line("| column | type | unit | meaning |\n| --- | --- | --- | --- |");
            for c in columns {
                out.line(format_args!(
                    "| `{}` | {} | {} | {} |",
                    c.name,
                    c.kind.name(),
                    c.unit,
                    c.meaning.replace('|', "\\|")
                ));
            }
            out.line("");
        }
    }
    out.into_text()
}

fn formats() -> String {
    let mut out = Lines::default();
    out.line("# Formats\n");
    out.line(MADE);
    out.line("Recognised by content, never by name alone. Any of them may be gzip- or zstd-compressed, inside a zip, with or without\na byte-order mark, in UTF-8, UTF-16 or UTF-32, with `,` `;` tab or `|` between cells.\n");
    out.line("## Read\n\n| format | holds | what it is |\n| --- | --- | --- |");
    for f in FORMATS {
        out.line(format_args!("| `{}` | {} | {} |", f.id(), f.kind().name(), f.title()));
    }
    out.line("\n## Written, for other tools\n\n| channel | consumer |\n| --- | --- |");
    for c in CHANNELS {
        out.line(format_args!("| `{}` | {} |", c.id(), c.consumer().replace('|', "\\|")));
    }
    out.into_text()
}

fn cli() -> String {
    let mut out = Lines::default();
    out.line("# Command line\n");
    out.line(MADE);
    out.line("Exit codes: 0 done, 1 failed, 2 wrong usage, 3 input refused, 4 a `--fail-on` condition is met.\n");
    let mut root = Args::command().term_width(100);
    root.build();
    out.line(format_args!("```text\n{}```\n", root.render_long_help()));
    for command in root.get_subcommands_mut().filter(|c| c.get_name() != "help") {
        let name = command.get_name().to_owned();
        out.line(format_args!(
            "## kmsift {name}\n\n```text\n{}```\n",
            command.clone().term_width(100).render_long_help()
        ));
        for part in command.get_subcommands().filter(|c| c.get_name() != "help") {
            let help = part.clone().term_width(100).render_long_help();
            out.line(format_args!("### kmsift {name} {}\n\n```text\n{help}```\n", part.get_name()));
        }
    }
    let text = out.into_text();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_end())
}
