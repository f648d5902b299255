//! What a process takes.

use crate::Failure;

/// The most memory that a process has had, in bytes.
pub(crate) fn peak(process_id: u32) -> Result<u64, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{process_id}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("there is no VmHWM")?;
    let kilobytes: u64 = peak.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024)
}
