//! Tells the linker to put together what a start needs, where the linker can do that.
//!
//! The kernel maps sixteen pages around each page of machine code that runs. Spread over
//! the whole file, the fifth part of the code that a daemon runs keeps two thirds of
//! the file in memory; side by side it keeps itself. `packaging/link-order.txt` names its
//! functions; `packaging/link-order` writes that list anew. A name that is not there any
//! more is passed over, so an old list costs memory and nothing else.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const ORDER: &str = "packaging/link-order.txt";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={ORDER}");
    // Other builds are for those who build; theirs are other names.
    if text("PROFILE") != "release" || text("TARGET") != "x86_64-unknown-linux-gnu" {
        return;
    }
    let order = Path::new(&text("CARGO_MANIFEST_DIR")).join(ORDER);
    let order = [
        format!("-Wl,--symbol-ordering-file={}", order.display()),
        "-Wl,--no-warn-symbol-ordering".to_owned(),
    ];
    // Addresses to set right at a start take 30 KB instead of 1.7 MB.
    let relocations = ["-Wl,-z,pack-relative-relocs".to_owned()];
    for arguments in [&order[..], &relocations[..]] {
        if works(arguments) {
            for argument in arguments {
                println!("cargo::rustc-link-arg-bin=draaiboek={argument}");
            }
        }
    }
}

/// Whether a program linked so runs. The linker (LLD is told by default here) or the C
/// library (2.36) may be another one.
fn works(arguments: &[String]) -> bool {
    let dir = PathBuf::from(text("OUT_DIR"));
    let (source, program) = (dir.join("try.rs"), dir.join("try"));
    if std::fs::write(&source, "fn main() {}").is_err() {
        return false;
    }
    let mut rustc = Command::new(text("RUSTC"));
    rustc.args(
        text("CARGO_ENCODED_RUSTFLAGS")
            .split('\u{1f}')
            .filter(|flag| !flag.is_empty()),
    );
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        rustc
            .arg("-C")
            .arg(format!("linker={}", Path::new(&linker).display()));
    }
    for argument in arguments {
        rustc.arg("-C").arg(format!("link-arg={argument}"));
    }
    rustc
        .args(["--target", &text("TARGET"), "-o"])
        .arg(&program)
        .arg(&source);
    is_fine(&mut rustc) && (text("HOST") != text("TARGET") || is_fine(&mut Command::new(&program)))
}

fn is_fine(command: &mut Command) -> bool {
    let command = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn text(name: &str) -> String {
    env::var(name).unwrap_or_default()
}
