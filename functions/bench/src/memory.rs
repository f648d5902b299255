//! Memory of a process.

use standings_local::BoxError;

/// Returns the peak resident memory of a process in bytes.
pub(crate) fn peak(process_id: u32) -> Result<u64, BoxError> {
    let status = std::fs::read_to_string(format!("/proc/{process_id}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("VmHWM is missing")?;
    let kilobytes: u64 = peak.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024)
}
