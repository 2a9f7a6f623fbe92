//! What a claim or a service line shows, as a set of bits.
//!
//! Most rules are about something few claims have: another payer, a modifier, two codes
//! on one day. Such a rule names the features it is about beside its check
//! ([`Check::ClaimWith`](super::Check), [`Check::LineWith`](super::Check)), and is asked
//! only where one of them is there, so that it costs other claims nothing. A feature may
//! be taken to be there when in doubt; it is never taken to be absent when it might matter.

/// A set of features.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Features(u64);

macro_rules! features {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        /// The place of each feature's bit, in the order of the list.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($name,)* COUNT }

        impl Features {
            $($(#[$doc])* pub const $name: Features = Features(1 << Place::$name as u64);)*

            /// How many features there are.
            pub const COUNT: usize = Place::COUNT as usize;
        }
    };
}

features! {
    /// Another payer of the claim (loop 2320).
    OTHER_PAYER;
    /// Another payer's judgement of a line (loop 2430).
    ADJUDICATED;
    /// CLM02 or SV102 is below zero, has more than two decimals or is no amount, CLM02 is
    /// larger than an amount may be, or what the patient paid or another amount is stated.
    ODD_AMOUNT;
    /// The charges of the lines do not add up to CLM02.
    UNBALANCED;
    /// A line whose LX01 is not its number, or whose REF*6R is another line's, as far as that is
    /// seen at once.
    MISNUMBERED;
    /// A service after today or before the patient's birth, or the patient has died.
    ODD_DATE;
    /// SBR01 is not P, or SBR05 says why Medicare is not the first payer.
    NOT_FIRST;
    /// SBR09 is not what the program of the payer's policy goes by.
    ODD_PROGRAM;
    /// The claim stands under the subscriber, but he is not said to be the patient, or his
    /// address or DMG is not there.
    ODD_SUBSCRIBER;
    /// A provider of the claim or a line has an N4 segment.
    PROVIDER_ADDRESS;
    /// The billing provider or one of the claim has nothing in NM109.
    NO_NPI;
    /// The NPI of a provider of the claim is none.
    ODD_NPI;
    /// The taxonomy code of a provider of the claim is not in the list.
    ODD_TAXONOMY;
    /// A place of service that is none on the day, or where patients stay, or claim and lines
    /// state it differently.
    ODD_PLACE;
    /// A diagnosis that is not simply a billable ICD-10-CM code, or stands twice, or first though
    /// it never or seldom is.
    ODD_DIAGNOSIS;
    /// A diagnosis pointer that does not simply name one of the diagnoses.
    ODD_POINTER;
    /// CLM11 names an accident or other cause, or the claim has dates (DTP) of its own, or
    /// a line others than those of service.
    CAUSE_OR_DATE;
    /// CLM05-3 is not 1, REF*F8 is there, or the payer takes no originals.
    NOT_ORIGINAL;
    /// A line may be past the payer's limit for filing it.
    LATE;
    /// Units that are not whole, or more than the policy pays of the code on one line.
    MANY_UNITS;
    /// Two lines bill the same code.
    SAME_CODE;
    /// Two lines whose codes may be a pair that the policy does not pay together.
    MAY_PAIR;
    /// A line spans several days.
    SPAN;
    /// The policy calls the line's code an add-on.
    ADD_ON;
    /// Modifier KX.
    KX;
    /// A physical therapy evaluation.
    EVALUATION;
    /// The policy wants the certifying provider named as the referring one (NM101 DN), and the
    /// claim does not simply name one who is not the renderer.
    UNCERTIFIED;
    /// The policy wants the certifying provider named by another code.
    ODD_CERTIFIER;
    /// The taxonomy of who rendered the line is not one that fits the policy.
    ODD_RENDERER;
    /// The line is by telehealth.
    TELEHEALTH;
    /// The line is by telehealth, and the policy has no answer for it.
    POLICY_SILENT;
    /// Modifier 95.
    VIDEO;
    /// Modifier GT.
    OLD_VIDEO;
    /// Modifier 93 or FQ.
    AUDIO;
    /// Modifier GQ.
    RECORDED;
    /// Modifiers that say different things of how a service was delivered, or that the
    /// policy does not take together.
    CONTRADICTION;
    /// Telehealth lines among lines of other places.
    MIXED_PLACES;
    /// Ambulance transport or its stops.
    AMBULANCE;
    /// The line's code is an ambulance's.
    AMBULANCE_CODE;
    /// A drug (loop 2410).
    DRUG;
    /// More than one referring provider (NM101 DN) of the claim.
    REFERRED_TWICE;
    /// The same claim was accepted in an earlier run.
    ACCEPTED_BEFORE;
    /// A service that is not known to pass the checks that depend on nothing but the
    /// service: see [`Services`](super::services::Services).
    UNKNOWN_SERVICE;
}

impl Features {
    /// None.
    pub const NONE: Features = Features(0);
    /// All of them: every rule is asked.
    pub const ALL: Features = Features((1 << Features::COUNT) - 1);

    /// Both sets in one.
    #[inline]
    #[must_use]
    pub const fn or(self, other: Features) -> Features {
        Features(self.0 | other.0)
    }

    /// These when it holds, else none.
    #[inline]
    #[must_use]
    pub fn when(self, holds: bool) -> Features {
        if holds { self } else { Features::NONE }
    }

    /// Whether any of these is among them.
    #[inline]
    #[must_use]
    pub const fn has(self, any: Features) -> bool {
        self.0 & any.0 != 0
    }

    /// Whether there is more than one.
    #[inline]
    #[must_use]
    pub const fn are_several(self) -> bool {
        self.0 & self.0.wrapping_sub(1) != 0
    }

    /// Those that are in both sets.
    #[inline]
    #[must_use]
    pub const fn and(self, other: Features) -> Features {
        Features(self.0 & other.0)
    }

    /// Those that are not among the others.
    #[inline]
    #[must_use]
    pub const fn without(self, others: Features) -> Features {
        Features(self.0 & !others.0)
    }

    /// The places of the features, ascending.
    #[inline]
    pub fn places(self) -> impl Iterator<Item = usize> {
        bits(self.0)
    }
}

impl std::ops::BitOrAssign for Features {
    #[inline]
    fn bitor_assign(&mut self, other: Features) {
        self.0 |= other.0;
    }
}

/// Checks of which each names what it is about, in the order of the registry.
#[derive(Clone, Debug)]
pub struct Sifted<C> {
    checks: Vec<C>,
    /// The checks that are about every claim, as bits by their places.
    always: u64,
    /// Those about each feature.
    about: [u64; Features::COUNT],
    /// The features that some check is about.
    asked: Features,
}

impl<C> Default for Sifted<C> {
    fn default() -> Self {
        Sifted {
            checks: Vec::new(),
            always: 0,
            about: [0; Features::COUNT],
            asked: Features::NONE,
        }
    }
}

impl<C> Sifted<C> {
    /// As many checks as one set of bits holds.
    pub const MOST: usize = 64;

    /// Adds a check that is asked where one of these features is there; of every claim
    /// with [`Features::ALL`].
    ///
    /// # Panics
    ///
    /// With more than [`Sifted::MOST`] checks, which the registry decides.
    pub fn push(&mut self, features: Features, check: C) {
        assert!(self.checks.len() < Self::MOST, "a wider set of bits");
        let bit = 1 << self.checks.len();
        self.checks.push(check);
        if features == Features::ALL {
            self.always |= bit;
        } else {
            self.asked |= features;
            for place in features.places() {
                self.about[place] |= bit;
            }
        }
    }

    /// The checks to ask where these features are there, in their order.
    #[inline]
    pub fn about(&self, features: Features) -> impl Iterator<Item = &C> {
        let asked = features
            .and(self.asked)
            .places()
            .fold(self.always, |asked, place| asked | self.about[place]);
        bits(asked).filter_map(|place| self.checks.get(place))
    }

    /// The features that some check is about.
    #[inline]
    #[must_use]
    pub fn asked(&self) -> Features {
        if self.always == 0 {
            self.asked
        } else {
            Features::ALL
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &C> {
        self.checks.iter()
    }

    /// The same checks but for those that are not wanted.
    #[must_use]
    pub fn only(self, wanted: impl Fn(&C) -> bool) -> Sifted<C> {
        let mut kept = Sifted {
            asked: self.asked,
            ..Sifted::default()
        };
        let (always, about) = (self.always, self.about);
        for (place, check) in self.checks.into_iter().enumerate() {
            if !wanted(&check) {
                continue;
            }
            let bit = 1 << kept.checks.len();
            let moved = |set: u64| if set >> place & 1 == 1 { bit } else { 0 };
            kept.always |= moved(always);
            for (new, old) in kept.about.iter_mut().zip(about) {
                *new |= moved(old);
            }
            kept.checks.push(check);
        }
        kept
    }
}

/// The places of the bits that are set, ascending.
#[inline]
fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (set != 0).then(|| set.trailing_zeros() as usize)?;
        set &= set - 1;
        Some(place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_asked_once_where_a_feature_of_its_is_there() {
        let mut checks = Sifted::default();
        checks.push(Features::KX.or(Features::SPAN), "kx or span");
        checks.push(Features::ALL, "always");
        checks.push(Features::SPAN, "span");
        let asked = |checks: &Sifted<&'static str>, features| {
            checks.about(features).copied().collect::<Vec<_>>()
        };
        assert_eq!(asked(&checks, Features::NONE), ["always"]);
        assert_eq!(asked(&checks, Features::KX), ["kx or span", "always"]);
        let all = ["kx or span", "always", "span"];
        assert_eq!(asked(&checks, Features::SPAN), all);
        assert_eq!(asked(&checks, Features::ALL), all);
        let fewer = checks.only(|check| *check != "always");
        assert_eq!(asked(&fewer, Features::KX), ["kx or span"]);
        assert_eq!(asked(&fewer, Features::SPAN), ["kx or span", "span"]);
    }
}
