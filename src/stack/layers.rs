//! Layers: code that several functions are deployed with.
//!
//! Must not know languages.

use super::lower::Lowering;
use super::{Code, Expression, Severity, Wire, words};

/// Most layers of one function.
const MAX_LAYERS: usize = 5;

impl Lowering<'_> {
    /// The folder of a layer.
    pub(super) fn layer(&mut self, id: &str) {
        let folder = format!("layers/{}", words::folder(id));
        self.set(id, "Content", folder.as_str());
        self.stack.layers.insert(id.to_owned(), folder);
    }

    /// A function is deployed with a layer; the platform takes five at most.
    pub(super) fn uses_layer(&mut self, wire: &Wire) {
        let Some(function) = self.stack.resources.get_mut(&wire.from) else { return };
        let mut layers = match function.properties.remove("Layers") {
            Some(Expression::List(layers)) => layers,
            _ => Vec::new(),
        };
        layers.push(Expression::Ref(wire.to.clone()));
        let count = layers.len();
        function.properties.put("Layers", layers);
        if count == MAX_LAYERS + 1 {
            let name = self.name_of(&wire.from);
            let message =
                format!("{name} uses more than {MAX_LAYERS} layers, which the platform refuses; put some together.");
            self.problem_of(Severity::Error, Code::ConflictingArrow, &wire.from, message);
        }
    }
}
