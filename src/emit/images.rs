//! `charts/*.svg`, `charts/*.png`, and `report.html` with the same charts inside.

use rayon::prelude::*;

use super::{Emitter, Sink, html};
use crate::charts::{self, Canvas, Theme};
use crate::error::Error;
use crate::report::Report;
use crate::view::{Artifact, Figure, Written};

/// Width of chart files, CSS pixels.
const CHART_WIDTH: u32 = 1000;
/// Width charts on the page are laid out for.
const PAGE_WIDTH: u32 = 860;

/// SVG and PNG of every figure.
pub(super) struct Charts;
/// The page.
pub(super) struct Page;

fn figures(report: &Report) -> Vec<&Figure> {
    report.findings.iter().flat_map(|f| &f.figures).collect()
}

fn failed(figure: &Figure, cause: &dyn std::fmt::Display) -> Error {
    Error::Render(format!("the chart `{}`: {cause}", figure.id))
}

/// `charts/ID.svg` and `charts/ID.png` of a figure, the PNG `scale` times its size.
///
/// # Errors
/// When it cannot be drawn.
pub fn chart_files(figure: &Figure, scale: u8) -> Result<[Artifact; 2], Error> {
    let canvas = Canvas { width: CHART_WIDTH, theme: Theme::Light };
    let svg = charts::svg(figure, canvas).map_err(|e| failed(figure, &e))?;
    let png = charts::png(&svg, f32::from(scale)).map_err(|e| failed(figure, &e))?;
    let path = |ending| format!("charts/{}.{ending}", figure.id);
    Ok([Artifact::new(path("svg"), svg), Artifact::new(path("png"), png)])
}

impl Emitter for Charts {
    fn id(&self) -> &'static str {
        "charts"
    }
    fn render(&self, report: &Report, to: &dyn Sink) -> Result<Vec<Written>, Error> {
        let scale = report.run.png_scale;
        let draw = |figure: &&Figure| {
            let [svg, png] = chart_files(figure, scale)?;
            Ok([to.put(&svg)?, to.put(&png)?])
        };
        let drawn: Vec<[Written; 2]> = figures(report).par_iter().map(draw).collect::<Result<_, Error>>()?;
        Ok(drawn.into_iter().flatten().collect())
    }
}

impl Emitter for Page {
    fn id(&self) -> &'static str {
        "html"
    }
    fn render(&self, report: &Report, to: &dyn Sink) -> Result<Vec<Written>, Error> {
        let mut drawn = Vec::new();
        for figure in figures(report) {
            drawn.push((figure.id, charts::svg_for_page(figure, PAGE_WIDTH).map_err(|e| failed(figure, &e))?));
        }
        let chart = |figure: &Figure| {
            drawn.iter().find(|(id, _)| *id == figure.id).map(|(_, svg)| svg.clone()).unwrap_or_default()
        };
        let page =
            html::render(report, &chart, charts::PAGE_CSS).map_err(|e| Error::Render(format!("the page: {e}")))?;
        Ok(vec![to.put(&Artifact::new("report.html", page))?])
    }
}
