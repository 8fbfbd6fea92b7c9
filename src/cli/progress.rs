//! Progress on standard error, and none where that is not a terminal.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::model::progress::Progress;

/// A bar per stage on the terminal.
#[derive(Debug)]
pub(super) struct Bars {
    bar: Mutex<ProgressBar>,
}

impl Bars {
    pub(super) fn new() -> Self {
        Self { bar: Mutex::new(ProgressBar::hidden()) }
    }

    pub(super) fn finish(&self) {
        self.replace(ProgressBar::hidden());
    }

    fn replace(&self, new: ProgressBar) {
        if let Ok(mut bar) = self.bar.lock() {
            bar.finish_and_clear();
            *bar = new;
        }
    }
}

impl Progress for Bars {
    fn begin(&self, stage: &'static str, total: u64) {
        let (bar, template) = if total == 0 {
            (ProgressBar::new_spinner(), "{spinner} {msg:<12} {elapsed}")
        } else {
            (ProgressBar::new(total), "{spinner} {msg:<12} {bar:32} {human_pos}/{human_len} {elapsed}, {eta} to go")
        };
        bar.set_draw_target(ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(stage);
        bar.enable_steady_tick(std::time::Duration::from_millis(120));
        self.replace(bar);
    }

    fn advance(&self, work: u64) {
        if let Ok(bar) = self.bar.lock() {
            bar.inc(work);
        }
    }
}
