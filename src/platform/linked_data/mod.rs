//! Linked data (JSON-LD): what a document states, written in the one form and order that can be signed (RDF Dataset
//! Canonicalization, RDFC-1.0).
//!
//! The contexts that give words their meaning are compiled in and pinned by their hash, so nothing is ever fetched, and nobody
//! else can change what a signature covers. What linked data does not understand (a word no context defines, an address that is
//! none, a member without a value) would be left out of what is signed without a word; here it is an error.

mod tangle;

use std::collections::{BTreeSet, HashSet};

use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::{
    Dataset, GraphName, NamedNode, NamedOrBlankNode, Quad, Term,
    dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm},
};
use serde_json::{Value, json};

/// Verifiable Credentials Data Model 2.0, and the proofs of Data Integrity.
pub const CREDENTIALS: &str = "https://www.w3.org/ns/credentials/v2";
/// Open Badges 3.0.
pub const OPEN_BADGES: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
/// The schema types of 1EdTech.
pub const EXTENSIONS: &str = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json";

/// A context by its address.
struct Context {
    url: &'static str,
    json: &'static [u8],
}

const CONTEXTS: [Context; 3] = [
    Context { url: CREDENTIALS, json: include_bytes!("contexts/credentials-v2.json") },
    Context { url: OPEN_BADGES, json: include_bytes!("contexts/open-badges-3.0.3.json") },
    Context { url: EXTENSIONS, json: include_bytes!("contexts/1edtech-extensions.json") },
];

/// Why a document has no canonical form here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// It names a context that is not compiled in, or brings one of its own.
    #[error("the context {0} is not known here, and none is fetched")]
    UnknownContext(String),
    /// A word that no context defines: its value would not be signed.
    #[error("no context defines {0}")]
    Undefined(String),
    /// It is larger or deeper than anything that is signed here.
    #[error("the document is too large")]
    TooLarge,
    /// So many of its nodes look alike that putting them in order would take too long.
    #[error("too many of its nodes look alike")]
    Tangled,
    /// It is no JSON-LD.
    #[error("the document is no JSON-LD: {0}")]
    Malformed(String),
}

/// How deep a document may be nested, how many values it may have, and how many contexts it may name: each is read anew.
const DEEPEST: usize = 32;
const MOST_VALUES: usize = 10_000;
const MOST_CONTEXTS: usize = 8;
/// What an undefined word or a relative address turns into, so that it is found.
const NOWHERE: &str = "undefined://here/";
/// What any of them begins with, wherever a relative address leads.
const NOWHERES: &str = "undefined:";

/// What a document states, as canonical N-Quads.
///
/// # Errors
/// `NotCanonical`.
pub fn canonical(document: &Value) -> Result<String, NotCanonical> {
    canonical_with(document, |url| CONTEXTS.iter().find(|one| one.url == url).map(|one| one.json))
}

type Known = fn(&str) -> Option<&'static [u8]>;

fn canonical_with(document: &Value, known: Known) -> Result<String, NotCanonical> {
    Soundness { known, values: 0, contexts: 0 }.must_hold(document, 0)?;
    let quads = statements(document, known)?;
    quads.iter().flat_map(names).try_for_each(must_be_an_address)?;
    tangle::must_be_loose(&quads)?;
    let mut dataset: Dataset = quads.into_iter().collect();
    let hash_algorithm = CanonicalizationHashAlgorithm::Sha256;
    dataset.canonicalize(CanonicalizationAlgorithm::Rdfc10 { hash_algorithm });
    let lines: BTreeSet<String> = dataset.iter().map(|quad| format!("{quad} .\n")).collect();
    Ok(lines.into_iter().collect())
}

/// Is it of a size and a shape that may be read?
struct Soundness {
    known: Known,
    values: usize,
    contexts: usize,
}

impl Soundness {
    fn must_hold(&mut self, value: &Value, depth: usize) -> Result<(), NotCanonical> {
        self.values += 1;
        if depth > DEEPEST || self.values > MOST_VALUES {
            return Err(NotCanonical::TooLarge);
        }
        match value {
            Value::Array(items) => items.iter().try_for_each(|item| self.must_hold(item, depth + 1)),
            Value::Object(members) => members.iter().try_for_each(|(name, value)| self.member(name, value, depth)),
            Value::Null => Err(NotCanonical::Malformed("a member has no value".into())),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
        }
    }

    /// Every word is a plain one: what has a colon or a space in it would be taken for an address, and left out if it is none.
    fn member(&mut self, name: &str, value: &Value, depth: usize) -> Result<(), NotCanonical> {
        match name.strip_prefix('@') {
            Some("context") => self.contexts(value),
            Some(_) => Err(NotCanonical::Malformed(format!("{} has no place in it", shortened(name)))),
            None if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => self.must_hold(value, depth + 1),
            None => Err(NotCanonical::Undefined(shortened(name))),
        }
    }

    fn contexts(&mut self, contexts: &Value) -> Result<(), NotCanonical> {
        let all = contexts.as_array();
        for context in all.ok_or_else(|| NotCanonical::Malformed("@context is no list of addresses".into()))? {
            let url = context.as_str().filter(|url| (self.known)(url).is_some());
            url.ok_or_else(|| NotCanonical::UnknownContext(shortened(&context.to_string())))?;
            self.contexts += 1;
            if self.contexts > MOST_CONTEXTS {
                return Err(NotCanonical::TooLarge);
            }
        }
        Ok(())
    }
}

/// A name of something that is nowhere defined, or no address at all.
fn must_be_an_address(name: &str) -> Result<(), NotCanonical> {
    if name.starts_with(NOWHERES) {
        return Err(NotCanonical::Undefined(shortened(name.strip_prefix(NOWHERE).unwrap_or(name))));
    }
    let wrong = |_| NotCanonical::Malformed(format!("{} is no address", shortened(name)));
    NamedNode::new(name).map(drop).map_err(wrong)
}

fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}

/// Its statements, each once, with what is not defined at a place of its own. The parser is not to judge addresses: it would leave
/// out what it does not like, while here it is refused.
fn statements(document: &Value, known: Known) -> Result<HashSet<Quad>, NotCanonical> {
    let mut marked = document.clone();
    let Some(contexts) = marked.get_mut("@context").and_then(Value::as_array_mut) else {
        return Err(NotCanonical::Malformed("it has no @context".into()));
    };
    contexts.push(json!({ "@vocab": NOWHERE }));
    let malformed = |error: &dyn std::fmt::Display| NotCanonical::Malformed(shortened(&error.to_string()));
    let json = serde_json::to_vec(&marked).map_err(|error| malformed(&error))?;
    let parser = JsonLdParser::new().lenient().with_base_iri(NOWHERE).map_err(|error| malformed(&error))?;
    let quads = parser.for_slice(&json).with_load_document_callback(move |url, _| match known(url) {
        Some(context) => Ok(JsonLdRemoteDocument { document: context.to_vec(), document_url: url.to_owned() }),
        None => Err("nothing is fetched".into()),
    });
    quads.collect::<Result<_, _>>().map_err(|error| malformed(&error))
}

/// Every address in a statement.
fn names(quad: &Quad) -> impl Iterator<Item = &str> {
    let subject = match &quad.subject {
        NamedOrBlankNode::NamedNode(node) => Some(node.as_str()),
        NamedOrBlankNode::BlankNode(_) => None,
    };
    let object = match &quad.object {
        Term::NamedNode(node) => Some(node.as_str()),
        Term::Literal(literal) => Some(literal.datatype().as_str()),
        _ => None,
    };
    let graph = match &quad.graph_name {
        GraphName::NamedNode(node) => Some(NamedNode::as_str(node)),
        _ => None,
    };
    [subject, Some(quad.predicate.as_str()), object, graph].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{SHA256, digest};

    use super::*;

    fn vector(name: &str) -> (Value, String) {
        let read = |what: &str| {
            let path = format!("{}/src/platform/linked_data/vectors/{name}-{what}", env!("CARGO_MANIFEST_DIR"));
            std::fs::read_to_string(&path).expect("a vector")
        };
        (serde_json::from_str(&read("document.json")).expect("JSON"), read("canonical.txt"))
    }

    /// Also what only a vector speaks: what is issued here does not.
    fn with_transcripts(url: &str) -> Option<&'static [u8]> {
        const TRANSCRIPTS: &str = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json";
        match url {
            TRANSCRIPTS => Some(include_bytes!("vectors/clr-context-2.0.1.json")),
            _ => CONTEXTS.iter().find(|one| one.url == url).map(|one| one.json),
        }
    }

    fn badge() -> Value {
        vector("badge").0
    }

    #[test]
    fn what_1edtech_published_for_badges_and_transcripts_comes_out_byte_for_byte() {
        for name in ["badge", "transcript"] {
            let (document, expected) = vector(name);
            assert_eq!(canonical_with(&document, with_transcripts).expect("canonical"), expected, "{name}");
        }
    }

    #[test]
    fn the_contexts_are_those_that_were_pinned() {
        let hash = |json: &[u8]| -> String {
            digest(&SHA256, json).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
        };
        let pinned = [
            "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
            "ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761",
            "2d013f981d1f4516081a6a04e55468ba2b071d4153b794f19a79715c45a89a5e",
        ];
        assert_eq!(CONTEXTS.each_ref().map(|one| hash(one.json)), pinned);
    }

    #[test]
    fn a_word_that_no_context_defines_is_an_error_wherever_it_stands() {
        type Change = fn(&mut Value);
        let cases: [(Change, &str); 9] = [
            (|doc| doc["colour"] = "red".into(), "colour"),
            (|doc| doc["credentialSubject"]["achievement"]["colour"] = "red".into(), "colour"),
            (|doc| doc["type"][1] = "Colourful".into(), "Colourful"),
            (|doc| doc["type"][1] = "Crane Operator".into(), "Crane Operator"),
            (|doc| doc["id"] = "not-an-address".into(), "not-an-address"),
            (|doc| doc["id"] = "//example.org/1".into(), "undefined://example.org/1"),
            (|doc| doc["also valid for"] = "cranes".into(), "also valid for"),
            (|doc| doc["_:colour"] = "red".into(), "_:colour"),
            (|doc| doc["https://example.org/colour of"] = "red".into(), "https://example.org/colour of"),
        ];
        for (change, word) in cases {
            let mut document = badge();
            change(&mut document);
            assert_eq!(canonical(&document), Err(NotCanonical::Undefined(word.into())));
        }
    }

    #[test]
    fn what_would_be_left_out_of_what_is_signed_is_refused() {
        type Change = fn(&mut Value);
        let forged = || {
            let mut forged = badge()["credentialSubject"].clone();
            forged["id"] = "https: //example.org".into();
            forged["achievement"]["id"] = "a:b c".into();
            forged["achievement"]["name"] = "Crane operator".into();
            forged
        };
        let cases: [Change; 4] = [
            |doc| doc["issuer"]["image"] = json!({ "id": "https://example.org/a b", "type": ["Image"] }),
            |doc| doc["type"][1] = "https://example.org/a type".into(),
            |doc| doc["name"] = Value::Null,
            |doc| doc["credentialSubject"]["achievement"]["criteria"]["id"] = "urn:<a>".into(),
        ];
        for (n, change) in cases.iter().enumerate() {
            let mut document = badge();
            change(&mut document);
            assert!(matches!(canonical(&document), Err(NotCanonical::Malformed(_))), "case {n}");
        }
        let mut document = badge();
        document["credentialSubject"] = json!([forged(), badge()["credentialSubject"]]);
        assert!(matches!(canonical(&document), Err(NotCanonical::Malformed(_))));
    }

    #[test]
    fn a_graph_that_leads_back_to_itself_has_an_end() {
        // A ring of organisations, each the parent of the next.
        let ring = |name: &dyn Fn(usize) -> String, length: usize| {
            (0..=length).rev().fold(json!({ "id": name(0) }), |inner, n| match n == length {
                true => inner,
                false => json!({ "id": name(n), "type": ["Profile"], "parentOrg": inner }),
            })
        };
        let mut document = badge();
        document["credentialSubject"]["achievement"]["creator"] = ring(&|n| format!("https://example.org/{n}"), 20);
        assert!(canonical(&document).is_ok());
        for (length, expected) in [(3, true), (20, false)] {
            document["credentialSubject"]["achievement"]["creator"] = ring(&|n| format!("_:n{n}"), length);
            assert_eq!(canonical(&document).is_ok(), expected, "{length} without names");
        }
    }

    #[test]
    fn the_order_of_members_changes_nothing_and_any_value_does() {
        let (document, expected) = vector("badge");
        let mut reversed = serde_json::Map::new();
        for (name, value) in document.as_object().expect("an object").iter().rev() {
            reversed.insert(name.clone(), value.clone());
        }
        assert_eq!(canonical(&Value::Object(reversed)).expect("canonical"), expected);
        let mut changed = document;
        changed["credentialSubject"]["achievement"]["name"] = "Teamworks".into();
        assert_ne!(canonical(&changed).expect("canonical"), expected);
    }

    #[test]
    fn nothing_is_fetched_and_no_context_is_brought_along() {
        for context in
            [json!("https://example.org/context"), json!({ "colour": "https://example.org/colour" }), json!(1)]
        {
            let mut document = badge();
            document["@context"].as_array_mut().expect("a list").push(context.clone());
            assert_eq!(canonical(&document), Err(NotCanonical::UnknownContext(context.to_string())));
            let mut nested = badge();
            nested["issuer"]["@context"] = json!([context]);
            assert_eq!(canonical(&nested), Err(NotCanonical::UnknownContext(context.to_string())));
        }
        for context in [json!(CREDENTIALS), json!({}), json!(null)] {
            let mut document = badge();
            document["@context"] = context;
            assert!(matches!(canonical(&document), Err(NotCanonical::Malformed(_))));
        }
    }

    #[test]
    fn what_is_too_deep_too_large_or_another_s_keyword_is_refused_before_it_is_read() {
        let mut deep = json!("x");
        (0..40).for_each(|_| deep = json!([deep.take()]));
        let mut document = badge();
        document["name"] = deep;
        assert_eq!(canonical(&document), Err(NotCanonical::TooLarge));
        let mut document = badge();
        document["name"] = json!(vec!["x"; MOST_VALUES]);
        assert_eq!(canonical(&document), Err(NotCanonical::TooLarge));
        let mut document = badge();
        document["@context"] = json!(vec![CREDENTIALS; MOST_CONTEXTS + 1]);
        assert_eq!(canonical(&document), Err(NotCanonical::TooLarge));
        document["@context"] = badge()["@context"].clone();
        document["evidence"] = json!(vec![json!({ "@context": [CREDENTIALS] }); MOST_CONTEXTS]);
        assert_eq!(canonical(&document), Err(NotCanonical::TooLarge));
        let mut document = badge();
        document["@included"] = json!([]);
        assert!(matches!(canonical(&document), Err(NotCanonical::Malformed(_))));
    }

    #[test]
    fn nodes_that_cannot_be_told_apart_are_refused_in_no_time() {
        let alike = |depth: usize| {
            let mut node = json!({ "type": ["Profile"] });
            (0..depth).for_each(|_| node = json!({ "type": ["Profile"], "parentOrg": node.take() }));
            node
        };
        let mut document = badge();
        document["credentialSubject"]["achievement"]["creator"] = Value::Array(vec![alike(3); 12]);
        assert_eq!(canonical(&document), Err(NotCanonical::Tangled));
        // Told apart by what is said twice, they would only seem not to be alike.
        let said = |times: usize| json!(vec!["Profile"; times]);
        let hub = |from: usize| {
            let spokes: Vec<Value> = (1..11).map(|n| json!({ "type": said(from + n) })).collect();
            json!({ "type": said(from), "parentOrg": spokes })
        };
        let mut document = badge();
        document["credentialSubject"]["achievement"]["creator"] = json!([hub(1), hub(20)]);
        assert_eq!(canonical(&document), Err(NotCanonical::Tangled));
        let mut document = badge();
        document["credentialSubject"]["achievement"]["creator"] = Value::Array(vec![alike(0); 12]);
        assert!(canonical(&document).is_ok(), "what hangs on nothing is no tangle");
    }
}
