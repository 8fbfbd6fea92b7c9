//! What is said of leads: few different texts, of which each lead has a code.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::model::text::{BLANK, Dictionary, Interner};

/// Texts, and texts made of two others.
#[derive(Default)]
pub(super) struct Reasons {
    texts: Interner,
    joined: HashMap<(u32, u32, &'static str), u32, FixedState>,
}

impl Reasons {
    /// The code of a text.
    pub(super) fn text(&mut self, text: &str) -> u32 {
        self.texts.intern(text)
    }

    /// The code of two texts with something between them; of one alone where the other is blank.
    pub(super) fn joined(&mut self, first: u32, between: &'static str, second: u32) -> u32 {
        if first == BLANK || second == BLANK {
            return first.max(second);
        }
        let Self { texts, joined } = self;
        *joined.entry((first, second, between)).or_insert_with(|| {
            let text = format!("{}{between}{}", texts.get(first), texts.get(second));
            texts.intern(&text)
        })
    }

    pub(super) fn finish(self) -> Dictionary {
        self.texts.finish()
    }
}
