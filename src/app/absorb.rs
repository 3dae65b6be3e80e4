//! Takes in what the background thread has done. Answers to questions that nobody asks any more are dropped.
//!
//! Must not know threads.

use std::path::{Path, PathBuf};

use super::{Overlay, Tone, Workspace};
use crate::engine::protocol::{Event, Exported, Mark, Request, Ticket, Unsaved};

impl Workspace {
    /// Takes in one event; what follows from it and must wait is returned for the background.
    pub fn absorb(&mut self, event: Event) -> Vec<Request> {
        match event {
            Event::Loaded(ticket, path, result) => {
                let Some(result) = self.take_other(ticket, result) else { return Vec::new() };
                if self.loading != Some(ticket) {
                    return Vec::new();
                }
                self.loading = None;
                match result {
                    Ok(loaded) => {
                        self.remember(loaded.diagram.name(), &path);
                        self.show_drawn(loaded.diagram, loaded.picture);
                        if let Some(open) = &mut self.open {
                            (open.path, open.mark) = (Some(path), Some(loaded.mark));
                        }
                    }
                    Err(unopened) => {
                        if unopened.is_telemetry {
                            return self.attach(vec![path]);
                        }
                        if unopened.is_gone {
                            self.forget_file(&path);
                        }
                        self.say(Tone::Trouble, unopened.text, Vec::new());
                    }
                }
            }
            Event::Sheet(ticket, result) => self.take_template(ticket, result),
            Event::Previewed(ticket, result) => self.previewed(ticket, result),
            Event::Arranged(ticket, result) => self.put_in_order(ticket, result),
            Event::Priced(ticket, result) => self.priced(ticket, result),
            Event::Bill(ticket, result) => self.handed_on(ticket, result),
            Event::Drawn(ticket, result) => self.drawn(ticket, result),
            Event::Watched(ticket, watched) => self.watched(ticket, *watched),
            Event::Tried(ticket, tried) => self.tried(ticket, *tried),
            Event::Found(ticket, result) => self.found(ticket, result),
            Event::Sorted(_, sorted) => return self.take_files(sorted),
            Event::LinesSaved(ticket, path, result) => self.lines_saved(ticket, &path, result),
            Event::Measured(ticket, result) => self.measured(ticket, result),
            Event::ChartsSaved(ticket, path, result) => self.charts_saved(ticket, &path, result),
            Event::Surveyed(ticket, result) => self.surveyed(ticket, result.map(|survey| *survey)),
            Event::Answered(ticket, result) => self.answered(ticket, result.map(|told| *told)),
            Event::TableSaved(ticket, path, result) => self.answer_saved(ticket, &path, result),
            Event::Kept(ticket, result) => self.journal_kept(ticket, result),
            Event::Windowed(_, result) => {
                if let Err(text) = result {
                    self.say(Tone::Trouble, text, Vec::new());
                }
            }
            Event::Missing(_, paths) => self.missing = paths,
            Event::Orphans(_, orphans) => self.offer(orphans),
            Event::Book(_, books) => self.take_book(*books),
            Event::Refreshing(ticket, progress) => self.refreshing_at(ticket, progress),
            Event::Refreshed(ticket, result) => self.refreshed(ticket, result),
            Event::Saved(ticket, path, result) => return self.saved(ticket, path, result),
            Event::Exported(ticket, path, result) => self.exported(ticket, path, result),
        }
        Vec::new()
    }

    fn exported(&mut self, ticket: Ticket, path: PathBuf, result: Result<Exported, String>) {
        if self.exporting.take_if(|current| *current == ticket).is_none() {
            return;
        }
        match result {
            Ok(report) => {
                self.say(Tone::Done, summary(&report, &path), details(report));
                self.templates.exported = Some(path);
            }
            Err(text) => self.say(Tone::Trouble, text, Vec::new()),
        }
    }

    fn saved(&mut self, ticket: Ticket, path: PathBuf, result: Result<Mark, Unsaved>) -> Vec<Request> {
        let Some(open) = self.open.as_mut() else { return Vec::new() };
        let Some((_, revision)) = open.saving.take_if(|(current, _)| *current == ticket) else { return Vec::new() };
        let mark = match result {
            Ok(mark) => mark,
            Err(Unsaved::Changed) => {
                // What waits for the save waits for the answer as well.
                self.overlay = Some(Overlay::Changed(path));
                return Vec::new();
            }
            Err(Unsaved::Failed(text)) => {
                self.after_save = None;
                self.say(Tone::Trouble, text, Vec::new());
                return Vec::new();
            }
        };
        let next = self.after_save.take();
        if open.document.revision() == revision {
            open.document.mark_saved();
        }
        let text = format!("Saved {}.", file_name(&path));
        let name = open.document.diagram().name().to_owned();
        self.remember(&name, &path);
        if let Some(open) = &mut self.open {
            (open.path, open.mark) = (Some(path), Some(mark));
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
