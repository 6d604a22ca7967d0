//! Whether a graph can be put in order soon. Nodes without a name are told apart by what is said of them; those that look alike
//! and hang together are tried in every order, so that a few dozen of them would take years.

use std::collections::{HashMap, HashSet};

use oxrdf::{GraphName, NamedOrBlankNode, Quad, Term};

use super::NotCanonical;

/// How many nodes that look alike may hang on others: so few that all their orders are tried in no time.
const MOST: usize = 6;

/// Refuses a graph that would take too long. A statement counts once, however often it is made.
pub(super) fn must_be_loose(quads: &HashSet<Quad>) -> Result<(), NotCanonical> {
    let mut nodes = HashMap::<&str, Node>::new();
    for quad in quads {
        let ends = [subject(quad), object(quad), graph(quad)];
        for name in ends.into_iter().flatten() {
            let node = nodes.entry(name).or_default();
            node.said.push(said(quad, ends, name));
            node.hangs |= ends.into_iter().flatten().any(|other| other != name);
        }
    }
    let mut alike = HashMap::<Vec<String>, usize>::new();
    for mut node in nodes.into_values().filter(|node| node.hangs) {
        node.said.sort_unstable();
        *alike.entry(node.said).or_default() += 1;
    }
    let tangled: usize = alike.into_values().filter(|count| *count > 1).sum();
    if tangled > MOST { Err(NotCanonical::Tangled) } else { Ok(()) }
}

/// A node without a name.
#[derive(Default)]
struct Node {
    /// What is said of it, whoever the others are.
    said: Vec<String>,
    /// Is it said together with another?
    hangs: bool,
}

/// A statement as one of its nodes sees it.
fn said(quad: &Quad, ends: [Option<&str>; 3], of: &str) -> String {
    let places = ends.map(|end| end.map_or(' ', |name| if name == of { 'a' } else { 'z' }));
    let named = |term: String, place: char| if place == ' ' { term } else { place.to_string() };
    let [subject, object, graph] = places;
    format!(
        "{} {} {} {}",
        named(quad.subject.to_string(), subject),
        quad.predicate,
        named(quad.object.to_string(), object),
        named(quad.graph_name.to_string(), graph),
    )
}

fn subject(quad: &Quad) -> Option<&str> {
    match &quad.subject {
        NamedOrBlankNode::BlankNode(node) => Some(node.as_str()),
        NamedOrBlankNode::NamedNode(_) => None,
    }
}

fn object(quad: &Quad) -> Option<&str> {
    match &quad.object {
        Term::BlankNode(node) => Some(node.as_str()),
        _ => None,
    }
}

fn graph(quad: &Quad) -> Option<&str> {
    match &quad.graph_name {
        GraphName::BlankNode(node) => Some(node.as_str()),
        _ => None,
    }
}
