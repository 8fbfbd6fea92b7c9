//! A table from 64-bit keys to their owners: what is taken already, and what several share.

/// The owner of a key that several entities have.
pub(crate) const SEVERAL: u32 = u32::MAX;

/// An open-addressing table of keys that are hashes already; 0 is no key.
pub(crate) struct Owners {
    slots: Vec<(u64, u32)>,
    used: usize,
}

impl Owners {
    pub(crate) fn new() -> Self {
        Owners { slots: vec![(0, 0); 1 << 10], used: 0 }
    }

    fn slot(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (key >> 20) as usize & mask;
        while self.slots[at].0 != 0 && self.slots[at].0 != key {
            at = (at + 1) & mask;
        }
        at
    }

    /// The owner of a key: nobody, one entity or [`SEVERAL`].
    pub(crate) fn of(&self, key: u64) -> Option<u32> {
        let slot = self.slots[self.slot(key)];
        (slot.0 != 0).then_some(slot.1)
    }

    /// Notes that an entity has the key. False when the key had an owner before.
    pub(crate) fn claim(&mut self, key: u64, owner: u32) -> bool {
        if self.used * 2 >= self.slots.len() {
            let larger = vec![(0, 0); self.slots.len() * 2];
            for slot in std::mem::replace(&mut self.slots, larger) {
                if slot.0 != 0 {
                    let at = self.slot(slot.0);
                    self.slots[at] = slot;
                }
            }
        }
        let at = self.slot(key);
        let slot = &mut self.slots[at];
        let free = slot.0 == 0;
        if free {
            *slot = (key, owner);
            self.used += 1;
        } else if slot.1 != owner {
            slot.1 = SEVERAL;
        }
        free
    }
}
