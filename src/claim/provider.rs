//! A provider of a claim or of a service line.

/// A provider named in a claim or on a line, other than the billing provider.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// The loop, such as `2310B`.
    pub loop_id: &'static str,
    /// The NM1 segment.
    pub name: u32,
    /// PRV, if there is one.
    pub taxonomy: Option<u32>,
    /// N3 of a facility or another place.
    pub street: Option<u32>,
    /// N4 of a facility or another place.
    pub city: Option<u32>,
}

impl Provider {
    /// The provider whose NM1 this is, in this loop.
    #[inline]
    #[must_use]
    pub fn named(loop_id: &'static str, name: u32) -> Provider {
        Provider {
            loop_id,
            name,
            taxonomy: None,
            street: None,
            city: None,
        }
    }
}
