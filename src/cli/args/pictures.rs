//! How charts are drawn into files.

use clap::Args as ClapArgs;

/// Options of every command that writes charts.
#[derive(Clone, Debug, ClapArgs)]
pub struct Pictures {
    /// Size of the charts' PNG files: 1, 2 or 3 times 1000 pixels wide, for denser screens and for print
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=3), help_heading = "Output")]
    pub png_scale: u8,
}
