//! Names of authors: the text that facts hold, and the list that other formats want.
//!
//! A text is never taken apart on a guess of which word is the family name: `Human Rights Watch`
//! looks like a person too. `Family, Given` says so, and `;` stands between names. A list in
//! words, `Ann Lee, Bo Ray and Cy Fox`, is three names, each kept whole.

/// An author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// A person.
    Person {
        /// The family name, with `de` or `van` before it.
        family: String,
        /// The other names.
        given: String,
    },
    /// An institution, or a person whose names nobody told apart.
    Whole(String),
}

/// The names in a text of facts. [`text`] gives back the very text: what it would not give back
/// stays whole.
pub(super) fn names(author: &str) -> Vec<Name> {
    let found = if author.contains(';') {
        author.split(';').map(str::trim).map(|name| person(name).unwrap_or_else(|| whole(name))).collect()
    } else if let Some(person) = person(author).filter(one_word_family) {
        vec![person]
    } else {
        listed(author).unwrap_or_default()
    };
    let filled = found.iter().all(|name| !name.family().is_empty());
    if filled && text(&found).as_deref() == Some(author) { found } else { vec![whole(author)] }
}

/// The text for facts; none without names.
pub(super) fn text(names: &[Name]) -> Option<String> {
    let (last, rest) = names.split_last()?;
    let each: Vec<&str> = names.iter().map_while(Name::as_whole).collect();
    if !rest.is_empty() && each.len() == names.len() {
        let list = format!("{} and {}", each[..rest.len()].join(", "), each[rest.len()]);
        if listed(&list).as_deref() == Some(names) {
            return Some(list);
        }
    }
    Some(rest.iter().chain([last]).map(Name::shown).collect::<Vec<_>>().join("; "))
}

/// A person, or a whole name when one of the two is missing.
pub(super) fn of_parts(family: &str, given: &str) -> Option<Name> {
    match (family.trim(), given.trim()) {
        ("", "") => None,
        ("", name) | (name, "") => Some(whole(name)),
        // A comma in a family name would be taken for the one behind it.
        (family, given) if family.contains(',') => Some(Name::Whole(format!("{given} {family}"))),
        (family, given) => Some(Name::Person { family: family.to_owned(), given: given.to_owned() }),
    }
}

impl Name {
    fn as_whole(&self) -> Option<&str> {
        match self {
            Self::Whole(name) => Some(name),
            Self::Person { .. } => None,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Whole(name) => name.clone(),
            Self::Person { family, given } => format!("{family}, {given}"),
        }
    }

    /// The family name, or all of it.
    pub(super) fn family(&self) -> &str {
        match self {
            Self::Whole(name) => name,
            Self::Person { family, .. } => family,
        }
    }
}

fn whole(name: &str) -> Name {
    Name::Whole(name.to_owned())
}

/// `Family, Given`.
fn person(text: &str) -> Option<Name> {
    let (family, given) = text.split_once(", ")?;
    (!given.contains(',') && like_a_name(family) && like_a_name(given))
        .then(|| Name::Person { family: family.to_owned(), given: given.to_owned() })
}

/// `Smith` or `de Waal`. Alone, `Freedom House, Baku` is not a person; between semicolons it is
/// the writer who says what stands before the comma.
fn one_word_family(name: &Name) -> bool {
    name.family().split(' ').filter(|word| !is_particle(word)).count() == 1
}

/// `A B, C D and E F`: two names at least, of two words at least.
fn listed(text: &str) -> Option<Vec<Name>> {
    let (rest, last) = text.rsplit_once(" and ")?;
    let names: Vec<&str> = rest.split(", ").chain([last]).collect();
    let all = names.iter().all(|name| name.contains(' ') && like_a_name(name));
    all.then(|| names.into_iter().map(whole).collect())
}

/// Up to six words that begin with a capital, in scripts that have them, or are particles.
fn like_a_name(text: &str) -> bool {
    let signs = |c: char| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’') || is_mark(c);
    let good = |word: &str| {
        word.chars().all(signs) && word.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase())
    };
    text.split(' ').count() <= 6
        && text.split(' ').all(|word| good(word) || is_particle(word))
        && !text.split(' ').all(is_particle)
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn is_particle(word: &str) -> bool {
    const PARTICLES: &str =
        " de del della di da das do dos du la le van von der den ter ten zu zur bin ibn bint al el af av y e ";
    PARTICLES.contains(&format!(" {word} "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(author: &str) -> Vec<String> {
        names(author)
            .iter()
            .map(|name| match name {
                Name::Whole(name) => format!("[{name}]"),
                Name::Person { family, given } => format!("{family}/{given}"),
            })
            .collect()
    }

    #[test]
    fn a_text_is_split_only_where_it_says_so() {
        for (author, expected) in [
            ("Thomas de Waal", vec!["[Thomas de Waal]"]),
            ("de Waal, Thomas", vec!["de Waal/Thomas"]),
            ("Philip Wang, Ellie Kaufman and Tara Lee", vec!["[Philip Wang]", "[Ellie Kaufman]", "[Tara Lee]"]),
            ("Wang, Philip; Crisis Group", vec!["Wang/Philip", "[Crisis Group]"]),
            ("García Márquez, Gabriel; Lee, Ann", vec!["García Márquez/Gabriel", "Lee/Ann"]),
            ("Ministry of Defence and Security", vec!["[Ministry of Defence and Security]"]),
            ("Ministry of Defence, Azerbaijan", vec!["[Ministry of Defence, Azerbaijan]"]),
            ("Freedom House, Baku", vec!["[Freedom House, Baku]"]),
            ("Research and Development", vec!["[Research and Development]"]),
            ("Human Rights Watch and Amnesty International", vec!["[Human Rights Watch]", "[Amnesty International]"]),
            ("Պետրոսյան, Արամ", vec!["Պետրոսյան/Արամ"]),
            ("A, B, and C", vec!["[A, B, and C]"]),
            ("; A", vec!["[; A]"]),
            ("UN; World Bank", vec!["[UN]", "[World Bank]"]),
        ] {
            assert_eq!(shown(author), expected, "{author}");
            assert_eq!(text(&names(author)).as_deref(), Some(author));
        }
    }
}
