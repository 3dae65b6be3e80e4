//! Takes in what the background thread has done. Answers to questions that nobody asks any more are dropped.
//!
//! Must not know threads.

use std::path::{Path, PathBuf};

use super::{Tone, Workspace};
use crate::diagram::Diagram;
use crate::engine::protocol::{Event, Exported, Request, Ticket};

impl Workspace {
    /// Takes in one event; what follows from it and must wait is returned for the background.
    pub fn absorb(&mut self, event: Event) -> Vec<Request> {
        match event {
            Event::Loaded(ticket, path, result) => {
                if self.loading != Some(ticket) {
                    return Vec::new();
                }
                self.loading = None;
                match result {
                    Ok(diagram) => {
                        self.remember(diagram.name(), &path);
                        self.show(Diagram::clone(&diagram), Some(path));
                    }
                    Err(unopened) => {
                        if unopened.is_gone {
                            self.forget_file(&path);
                        }
                        self.say(Tone::Trouble, unopened.text, Vec::new());
                    }
                }
            }
            Event::Previewed(ticket, result) => self.previewed(ticket, result),
            Event::Kept(ticket, result) => self.journal_kept(ticket, result),
            Event::Orphans(_, orphans) => self.offer(orphans),
            Event::Saved(ticket, path, result) => return self.saved(ticket, path, result),
            Event::Exported(ticket, path, result) => {
                if self.exporting != Some(ticket) {
                    return Vec::new();
                }
                self.exporting = None;
                match result {
                    Ok(report) => self.say(Tone::Done, summary(&report, &path), details(report)),
                    Err(text) => self.say(Tone::Trouble, text, Vec::new()),
                }
            }
        }
        Vec::new()
    }

    fn saved(&mut self, ticket: Ticket, path: PathBuf, result: Result<(), String>) -> Vec<Request> {
        let Some(open) = self.open.as_mut() else { return Vec::new() };
        let Some((_, revision)) = open.saving.take_if(|(current, _)| *current == ticket) else { return Vec::new() };
        let next = self.after_save.take();
        if let Err(text) = result {
            self.say(Tone::Trouble, text, Vec::new());
            return Vec::new();
        }
        if open.document.revision() == revision {
            open.document.mark_saved();
        }
        let text = format!("Saved {}.", file_name(&path));
        let name = open.document.diagram().name().to_owned();
        self.remember(&name, &path);
        if let Some(open) = &mut self.open {
            open.path = Some(path);
        }
        self.say(Tone::Done, text, Vec::new());
        // What was drawn while the file was being written would be lost, so it is asked for again.
        next.map(|next| self.run(next)).unwrap_or_default()
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn summary(report: &Exported, path: &Path) -> String {
    format!("Exported {} files to {}.", report.written, path.display())
}

/// What a person should know beyond the number of files.
fn details(report: Exported) -> Vec<String> {
    let kept = report.kept.into_iter().map(|file| format!("Kept {file}, which was there."));
    let left_out = report.left_out.into_iter().map(|(subject, reason)| format!("{subject}: {reason}"));
    kept.chain(left_out).chain(report.problems).collect()
}
