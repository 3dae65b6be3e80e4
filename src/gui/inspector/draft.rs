//! Texts while they are being typed: from focus to blur is one step of undo, and what is refused is never applied.
//!
//! Must not know what the texts mean; whoever shows a field judges its text.

use eframe::egui::{Align, FontSelection, Id, Key, Label, Margin, Response, RichText, TextEdit, Ui, vec2};

use crate::app::Command;
use crate::diagram::Element;
use crate::gui::fonts;
use crate::gui::theme::{FIELD_HEIGHT, colour, tokens};
use crate::picture::text::Face;

/// A text that is being typed, or that was left although it is refused.
#[derive(Debug)]
struct Draft {
    id: Id,
    text: String,
    refusal: Option<String>,
    /// It was shown since the last sweep.
    seen: bool,
    /// The field has the focus, and a gesture is open.
    live: bool,
}

/// What is being typed in the inspector: one text at most.
#[derive(Debug, Default)]
pub(in crate::gui) struct Drafts {
    subject: Vec<Element>,
    open: Option<Draft>,
    /// The next field that is shown takes the focus.
    pub(in crate::gui) focus_next: bool,
}

/// A field for text.
pub(in crate::gui) struct Spec<'s> {
    /// Its identity.
    pub(in crate::gui) id: Id,
    /// Its name.
    pub(in crate::gui) label: &'s str,
    /// What the document has.
    pub(in crate::gui) shown: &'s str,
    /// What stands in it while it is empty.
    pub(in crate::gui) hint: &'s str,
    /// After the text.
    pub(in crate::gui) unit: &'s str,
    /// Face and size.
    pub(in crate::gui) set: (Face, f32),
    /// Its frame is seen only when it is touched.
    pub(in crate::gui) quiet: bool,
    /// Lines at least; more than one makes Enter start a new one.
    pub(in crate::gui) lines: usize,
    /// Its text ends at the right, as figures in a column do.
    pub(in crate::gui) right: bool,
    /// One sentence about it, for those who cannot rest a pointer on its name.
    pub(in crate::gui) help: &'s str,
}

impl<'s> Spec<'s> {
    /// A field of one line in the size of rows.
    pub(in crate::gui) fn new(id: Id, label: &'s str, shown: &'s str) -> Self {
        Self {
            id,
            label,
            shown,
            hint: "",
            unit: "",
            set: (Face::Regular, 13.0),
            quiet: false,
            lines: 1,
            right: false,
            help: "",
        }
    }
}

impl Drafts {
    /// Ends what was typed about something else.
    pub(in crate::gui) fn about(&mut self, subject: &[Element], commands: &mut Vec<Command>) {
        if self.subject == subject {
            return;
        }
        self.subject = subject.to_vec();
        if self.open.take().is_some_and(|draft| draft.live) {
            commands.push(Command::FinishGesture);
        }
    }

    /// Ends what was typed in a field that is not shown any more, such as a row that was scrolled away.
    pub(in crate::gui) fn sweep(&mut self, commands: &mut Vec<Command>) {
        let Some(draft) = &mut self.open else { return };
        if !std::mem::take(&mut draft.seen) && self.open.take().is_some_and(|draft| draft.live) {
            commands.push(Command::FinishGesture);
        }
    }

    /// Shows a field; `judge` turns its text into a command or says why it cannot stand.
    pub(in crate::gui) fn text(
        &mut self,
        ui: &mut Ui,
        spec: &Spec<'_>,
        judge: impl Fn(&str) -> Result<Command, String>,
        commands: &mut Vec<Command>,
    ) -> Response {
        let mine = self.open.as_ref().filter(|draft| draft.id == spec.id);
        let mut text = mine.map_or_else(|| spec.shown.to_owned(), |draft| draft.text.clone());
        let refused = mine.and_then(|draft| draft.refusal.clone());
        if let Some(draft) = self.open.as_mut().filter(|draft| draft.id == spec.id) {
            draft.seen = true;
        }
        let response = edit(ui, spec, &mut text, refused.is_some());
        if std::mem::take(&mut self.focus_next) {
            response.request_focus();
        }
        if response.has_focus() && !self.is_live(spec.id) {
            self.begin(spec, refused.clone(), &text, commands);
        }
        if response.changed() {
            self.typed(text, judge, commands);
        }
        if response.lost_focus() && self.is_live(spec.id) {
            let cancelled = ui.input(|input| input.key_pressed(Key::Escape));
            self.leave(cancelled, commands);
        }
        response
    }

    /// Says why the text of a field cannot stand, if so.
    pub(in crate::gui) fn refusal(&self, ui: &mut Ui, id: Id, label: &str) {
        let mine = self.open.as_ref().filter(|draft| draft.id == id);
        if let Some(refusal) = mine.and_then(|draft| draft.refusal.as_ref()) {
            let sentence = RichText::new(format!("{label} {refusal}."));
            ui.add(Label::new(sentence.size(12.0).color(colour(tokens(ui).danger))).wrap());
        }
    }

    /// Why the text of a field cannot stand, if so.
    pub(in crate::gui) fn refused(&self, id: Id) -> Option<&str> {
        self.open.as_ref().filter(|draft| draft.id == id)?.refusal.as_deref()
    }

    fn is_live(&self, id: Id) -> bool {
        self.open.as_ref().is_some_and(|draft| draft.id == id && draft.live)
    }

    fn begin(&mut self, spec: &Spec<'_>, refusal: Option<String>, text: &str, commands: &mut Vec<Command>) {
        commands.push(Command::BeginField(format!("Change {}", spec.label.to_lowercase())));
        self.open = Some(Draft { id: spec.id, text: text.to_owned(), refusal, seen: true, live: true });
    }

    fn typed(&mut self, text: String, judge: impl Fn(&str) -> Result<Command, String>, commands: &mut Vec<Command>) {
        let Some(draft) = &mut self.open else { return };
        match judge(&text) {
            Ok(command) => {
                draft.refusal = None;
                commands.push(command);
            }
            Err(refusal) => {
                draft.refusal = Some(refusal);
                // What was typed on the way there could stand; it is not what was meant.
                commands.push(Command::RestartGesture);
            }
        }
        draft.text = text;
    }

    /// A refused text stays to be seen and mended; the document keeps what it had.
    fn leave(&mut self, cancelled: bool, commands: &mut Vec<Command>) {
        commands.push(if cancelled { Command::CancelGesture } else { Command::FinishGesture });
        let Some(mut draft) = self.open.take() else { return };
        draft.live = false;
        self.open = Some(draft).filter(|draft| !cancelled && draft.refusal.is_some());
    }
}

fn edit(ui: &mut Ui, spec: &Spec<'_>, text: &mut String, refused: bool) -> Response {
    let t = tokens(ui);
    let width = ui.available_width();
    let font = FontSelection::FontId(fonts::font(spec.set.0, spec.set.1));
    let fresh = if spec.lines > 1 { TextEdit::multiline(text) } else { TextEdit::singleline(text) };
    let unit = RichText::new(spec.unit).color(colour(t.text2)).size(12.0);
    let field = fresh
        .id(spec.id)
        .font(font)
        .hint_text(RichText::new(spec.hint).font(fonts::font(spec.set.0, spec.set.1)))
        .margin(Margin::symmetric(8, 5))
        .desired_rows(spec.lines)
        .desired_width(width)
        .min_size(vec2(width, FIELD_HEIGHT));
    let field = if spec.lines > 1 { field } else { field.vertical_align(Align::Center) };
    let field = if spec.right { field.horizontal_align(Align::Max) } else { field };
    let field = if spec.unit.is_empty() { field } else { field.suffix(unit) };
    let response = ui
        .scope(|ui| {
            if refused {
                let danger = eframe::egui::Stroke::new(1.0, colour(t.danger));
                let visuals = ui.visuals_mut();
                visuals.selection.stroke = danger;
                visuals.widgets.inactive.bg_stroke = danger;
                visuals.widgets.hovered.bg_stroke = danger;
            }
            if spec.quiet && !refused {
                let visuals = ui.visuals_mut();
                visuals.text_edit_bg_color = Some(colour(t.panel));
                visuals.widgets.inactive.bg_stroke.color = colour(t.panel);
            }
            ui.add(field)
        })
        .inner;
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_label(spec.label);
        if !spec.help.is_empty() {
            node.set_description(spec.help);
        }
    });
    response
}
