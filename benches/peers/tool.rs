//! What benches/peers needs of kmsift itself: charts from numbers, and inflating alone as a floor.
//!
//! `peers chart FILE.svg` draws the bars that standard input names (JSON); `peers inflate FILE...` reads gz files to the end.

use std::fs::File;
use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use kmsift::charts::{Canvas, Theme, svg};
use kmsift::view::{Bar, Figure, Shape, Tone};
use serde::Deserialize;

#[derive(Deserialize)]
struct Chart {
    title: String,
    axis: String,
    alt: String,
    bars: Vec<(String, u64)>,
}

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.split_first() {
        Some((what, [path])) if what == "chart" => chart(path),
        Some((what, files)) if what == "inflate" && !files.is_empty() => {
            files.iter().try_for_each(|file| inflate(file))
        }
        _ => Err(io::Error::other("peers chart FILE.svg | peers inflate FILE...")),
    }
}

fn chart(path: &str) -> io::Result<()> {
    let Chart { title, axis, alt, bars } = serde_json::from_reader(io::stdin().lock())?;
    let bars = bars.into_iter().map(|(label, count)| Bar { label, count, tone: Tone::Neutral }).collect();
    let figure = Figure { id: "benchmarks", title, axis, alt, shape: Shape::Bars(bars) };
    let drawn = svg(&figure, Canvas { width: 900, theme: Theme::Light }).map_err(io::Error::other)?;
    io::Write::write_all(&mut File::create(path)?, drawn.as_bytes())
}

fn inflate(path: &str) -> io::Result<()> {
    let mut source = MultiGzDecoder::new(File::open(path)?);
    let mut buffer = vec![0; 256 << 10];
    while source.read(&mut buffer)? > 0 {}
    Ok(())
}
