//! Parses arguments, starts the logs, runs the command, chooses the exit code.

use std::process::ExitCode;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    #[cfg(all(feature = "mimalloc", unix))]
    give_back_soon();
    draaiboek::cli::main()
}

/// A daemon reads all its files and then lies idle for months. Its allocator gives freed
/// memory back after a second, and only when more is freed then; that
/// never comes, so 4 of its 20 MB would be garbage of the start. At once, but in pieces of
/// 2 MiB only, which keeps a start quick, the start itself still frees.
///
/// It is told from the environment alone, before `main`: the program begins once more in
/// the same process. The systemd unit sets the variables itself.
#[cfg(all(feature = "mimalloc", unix))]
fn give_back_soon() {
    use std::os::unix::process::CommandExt;

    const SETTINGS: [(&str, &str); 3] = [
        ("MIMALLOC_PURGE_DELAY", "10"),
        ("MIMALLOC_ARENA_PURGE_MULT", "0"),
        ("MIMALLOC_MINIMAL_PURGE_SIZE", "2048"),
    ];
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_else(|| "draaiboek".into());
    let arguments: Vec<_> = arguments.collect();
    let unset = SETTINGS.iter();
    let unset: Vec<_> = unset
        .filter(|(name, _)| std::env::var_os(name).is_none())
        .copied()
        .collect();
    if !arguments.iter().any(|argument| argument == "serve") || unset.is_empty() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        let mut again = std::process::Command::new(program);
        // It returns only when it cannot; more memory is all that costs.
        let _ = again.arg0(name).args(arguments).envs(unset).exec();
    }
}
