//! # Stratoscope
//!
//! One graph of event sources, functions and stores is drawn, checked, priced and exported — and, as the program grows,
//! simulated and watched live — on the same canvas.
//!
//! ## From above
//!
//! ```text
//!   assets/catalog/*.toml ─→ catalog ─→ diagram ─┬─→ picture ─→ gui/canvas · export/svg · export/png
//!   diagrams/*.strato.json ──────────────┘        ├─→ stack ──→ export/sam · export/cloudformation ─→ engine ─→ a folder that deploys
//!   assets/prices/*.csv ──→ cost::Book ───────────┴─→ workload ─→ cost ─→ a bill
//! ```
//!
//! A person's wish becomes an [`app::Command`]; the [`app::Workspace`] runs it; [`diagram::edit`] turns it into primitive
//! changes, of which each has an inverse; the [`picture::Picture`] follows; the window draws it. What must wait for a disk
//! goes to the [`engine`] as a request and comes back as an event.
//!
//! ```text
//!   files ─→ source ─→ telemetry/log · telemetry/trace ─→ cli · engine/observe ─→ app ─→ panels and the Live lens
//! ```
//!
//! ## Where things live
//!
//! Rooms are listed from the roof down. Each may use what stands below it along the arrows that `tests/it/tidy.rs` holds.
//!
//! | room | what it is for |
//! | --- | --- |
//! | `gui` | the window: egui lives here and nowhere else, `egui_graphs` behind `gui/canvas` |
//! | [`cli`] | the commands that work without a window |
//! | [`app`] | the application without a window: what is open, what is selected, the table of commands |
//! | [`engine`] | the background: files, exports, pictures, price lists, other windows, one thread |
//! | [`source`] | where telemetry comes from, each source behind one trait: files, recordings, an AWS account; `source/tail`, `metrics`,
//! `xray` and `insights` decide without a socket what is asked and what of it counts, `source/aws` asks |
//! | [`telemetry`] | logs, metrics and traces as plain data: a store of records, a query language, traces put together, charts |
//! | [`export`] | stack → SAM, plain CloudFormation; picture → SVG, PNG; diagram → Mermaid |
//! | [`stack`] | the deployable form between diagram and dialect: resources, wirings, rights, names |
//! | [`picture`] | the geometry of a diagram, drawn by any pen |
//! | [`cost`] | the monthly bill: money, price book, tiers, allowances, lines |
//! | [`workload`] | how much every node is used, and where each figure comes from |
//! | [`diagram`] | what the user drew: model, changes, history, integrity, layout, file format |
//! | [`catalog`] | what can exist: kinds as data |
//!
//! ## Architecture invariants
//!
//! 1. **One document, one history.** The canvas' graph, the picture, the inspector are projections of [`diagram::Diagram`].
//! 2. **One writer.** Only [`diagram::edit`] changes a diagram; applying a change returns its inverse, so undo and redo are
//!    one function. A gesture is one transaction; an empty one leaves no trace.
//! 3. **The interface sends, never does.** Panels get shared references and push commands; every command without data stands
//!    in [`app::TABLE`], from which menus, palette and keys are made.
//! 4. **The interface never waits.** Channels are bounded, answers carry tickets, stale ones are dropped.
//! 5. **A kind is data, a mechanism is code.** A kind is one TOML and one SVG; what an arrow does is a variant of
//!    [`catalog::Wiring`], and no dialect compiles until it has answered each.
//! 6. **Nothing that was opened is lost.** Unknown kinds and properties are kept verbatim; saving is atomic with a backup.
//! 7. **Unknown is not zero, money is not float.** A cost without usage says what it depends on; no region borrows another's price.
//! 8. **Deterministic core.** No clock, randomness, environment or file below the engine; output is sorted and stable.
//!
//! ## Where this differs from the first sketch
//!
//! - `Wiring` stands in `catalog`, because `capabilities.toml` names its variants and nothing below may know `stack`.
//! - The arrows of a workflow are stored like others, so that they can carry numbers and labels, and are kept equal to the
//!   definition by the one writer: [`diagram::integrity()`] holds it.
//! - `app` names `engine::protocol`, plain data, and nothing else of the engine.

pub mod catalog;
pub mod diagram;
pub mod stack;
pub mod workload;
pub mod cost;
pub mod export;
pub mod picture;
pub mod telemetry;
pub mod source;
pub mod engine;
pub mod app;
pub mod cli;
#[cfg(feature = "gui")]
pub mod gui;
