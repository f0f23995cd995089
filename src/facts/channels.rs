//! The ways people came, numbered.

use hashbrown::HashMap;

use super::Hasher;
use crate::model::sign_in::Channel;

/// Channels and their numbers. A number, once given out, stays the channel's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Channels {
    numbers: HashMap<Channel, u32, Hasher>,
    list: Vec<Channel>,
}

impl Channels {
    /// Those of a list, by their places in it; no more will be numbered.
    pub(super) fn all(list: Vec<Channel>) -> Self {
        Self { numbers: HashMap::default(), list }
    }

    /// The number of a channel, made known if new.
    pub(super) fn number(&mut self, channel: &Channel) -> u32 {
        if let Some(number) = self.numbers.get(channel) {
            return *number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.numbers.insert(channel.clone(), number);
        self.list.push(channel.clone());
        number
    }

    /// All, by number.
    pub(super) fn list(&self) -> &[Channel] {
        &self.list
    }
}
