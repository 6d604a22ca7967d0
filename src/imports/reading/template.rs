//! Text put together from columns: `{first_name} {last_name}`. Not a language: there are columns and
//! fixed text, no conditions and no functions.

/// One of the columns a mapping uses: its place in [`Columns`], not in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column(usize);

/// The names of the columns a mapping uses, each once, in the order they were first named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    names: Vec<String>,
}

impl Columns {
    /// The column of this name, added where it is new.
    pub(super) fn named(&mut self, name: &str) -> Column {
        let known = self.names.iter().position(|known| known == name);
        Column(known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        }))
    }

    /// The names, in the order of [`Column::index`].
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Every column.
    pub fn iter(&self) -> impl Iterator<Item = Column> + use<> {
        (0..self.names.len()).map(Column)
    }

    /// The names of these columns, as a fault shows them.
    #[must_use]
    pub fn joined(&self, columns: &[Column]) -> Option<String> {
        let names: Vec<&str> = columns.iter().map(|column| self.names[column.0].as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

impl Column {
    /// The place of its name in [`Columns::names`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

/// Fixed text and columns in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Column(Column),
}

/// Why a text is no template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateFault {
    /// `{name` without its `}`.
    Unclosed,
    /// `}` without its `{`.
    Stray,
    /// `{}`.
    NoName,
    /// Fixed text only.
    NoColumn,
}

impl Template {
    /// Reads a template; `{{` and `}}` stand for the braces themselves.
    pub(super) fn parse(text: &str, columns: &mut Columns) -> Result<Self, TemplateFault> {
        let mut template = Template { parts: Vec::new() };
        let mut rest = text;
        while let Some(brace) = rest.find(['{', '}']) {
            template.push_text(&rest[..brace]);
            rest = &rest[brace..];
            rest = if let Some(after) = rest.strip_prefix("{{") {
                template.push_text("{");
                after
            } else if let Some(after) = rest.strip_prefix("}}") {
                template.push_text("}");
                after
            } else if let Some(after) = rest.strip_prefix('{') {
                let (name, after) = after.split_once('}').ok_or(TemplateFault::Unclosed)?;
                template.parts.push(Part::Column(columns.named(column_name(name)?)));
                after
            } else {
                return Err(TemplateFault::Stray);
            };
        }
        template.push_text(rest);
        if template.columns().is_empty() { Err(TemplateFault::NoColumn) } else { Ok(template) }
    }

    fn push_text(&mut self, text: &str) {
        match self.parts.last_mut() {
            _ if text.is_empty() => {}
            Some(Part::Text(before)) => before.push_str(text),
            _ => self.parts.push(Part::Text(text.to_owned())),
        }
    }

    /// The columns it names, each once.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        let mut columns = Vec::new();
        for part in &self.parts {
            if let Part::Column(column) = part
                && !columns.contains(column)
            {
                columns.push(*column);
            }
        }
        columns
    }

    /// Whether two columns meet with nothing between them, so that 1|23 and 12|3 come out alike.
    #[must_use]
    pub fn runs_columns_together(&self) -> bool {
        self.parts.windows(2).any(|pair| matches!(pair, [Part::Column(_), Part::Column(_)]))
    }

    /// The text, white space collapsed; `None` where every column it names is empty.
    pub(super) fn render<'r>(&self, cell: impl Fn(Column) -> Option<&'r str>) -> Option<String> {
        let mut text = String::new();
        let mut any = false;
        for part in &self.parts {
            match part {
                Part::Text(fixed) => text.push_str(fixed),
                Part::Column(column) => {
                    let value = cell(*column);
                    any |= value.is_some();
                    text.push_str(value.unwrap_or_default());
                }
            }
        }
        any.then(|| collapsed(&text))
    }
}

fn column_name(name: &str) -> Result<&str, TemplateFault> {
    let name = name.trim();
    match name {
        "" => Err(TemplateFault::NoName),
        _ if name.contains('{') => Err(TemplateFault::Unclosed),
        _ => Ok(name),
    }
}

fn collapsed(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str, cells: &[(&str, &str)]) -> Option<String> {
        let mut columns = Columns::default();
        let template = Template::parse(text, &mut columns).unwrap();
        template.render(|column| {
            let name = &columns.names()[column.index()];
            cells.iter().find(|(known, _)| known == name).map(|&(_, value)| value)
        })
    }

    #[test]
    fn columns_and_text_are_put_together_and_white_space_collapsed() {
        for (template, expected) in [
            ("{a}/{b}", "x/y  z"),
            ("{ a }", "x"),
            ("{a} {missing} {b}", "x y z"),
            (" {a}\t", "x"),
            ("{{{a}}}", "{x}"),
            ("{a}{b}", "xy z"),
            ("{a}{a}", "xx"),
        ] {
            let found = rendered(template, &[("a", "x"), ("b", "y  z")]);
            assert_eq!(found, Some(expected.replace("  ", " ")), "{template}");
        }
    }

    #[test]
    fn nothing_comes_of_empty_columns_whatever_the_text_around() {
        assert_eq!(rendered("course {a} of {b}", &[]), None);
        assert_eq!(rendered("course {a} of {b}", &[("b", "2")]).as_deref(), Some("course of 2"));
    }

    #[test]
    fn what_is_no_template_says_why() {
        for (text, fault) in [
            ("{a", TemplateFault::Unclosed),
            ("{a {b}", TemplateFault::Unclosed),
            ("a}", TemplateFault::Stray),
            ("{}", TemplateFault::NoName),
            ("{ }", TemplateFault::NoName),
            ("", TemplateFault::NoColumn),
            ("fixed {{a}}", TemplateFault::NoColumn),
        ] {
            assert_eq!(Template::parse(text, &mut Columns::default()), Err(fault), "{text}");
        }
    }

    #[test]
    fn columns_that_run_together_are_noticed() {
        let parse = |text| Template::parse(text, &mut Columns::default()).unwrap();
        assert!(parse("{a}{b}").runs_columns_together());
        assert!(!parse("{a}-{b}").runs_columns_together());
    }
}
