//! What a condition says of each row.

/// SQL's truth values, in the order in which Kleene's AND takes the least and his OR the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(u8)]
pub enum Truth {
    /// Not met.
    False,
    /// Without data to tell.
    #[default]
    Unknown,
    /// Met.
    True,
}

impl Truth {
    /// Every truth value, in order; each stands at its own number.
    pub const ALL: [Self; 3] = [Self::False, Self::Unknown, Self::True];

    /// None where unknown.
    pub fn known(self) -> Option<bool> {
        match self {
            Self::False => Some(false),
            Self::Unknown => None,
            Self::True => Some(true),
        }
    }
}

impl From<Option<bool>> for Truth {
    fn from(known: Option<bool>) -> Self {
        known.map_or(Self::Unknown, Self::from)
    }
}

impl From<bool> for Truth {
    fn from(met: bool) -> Self {
        if met { Self::True } else { Self::False }
    }
}

/// A truth value per row, a byte each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mask(pub Vec<Truth>);

impl Mask {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether each row meets the condition; none where unknown.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<bool>> {
        self.0.iter().map(|truth| truth.known())
    }

    /// Whether each row meets the condition; unknown counts as not met.
    pub fn met(&self) -> impl ExactSizeIterator<Item = bool> {
        self.0.iter().map(|&truth| truth == Truth::True)
    }

    /// Where it does not hold.
    pub fn negated(mut self) -> Self {
        self.0.iter_mut().for_each(|truth| *truth = truth.known().map(|met| !met).into());
        self
    }

    /// Where both hold.
    pub fn and(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(truth, &other)| *truth = (*truth).min(other));
        self
    }

    /// Where either holds.
    pub fn or(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(truth, &other)| *truth = (*truth).max(other));
        self
    }
}
