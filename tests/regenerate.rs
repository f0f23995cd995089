//! Makes the committed papers anew: `cargo run --example regenerate`. The tests only compare, they never write.

use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    for (name, text) in kmsift::cli::papers::papers() {
        let mut file = std::fs::File::create(docs.join(name))?;
        io::Write::write_all(&mut file, text.as_bytes())?;
    }
    Ok(())
}
