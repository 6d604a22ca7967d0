//! What a person does about oneself.

mod cards;
mod claims;
mod portfolio;
