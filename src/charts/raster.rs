//! PNG from the same SVG, with resvg and the bundled font only.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

use super::ChartError;
use super::{font, missing};

/// No side gets longer than this; a larger scale is reduced.
const LONGEST_SIDE: f32 = 16_000.0;

/// The picture as PNG bytes.
pub(super) fn png(svg: &str, scale: f32) -> Result<Vec<u8>, ChartError> {
    if !(scale.is_finite() && scale > 0.0) {
        return Err(ChartError(format!("no picture at scale {scale}")));
    }
    let options = Options {
        font_family: font::FAMILY.to_owned(),
        fontdb: font::database(),
        // Charts hold no images; nothing is ever read from disk.
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(&missing::drawable(svg), &options).map_err(|e| ChartError(e.to_string()))?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = scale.min(LONGEST_SIDE / width.max(height));
    let size = (pixels(width * scale), pixels(height * scale));
    let mut pixmap = Pixmap::new(size.0, size.1)
        .ok_or_else(|| ChartError(format!("no picture of {} x {} pixels", size.0, size.1)))?;
    resvg::render(&tree, Transform::from_scale(side(size.0) / width, side(size.1) / height), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|e| ChartError(e.to_string()))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive and at most LONGEST_SIDE")]
fn pixels(length: f32) -> u32 {
    length.round().max(1.0) as u32
}

/// Scaled to whole pixels, so that the last row and column are covered too.
#[expect(clippy::cast_precision_loss, reason = "at most LONGEST_SIDE")]
fn side(pixels: u32) -> f32 {
    pixels as f32
}
