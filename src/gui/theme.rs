//! The tokens as egui's style, so that its own widgets look as ours do.
//!
//! The only place where a colour is made for egui. Must not know panels.

use std::sync::Arc;

use eframe::egui::style::{ScrollAnimation, ScrollStyle, Selection, TextCursorStyle, WidgetVisuals, Widgets};
use eframe::egui::{
    Color32, Context, CornerRadius, FontId, Margin, Shadow, Stroke, Style, TextStyle, Ui, Vec2, Visuals, vec2,
};

use super::fonts;
use crate::picture::text::Face;
use crate::picture::{Rgb, Theme, Tokens};

/// Radius of buttons, fields and rows.
pub const RADIUS: u8 = 6;
/// Radius of popups and segmented controls.
pub const POPUP_RADIUS: u8 = 8;
/// Height of fields, selects and rows.
pub const FIELD_HEIGHT: f32 = 28.0;

/// How long egui's own widgets take to fold and to fade, in seconds.
const ANIMATION_S: f32 = 0.12;

/// A token as egui wants it.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "tokens become colours of the window here and nowhere else")]
pub fn colour(rgb: Rgb) -> Color32 {
    Color32::from_rgb(rgb.0, rgb.1, rgb.2)
}

/// The tokens of the theme that is shown.
#[must_use]
pub fn tokens(ui: &Ui) -> &'static Tokens {
    tokens_of(ui.visuals())
}

/// The tokens of the theme that these visuals belong to.
#[must_use]
pub fn tokens_of(visuals: &Visuals) -> &'static Tokens {
    Tokens::of(if visuals.dark_mode { Theme::Dark } else { Theme::Light })
}

/// A line of one pixel.
#[must_use]
pub fn line(rgb: Rgb) -> Stroke {
    Stroke::new(1.0, colour(rgb))
}

/// Gives the window the look of a theme; does nothing when it has it already.
pub fn apply(ctx: &Context, theme: Theme) {
    let wanted = if theme == Theme::Dark { eframe::egui::Theme::Dark } else { eframe::egui::Theme::Light };
    if ctx.options(|options| options.theme_preference) != wanted.into() {
        ctx.set_theme(wanted);
    }
}

/// Lets egui's own widgets glide or not; does nothing when they do so already.
pub fn still(ctx: &Context, still: bool) {
    let time_s = if still { 0.0 } else { ANIMATION_S };
    if (ctx.global_style().animation_time - time_s).abs() > f32::EPSILON {
        ctx.all_styles_mut(|style| {
            style.animation_time = time_s;
            style.scroll_animation = if still { ScrollAnimation::none() } else { ScrollAnimation::default() };
        });
    }
}

/// Gives egui the styles of both themes.
pub fn install(ctx: &Context) {
    for (kind, theme) in [(eframe::egui::Theme::Dark, Theme::Dark), (eframe::egui::Theme::Light, Theme::Light)] {
        ctx.set_style_of(kind, Arc::new(style(theme)));
    }
}

/// The style of a theme.
#[must_use]
pub fn style(theme: Theme) -> Style {
    let mut style = Style {
        text_styles: [
            (TextStyle::Small, FontId::new(11.0, fonts::family(Face::Regular))),
            (TextStyle::Body, FontId::new(13.0, fonts::family(Face::Regular))),
            (TextStyle::Button, FontId::new(13.0, fonts::family(Face::Medium))),
            (TextStyle::Heading, FontId::new(15.0, fonts::family(Face::SemiBold))),
            (TextStyle::Monospace, FontId::new(12.0, fonts::family(Face::Mono))),
        ]
        .into(),
        visuals: visuals(theme),
        animation_time: ANIMATION_S,
        ..Style::default()
    };
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(8.0, 8.0);
    spacing.button_padding = vec2(12.0, 4.0);
    spacing.window_margin = Margin::same(16);
    spacing.menu_margin = Margin::same(4);
    spacing.interact_size = Vec2::new(28.0, FIELD_HEIGHT);
    spacing.text_edit_width = 160.0;
    spacing.combo_height = 320.0;
    spacing.icon_width = 14.0;
    spacing.tooltip_width = 320.0;
    spacing.scroll = ScrollStyle { bar_width: 8.0, ..ScrollStyle::floating() };
    style
}

fn visuals(theme: Theme) -> Visuals {
    let t = Tokens::of(theme);
    let base = if theme == Theme::Dark { Visuals::dark() } else { Visuals::light() };
    let shadow = popup_shadow(theme);
    Visuals {
        widgets: widgets(t),
        // The line is the frame of a field that has the focus, too.
        selection: Selection { bg_fill: colour(t.accent_soft), stroke: Stroke::new(1.0, colour(t.accent)) },
        hyperlink_color: colour(t.accent),
        weak_text_color: Some(colour(t.disabled)),
        faint_bg_color: colour(t.raised),
        extreme_bg_color: colour(t.field),
        text_edit_bg_color: Some(colour(t.field)),
        code_bg_color: colour(t.field),
        warn_fg_color: colour(t.warn),
        error_fg_color: colour(t.danger),
        window_corner_radius: CornerRadius::same(POPUP_RADIUS),
        window_shadow: shadow,
        popup_shadow: shadow,
        window_fill: colour(t.popup),
        window_stroke: line(t.popup_border),
        window_highlight_topmost: false,
        menu_corner_radius: CornerRadius::same(POPUP_RADIUS),
        panel_fill: colour(t.panel),
        // A blinking cursor would repaint the window for ever.
        text_cursor: TextCursorStyle { stroke: Stroke::new(1.5, colour(t.accent)), blink: false, ..Default::default() },
        indent_has_left_vline: false,
        slider_trailing_fill: true,
        // What cannot be used can still be read.
        disabled_alpha: 0.75,
        ..base
    }
}

fn popup_shadow(theme: Theme) -> Shadow {
    let share = if theme == Theme::Dark { 0.28 } else { 0.16 };
    let color = colour(Tokens::of(theme).shadow).gamma_multiply(share);
    Shadow { offset: [0, 8], blur: 24, spread: 0, color }
}

fn widgets(t: &Tokens) -> Widgets {
    let look = |fill: Rgb, border: Rgb, text: Rgb| WidgetVisuals {
        bg_fill: colour(fill),
        weak_bg_fill: colour(fill),
        bg_stroke: line(border),
        corner_radius: CornerRadius::same(RADIUS),
        fg_stroke: line(text),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: look(t.panel, t.divider, t.text),
        inactive: look(t.control, t.control_border, t.text),
        hovered: look(t.control_hover, t.card_hover, t.text),
        active: look(t.control_hover, t.accent, t.text),
        open: look(t.control_hover, t.control_border, t.text),
    }
}
