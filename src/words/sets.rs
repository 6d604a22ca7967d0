//! Small sets of closed words.

use serde::{Serialize, Serializer};

use super::{Part, Scope, Word};

/// Which parts of a record a custody holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Content(u8);

impl Content {
    /// Nothing at all.
    pub const NOTHING: Content = Content(0);

    /// The set of the given parts.
    pub fn of(parts: &[Part]) -> Self {
        parts.iter().fold(Self::NOTHING, |set, part| set.with(*part))
    }

    /// This set and one part more.
    #[must_use]
    pub fn with(self, part: Part) -> Self {
        Self(self.0 | Self::bit(part))
    }

    /// What either set holds.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both sets hold.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Does the set hold this part?
    pub fn holds(self, part: Part) -> bool {
        self.0 & Self::bit(part) != 0
    }

    /// The parts in their fixed order.
    pub fn parts(self) -> impl Iterator<Item = Part> {
        Part::ALL.iter().copied().filter(move |part| self.holds(*part))
    }

    /// The set as the database stores it: bit n is the n-th part.
    pub fn bits(self) -> i16 {
        i16::from(self.0)
    }

    /// The set the database stored; unknown bits are dropped.
    pub fn from_bits(bits: i16) -> Self {
        let known = (1_i16 << Part::ALL.len()) - 1;
        Self(u8::try_from(bits & known).unwrap_or(0))
    }

    fn bit(part: Part) -> u8 {
        1 << Part::ALL.iter().position(|p| *p == part).unwrap_or(0)
    }
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.parts())
    }
}

impl utoipa::PartialSchema for Content {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ArrayBuilder::new().items(<Part as utoipa::PartialSchema>::schema()).into()
    }
}
impl utoipa::ToSchema for Content {}

/// What an API client may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// The set of the given scopes.
    pub fn of(mut scopes: Vec<Scope>) -> Self {
        scopes.sort();
        scopes.dedup();
        Self(scopes)
    }

    /// Is this scope granted?
    pub fn holds(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// The scopes in their fixed order.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }

    /// Is nothing granted?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes of a space-separated list (RFC 6749, 3.3); `None` if one is unknown.
    pub fn parse(text: &str) -> Option<Self> {
        text.split_ascii_whitespace().map(Scope::from_code).collect::<Option<Vec<_>>>().map(Self::of)
    }
}

impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let codes: Vec<_> = self.iter().map(Scope::code).collect();
        f.write_str(&codes.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_survives_the_database_and_drops_unknown_bits() {
        let set = Content::of(&[Part::Fact, Part::Document]);
        assert_eq!(Content::from_bits(set.bits()), set);
        assert_eq!(Content::from_bits(0x7f00 | set.bits()), set);
        assert_eq!(set.parts().collect::<Vec<_>>(), [Part::Fact, Part::Document]);
    }

    #[test]
    fn scopes_are_read_from_a_space_separated_list_and_unknown_ones_refuse_it() {
        let scopes = Scopes::parse("staff:write completions:read completions:read").expect("both exist");
        assert_eq!(scopes.to_string(), "completions:read staff:write");
        assert_eq!(Scopes::parse("everything"), None);
    }
}
