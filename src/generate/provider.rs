//! The payers and billing providers of a file, rendered once.

use super::people::{Person, npi, phone, street, tax_number, zip9};
use super::places::{self, PLACES};
use super::pools::{LAST_NAMES, PLANS, PRACTICE_KINDS, PRACTICE_NAMES};
use super::random::{Random, Use};
use super::spec::Spec;
use super::text::{Rendered, Segments, Text};

/// Practices of a file, more or less.
const PRACTICES: usize = 48;

/// A physical therapist who renders services.
pub(super) struct Therapist {
    /// Family and given name.
    pub(super) person: Person,
    /// National provider identifier.
    pub(super) npi: Text,
    /// Loop 2310B.
    pub(super) rendered: Rendered,
}

/// A group practice.
pub(super) struct Provider {
    /// Where it is, an index into [`PLACES`].
    pub(super) place: usize,
    /// Cents it asks above the usual rate.
    pub(super) mark_up: i64,
    /// Loop 2000A behind its HL, and 2010AA.
    pub(super) rendered: Rendered,
    /// Who renders.
    pub(super) therapists: Vec<Therapist>,
    /// Physicians who refer, as loop 2310A.
    pub(super) referrers: Vec<Rendered>,
    /// A second address, as loop 2310C.
    pub(super) facility: Rendered,
}

/// Everybody a file's claims refer to.
pub(super) struct Roster {
    /// The practices.
    pub(super) providers: Vec<Provider>,
    /// Loop 2010BB of the Medicare contractor of each place.
    pub(super) medicare: Vec<Rendered>,
    /// Loop 2010BB of the Medicaid program of each place.
    pub(super) medicaid: Vec<Rendered>,
    /// Loop 2010BB of each commercial plan.
    pub(super) plans: Vec<Rendered>,
}

impl Roster {
    /// The roster of a specification.
    pub(super) fn new(spec: &Spec) -> Roster {
        let mut homes: Vec<usize> = spec
            .payers
            .medicaid_states
            .iter()
            .filter_map(|&state| places::find(state))
            .collect();
        homes.sort_unstable();
        homes.dedup();
        if homes.is_empty() {
            homes = (0..PLACES.len()).collect();
        }
        let each = (PRACTICES / homes.len()).clamp(2, 12);
        let providers = (0..homes.len() * each)
            .map(|index| Provider::new(spec, index as u64, homes[index % homes.len()]))
            .collect();
        let render = |write: &dyn Fn(&mut Segments)| {
            Rendered::new(spec.delimiters, spec.line_end, |out| write(out))
        };
        Roster {
            providers,
            medicare: PLACES
                .iter()
                .map(|place| {
                    let name = Text::of(b"MEDICARE PART B ").with(place.state.as_bytes());
                    render(&|out| payer(out, &name, place.contractor.as_bytes()))
                })
                .collect(),
            medicaid: PLACES.iter().map(|place| medicaid(spec, place)).collect(),
            plans: PLANS
                .iter()
                .map(|(name, id, _)| render(&|out| payer(out, name.as_bytes(), id.as_bytes())))
                .collect(),
        }
    }
}

fn payer(out: &mut Segments, name: &[u8], id: &[u8]) {
    out.put([b"NM1", b"PR", b"2", name, b"", b"", b"", b"", b"PI", id]);
}

/// The address tells the state apart where the identifier does not.
fn medicaid(spec: &Spec, place: &places::Place) -> Rendered {
    Rendered::new(spec.delimiters, spec.line_end, |out| {
        let state = place.state.as_bytes();
        let (city, zip) = place.cities[0];
        payer(
            out,
            &Text::of(state).with(b" MEDICAID"),
            &Text::of(b"SK").with(state).with(b"0"),
        );
        out.put([b"N3", b"100 STATE OFFICE PLAZA"]);
        out.put([
            b"N4",
            city.as_bytes(),
            state,
            &Text::of(zip.as_bytes()).with(b"1200"),
        ]);
    })
}

impl Provider {
    fn new(spec: &Spec, index: u64, place: usize) -> Provider {
        let mut random = Random::keyed(spec.seed, Use::Provider, index);
        let random = &mut random;
        let render = |write: &dyn Fn(&mut Segments)| {
            Rendered::new(spec.delimiters, spec.line_end, |out| write(out))
        };
        let home = &PLACES[place];
        let (city, zip) = random.pick(home.cities);
        let name = Text::of(random.pick(PRACTICE_NAMES).as_bytes())
            .with(b" ")
            .with(random.pick(PRACTICE_KINDS).as_bytes());
        let clinic = random.percent(40);
        let (own_npi, tax) = (npi(random), tax_number(random));
        let (address, own_zip) = (street(random), zip9(random, zip));
        let (contact, telephone) = (random.pick(LAST_NAMES), phone(random, home.area));
        let rendered = render(&|out| {
            let taxonomy: &[u8] = if clinic { b"261QP2000X" } else { b"225100000X" };
            out.put([b"PRV", b"BI", b"PXC", taxonomy]);
            out.put([
                b"NM1", b"85", b"2", &name, b"", b"", b"", b"", b"XX", &own_npi,
            ]);
            out.put([b"N3", &address]);
            out.put([b"N4", city.as_bytes(), home.state.as_bytes(), &own_zip]);
            out.put([b"REF", b"EI", &tax]);
            out.put([b"PER", b"IC", contact.as_bytes(), b"TE", &telephone]);
        });
        let (second_npi, second_address) = (npi(random), street(random));
        let second_zip = zip9(random, zip);
        let facility = render(&|out| {
            let name = name.with(b" ANNEX");
            out.put([
                b"NM1",
                b"77",
                b"2",
                &name,
                b"",
                b"",
                b"",
                b"",
                b"XX",
                &second_npi,
            ]);
            out.put([b"N3", &second_address]);
            out.put([b"N4", city.as_bytes(), home.state.as_bytes(), &second_zip]);
        });
        let therapists = (0..3 + random.below(4))
            .map(|_| {
                let (person, npi) = (Person::draw(random), npi(random));
                let taxonomy: &[u8] = random.pick(&[
                    b"225100000X",
                    b"225100000X",
                    b"225100000X",
                    b"2251X0800X",
                    b"2251G0304X",
                ]);
                let rendered = render(&|out| {
                    rendering(out, &person, b"XX", &npi);
                    out.put([b"PRV", b"PE", b"PXC", taxonomy]);
                });
                Therapist {
                    person,
                    npi,
                    rendered,
                }
            })
            .collect();
        let referrers = (0..8)
            .map(|_| {
                let (person, npi) = (Person::draw(random), npi(random));
                render(&|out| individual(out, b"DN", &person, b"XX", &npi))
            })
            .collect();
        Provider {
            place,
            mark_up: i64::try_from(random.below(9) * 125).unwrap_or(0),
            rendered,
            therapists,
            referrers,
            facility,
        }
    }
}

/// `NM1*82` of a rendering provider.
pub(super) fn rendering(out: &mut Segments, person: &Person, qualifier: &[u8], id: &[u8]) {
    individual(out, b"82", person, qualifier, id);
}

/// `NM1` of a person with an identifier.
pub(super) fn individual(
    out: &mut Segments,
    entity: &[u8],
    person: &Person,
    qualifier: &[u8],
    id: &[u8],
) {
    let (last, first) = (person.last.as_bytes(), person.first.as_bytes());
    out.put([
        b"NM1", entity, b"1", last, first, b"", b"", b"", qualifier, id,
    ]);
}
