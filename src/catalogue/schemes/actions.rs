//! What can be done with schemes: all by the operator. Reading is for anyone and asks for no permit.

use crate::{
    access::{Action, Demand},
    words::SchemeId,
};

/// The operator adds a scheme.
#[derive(Clone, Copy, Debug)]
pub struct AddScheme;

impl Action for AddScheme {
    const NAME: &'static str = "add_scheme";
    fn demand(&self) -> Demand {
        Demand::Operator
    }
}

/// The operator changes a scheme.
#[derive(Clone, Copy, Debug)]
pub struct ChangeScheme {
    /// The scheme.
    pub scheme: SchemeId,
}

impl Action for ChangeScheme {
    const NAME: &'static str = "change_scheme";
    fn demand(&self) -> Demand {
        Demand::Operator
    }
}
