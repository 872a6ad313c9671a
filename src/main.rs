//! The `backgrounder` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(backgrounder::commands::run())
}
