//! One file or folder to choose: in the system's dialog where there is one, else in the program's own.
//!
//! Nothing waits here: a dialog is looked after with every frame, and wakes the window when it has an answer. A system
//! without dialogs answers at once that nothing was chosen, just as a person who cancels would, but its window never
//! loses the focus to a dialog; that is how the two are told apart. Must not know what is chosen for.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Poll, Wake, Waker};

use eframe::egui::{Align2, Context, Event, Frame, Id, Key, Modal, Popup, Vec2};
use egui_file_dialog::{DialogState, FileDialog};
use egui_phosphor::regular as icon;

use crate::gui::widgets::{Button, caption};

/// A dialog of the system that answers some time.
pub type Answer = Pin<Box<dyn Future<Output = Option<PathBuf>> + Send>>;
/// Opens a dialog of the system.
pub type Opener = fn(&Ask) -> Answer;

/// What is to be chosen.
#[derive(Clone, Debug)]
pub struct Ask {
    /// What for, in words.
    pub title: &'static str,
    /// The folder that is shown first.
    pub folder: Option<PathBuf>,
    /// A file that is there, one to write, or a folder.
    pub what: What,
    /// What the files are called, and how their names end.
    pub files: (&'static str, &'static [&'static str]),
}

/// A file that is there, one to write, or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A file that is there.
    File,
    /// A file to write, with a name to start from.
    Save(String),
    /// A folder.
    Folder,
}

/// What has become of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Chosen {
    /// Still choosing.
    Nothing,
    /// This.
    Path(PathBuf),
    /// Went away.
    Left,
}

/// How files are chosen in this session.
#[derive(Default)]
pub(super) struct Chooser {
    /// How to open the system's dialogs; `None` where it has none.
    opener: Option<Opener>,
    open: Option<(Ask, Dialog)>,
}

enum Dialog {
    Own(Box<FileDialog>),
    System { answer: Answer, lost_focus: bool },
}

impl Chooser {
    /// From now on the system's dialogs are opened by this.
    pub(super) fn open_with(&mut self, opener: Opener) {
        self.opener = Some(opener);
    }

    /// Opens a dialog, the system's if it is wanted and there is one.
    pub(super) fn ask(&mut self, ask: Ask, system: bool) {
        let dialog = match self.opener.filter(|_| system) {
            Some(opener) => Dialog::System { answer: opener(&ask), lost_focus: false },
            None => Dialog::Own(Box::new(own(&ask))),
        };
        self.open = Some((ask, dialog));
    }

    /// Closes what is open.
    pub(super) fn close(&mut self) {
        self.open = None;
    }

    /// Whether a dialog is open.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Looks after the dialog.
    pub(super) fn ui(&mut self, ctx: &Context) -> Chosen {
        let Some((ask, dialog)) = &mut self.open else { return Chosen::Left };
        let chosen = match dialog {
            Dialog::Own(dialog) => own_ui(ctx, dialog),
            Dialog::System { answer, lost_focus } => match system_ui(ctx, answer, lost_focus) {
                Ok(chosen) => chosen,
                Err(Nobody) => {
                    self.opener = None;
                    *dialog = Dialog::Own(Box::new(own(ask)));
                    ctx.request_repaint();
                    Chosen::Nothing
                }
            },
        };
        if chosen != Chosen::Nothing {
            self.open = None;
        }
        chosen
    }
}

/// The system has no dialogs.
struct Nobody;

struct Repaint(Context);

impl Wake for Repaint {
    fn wake(self: Arc<Self>) {
        self.0.request_repaint();
    }
}

fn system_ui(ctx: &Context, answer: &mut Answer, lost_focus: &mut bool) -> Result<Chosen, Nobody> {
    *lost_focus |= ctx
        .input(|input| input.viewport().focused == Some(false) || input.events.contains(&Event::WindowFocused(false)));
    let waker = Waker::from(Arc::new(Repaint(ctx.clone())));
    match answer.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
        Poll::Ready(Some(path)) => return Ok(Chosen::Path(path)),
        Poll::Ready(None) if *lost_focus => return Ok(Chosen::Left),
        Poll::Ready(None) => return Err(Nobody),
        Poll::Pending => {}
    }
    let frame = Frame::popup(&ctx.global_style()).inner_margin(20);
    let modal = Modal::new(Id::new("system dialog")).frame(frame).backdrop_color(super::veil(ctx));
    let shown = modal.show(ctx, |ui| {
        ui.set_width(300.0);
        caption(ui, "A dialog of the system is open for this window.");
        ui.add_space(4.0);
        super::files::line(ui, |ui| Button::new("Cancel").show(ui).clicked())
    });
    let left = shown.inner || ctx.input(|input| input.key_pressed(Key::Escape));
    Ok(if left { Chosen::Left } else { Chosen::Nothing })
}

fn own_ui(ctx: &Context, dialog: &mut FileDialog) -> Chosen {
    // The first press would only leave the field for the name.
    let left = ctx.input(|input| input.key_pressed(Key::Escape)) && !Popup::is_any_open(ctx);
    dialog.update(ctx);
    match dialog.take_picked() {
        Some(path) => Chosen::Path(path),
        None if left || matches!(dialog.state(), DialogState::Closed | DialogState::Cancelled) => Chosen::Left,
        None => Chosen::Nothing,
    }
}

/// The system's dialog. It is made here, on the thread of the window, as some systems want it.
pub fn system(ask: &Ask) -> Answer {
    let dialog = rfd::AsyncFileDialog::new().set_title(ask.title).add_filter(ask.files.0, ask.files.1);
    let dialog = match &ask.folder {
        Some(folder) => dialog.set_directory(folder),
        None => dialog,
    };
    let path = |handle: Option<rfd::FileHandle>| handle.map(|handle| handle.path().to_owned());
    match &ask.what {
        What::File => {
            let answer = dialog.pick_file();
            Box::pin(async move { path(answer.await) })
        }
        What::Save(name) => {
            let answer = dialog.set_file_name(name).save_file();
            Box::pin(async move { path(answer.await) })
        }
        What::Folder => {
            let answer = dialog.pick_folder();
            Box::pin(async move { path(answer.await) })
        }
    }
}

/// The program's own dialog.
fn own(ask: &Ask) -> FileDialog {
    // It looks at what stands behind the last dot only.
    let ends = ask.files.1.iter().map(|end| end.rsplit('.').next().unwrap_or(end)).collect();
    let dialog = looks(FileDialog::new().title(ask.title).id("path dialog"));
    let dialog = dialog.add_file_filter_extensions(ask.files.0, ends).default_file_filter(ask.files.0);
    let mut dialog = match ask.folder.as_deref().map(Path::to_owned) {
        Some(folder) => dialog.initial_directory(folder),
        None => dialog,
    };
    match &ask.what {
        What::File => dialog.pick_file(),
        What::Save(name) => {
            dialog = dialog.default_file_name(name);
            dialog.save_file();
        }
        What::Folder => dialog.pick_directory(),
    }
    dialog
}

fn looks(dialog: FileDialog) -> FileDialog {
    dialog
        .anchor(Align2::CENTER_CENTER, Vec2::ZERO)
        .default_size([720.0, 460.0])
        // Its search field has a black ground in every theme.
        .show_search(false)
        .default_file_icon(icon::FILE_TEXT)
        .default_folder_icon(icon::FOLDER)
        .device_icon(icon::HARD_DRIVE)
        .removable_device_icon(icon::HARD_DRIVE)
        .err_icon(icon::WARNING)
        .parent_directory_icon(icon::ARROW_UP)
        .back_icon(icon::ARROW_LEFT)
        .forward_icon(icon::ARROW_RIGHT)
        .new_folder_icon(icon::PLUS)
        .menu_icon(icon::LIST)
        .search_icon(icon::MAGNIFYING_GLASS)
        .path_edit_icon(icon::PENCIL_SIMPLE)
}
