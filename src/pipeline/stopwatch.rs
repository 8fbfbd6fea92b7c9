//! How long stages take.

use std::time::Instant;

/// A number per stage, in the order of the stages.
type Laps = Vec<(String, f64)>;

/// Seconds per stage: of the clock on the wall, and of all processors together.
pub(super) struct Stopwatch {
    last: Instant,
    last_cpu: Option<f64>,
    pub(super) seconds: Laps,
    /// None where the system does not tell.
    pub(super) cpu_seconds: Laps,
}

impl Stopwatch {
    pub(super) fn start() -> Self {
        Self { last: Instant::now(), last_cpu: cpu_seconds(), seconds: Laps::new(), cpu_seconds: Laps::new() }
    }

    /// Ends a stage, and begins the next one.
    pub(super) fn lap(&mut self, stage: &str) {
        let (now, cpu) = (Instant::now(), cpu_seconds());
        self.seconds.push((stage.to_owned(), to_millis((now - self.last).as_secs_f64())));
        if let (Some(last), Some(cpu)) = (self.last_cpu, cpu) {
            self.cpu_seconds.push((stage.to_owned(), to_millis(cpu - last)));
        }
        (self.last, self.last_cpu) = (now, cpu);
    }
}

fn to_millis(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// What this process has used so far, by all its threads.
#[cfg(unix)]
fn cpu_seconds() -> Option<f64> {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(used.tv_sec as f64 + used.tv_nsec as f64 / 1e9)
}

#[cfg(not(unix))]
fn cpu_seconds() -> Option<f64> {
    None
}
