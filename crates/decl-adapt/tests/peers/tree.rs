//! A document before it is written: a tree that can also hold what no reader accepts.

use decl_core::{Value, json};
use std::fmt::Write as _;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// A token of JSON as it is: a number, a word, or something that is neither.
    Token(String),
    Text(String),
    /// JSON shows it as hex.
    Bytes(Vec<u8>),
    List(Vec<Node>),
    /// Keys may be there twice.
    Map(Vec<(String, Node)>),
}

/// From the root to a node: the number of the child at each step.
pub(crate) type Path = Vec<usize>;

impl Node {
    pub(crate) fn of(value: &Value<'_>) -> Self {
        match value {
            Value::Text(text) => Self::Text(text.to_string()),
            Value::Bytes(bytes) => Self::Bytes(bytes.to_vec()),
            Value::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Map(members) => {
                Self::Map(members.iter().map(|(key, value)| (key.to_string(), Self::of(value))).collect())
            }
            other => Self::Token(json::minimal(other)),
        }
    }

    pub(crate) fn token(token: &str) -> Self {
        Self::Token(token.to_owned())
    }

    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub(crate) fn map<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Map(members.map(|(key, value)| (key.to_owned(), value)).into())
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::List(items) => items.len(),
            Self::Map(members) => members.len(),
            _ => 0,
        }
    }

    pub(crate) fn child(&self, i: usize) -> &Self {
        match self {
            Self::List(items) => &items[i],
            Self::Map(members) => &members[i].1,
            _ => panic!("no child in {self:?}"),
        }
    }

    pub(crate) fn get(&self, path: &[usize]) -> &Self {
        path.iter().fold(self, |node, i| node.child(*i))
    }

    pub(crate) fn remove(&mut self, i: usize) {
        match self {
            Self::List(items) => drop(items.remove(i)),
            Self::Map(members) => drop(members.remove(i)),
            _ => panic!("no child in {self:?}"),
        }
    }

    /// Takes some bytes out of a text.
    pub(crate) fn cut(&mut self, at: usize, len: usize) {
        if let Self::Text(text) = self {
            text.replace_range(at..at + len, "");
        }
    }

    /// How much there is to read.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Token(token) => token.len(),
            Self::Text(text) => 2 + text.len(),
            Self::Bytes(bytes) => 2 + bytes.len(),
            Self::List(items) => 2 + items.iter().map(|item| 1 + item.weight()).sum::<usize>(),
            Self::Map(members) => {
                2 + members.iter().map(|(key, value)| 4 + key.len() + value.weight()).sum::<usize>()
            }
        }
    }

    pub(crate) fn at(&mut self, path: &[usize]) -> &mut Self {
        let Some((&first, rest)) = path.split_first() else { return self };
        match self {
            Self::List(items) => items[first].at(rest),
            Self::Map(members) => members[first].1.at(rest),
            _ => panic!("no {path:?} in {self:?}"),
        }
    }

    /// Every node in reading order, with its pointer, in which an index is `*`.
    pub(crate) fn places(&self) -> Vec<(Path, String)> {
        let (mut places, mut path) = (Vec::new(), Vec::new());
        self.collect(&mut path, &mut String::new(), &mut places);
        places
    }

    fn collect(&self, path: &mut Path, pointer: &mut String, places: &mut Vec<(Path, String)>) {
        places.push((path.clone(), pointer.clone()));
        for i in 0..self.len() {
            let end = pointer.len();
            match self {
                Self::Map(members) => write!(pointer, "/{}", members[i].0).unwrap(),
                _ => pointer.push_str("/*"),
            }
            path.push(i);
            self.child(i).collect(path, pointer, places);
            path.pop();
            pointer.truncate(end);
        }
    }
}
