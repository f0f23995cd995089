//! A forecast made from a study.

use super::{Settings, Study};
use crate::error::Error;
use crate::plan::Ground;
use crate::plan::forecast::{self, Forecast, Refusal, Wish};
use crate::view::Finding;

/// A forecast or its refusal, with the wish for the manifest.
#[derive(Clone, Debug)]
pub struct Forecasted {
    /// What was made.
    pub made: Result<Forecast, Refusal>,
    /// The same for a reader.
    pub finding: Finding,
    /// For the manifest.
    pub settings: Vec<(&'static str, String)>,
}

/// Makes the forecast of a study.
#[must_use]
pub fn forecasted(settings: &Settings, study: &Study, wish: &Wish) -> Forecasted {
    let scene =
        Ground { dossiers: &study.dossiers, frame: &study.frame, verdicts: &study.verdicts, lists: &settings.lists };
    let made = forecast::forecast(scene, wish);
    let finding = forecast::finding(&made, study.frame.thresholds.goal.label());
    let shown = vec![
        ("goal-percent", wish.goal_percent.to_string()),
        ("horizon-days", wish.horizon_days.to_string()),
        ("seed", wish.seed.to_string()),
    ];
    Forecasted { made, finding, settings: shown }
}

impl Forecasted {
    /// The forecast, or the error that ends `kmsift forecast`.
    ///
    /// # Errors
    /// When data are too few.
    pub fn or_refuse(&self) -> Result<&Forecast, Error> {
        self.made.as_ref().map_err(|r| Error::TooFew { what: r.what.clone(), hint: r.hint })
    }
}
