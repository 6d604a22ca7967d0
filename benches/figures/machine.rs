//! What the figures were found on.

use std::{fs, process::Command};

use attest::platform::clock::Clock;

/// Machine, day and commit in a few lines.
pub fn described() -> String {
    let commit = said_by("git", &["describe", "--always", "--dirty", "--abbrev=12"]);
    let cores = std::thread::available_parallelism().map_or(0, |cores| cores.get());
    format!(
        "{}, {cores} cores, {} GiB, {}; commit {commit}; {}",
        from("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into()),
        from("/proc/meminfo", "MemTotal").map_or(0, |text| kibibytes(&text).div_ceil(1024 * 1024)),
        said_by("uname", &["-sr"]),
        Clock::of_the_machine().now().utc().format("%Y-%m-%d"),
    )
}

/// The memory of a process that is its own and no file's, in KiB.
pub fn own_memory(process: &str) -> u64 {
    from(&format!("/proc/{process}/status"), "RssAnon").map_or(0, |text| kibibytes(&text))
}

fn kibibytes(text: &str) -> u64 {
    text.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn from(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(|_| "unknown".into(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
