//! What most people do not have: one word of memory for them, and read as if everybody had it.

use std::ops::Deref;

/// A value that is the default for most.
#[derive(Clone, Debug)]
pub struct Rare<T>(Option<Box<T>>);

/// What has a default that everybody may borrow.
pub trait Usual: Default + PartialEq + 'static {
    /// The default.
    fn usual() -> &'static Self;
}

/// States that the default of a type is what most people have.
macro_rules! usual {
    ($type:ty) => {
        impl $crate::model::rare::Usual for $type {
            fn usual() -> &'static Self {
                static USUAL: std::sync::LazyLock<$type> = std::sync::LazyLock::new(Default::default);
                &USUAL
            }
        }
    };
}
pub(crate) use usual;

impl<T> Default for Rare<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Usual> From<T> for Rare<T> {
    fn from(value: T) -> Self {
        Self((value != *T::usual()).then(|| Box::new(value)))
    }
}

impl<T: Usual> Rare<T> {
    /// The value, to be changed: from now on it takes memory of its own.
    pub fn own(&mut self) -> &mut T {
        self.0.get_or_insert_default()
    }

    /// The value, if it was ever changed.
    #[must_use]
    pub fn into_inner(self) -> Option<Box<T>> {
        self.0
    }

    /// The value, if it was ever changed, to be changed again.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.0.as_deref_mut()
    }
}

impl<T: Usual> Deref for Rare<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or_else(|| T::usual())
    }
}

impl<T: Usual> PartialEq for Rare<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Usual + Eq> Eq for Rare<T> {}
