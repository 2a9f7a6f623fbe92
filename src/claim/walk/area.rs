//! Where segments may go: the header, one level, one claim, and never out of it.

use crate::claim::structure::Structure;

/// Nodes at which claims and hierarchical levels hang.
#[derive(Clone, Copy, Debug)]
pub struct Levels {
    /// 2000A, 2000B, 2000C.
    pub hierarchy: [u8; 3],
    /// 2300 under 2000B and under 2000C.
    pub claim: [u8; 2],
}

/// What segments are confined to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Area {
    Header,
    /// A level, 0 for 2000A, without its claims.
    Level(usize),
    Claim,
    Nowhere,
}

/// The nodes of each area, as bits.
#[derive(Clone, Debug)]
pub(super) struct Areas {
    pub levels: Levels,
    /// The header and each level, their claims left out.
    outside_claims: [u128; 4],
    /// 2300 and everything under it.
    claim: u128,
}

impl Areas {
    /// Those of a table. Where it has no claims, every segment may go anywhere.
    pub(super) fn of(structure: &Structure) -> Areas {
        let find = |id: &str| structure.find(id).unwrap_or(0);
        let claims: Vec<u8> = (0_u8..)
            .zip(&structure.nodes)
            .filter(|(_, node)| node.id == "2300")
            .map(|(at, _)| at)
            .collect();
        let under = |parent: u8| {
            claims
                .iter()
                .copied()
                .find(|&claim| structure.node(claim).parent == parent)
                .unwrap_or(0)
        };
        let hierarchy = [find("2000A"), find("2000B"), find("2000C")];
        let mut claim_nodes = 0_u128;
        let mut outside_claims = [0_u128; 4];
        let mut holders = vec![0_usize; structure.nodes.len()];
        for (at, node) in structure.nodes.iter().enumerate() {
            let bit = 1_u128 << at;
            if node.id == "2300" || claim_nodes & (1 << node.parent) != 0 {
                claim_nodes |= bit;
                continue;
            }
            holders[at] = match hierarchy.iter().position(|&level| usize::from(level) == at) {
                Some(level) if at != 0 => level + 1,
                _ => holders[usize::from(node.parent)],
            };
            outside_claims[holders[at]] |= bit;
        }
        if claims.is_empty() {
            outside_claims = [u128::MAX; 4];
        }
        Areas {
            levels: Levels {
                hierarchy,
                claim: [under(hierarchy[1]), under(hierarchy[2])],
            },
            outside_claims,
            claim: claim_nodes,
        }
    }

    /// The nodes of an area.
    #[inline]
    pub(super) fn nodes(&self, area: Area) -> u128 {
        let outside = |at: usize| self.outside_claims.get(at).copied().unwrap_or(0);
        match area {
            Area::Header => outside(0),
            Area::Level(depth) => outside(depth + 1),
            Area::Claim => self.claim,
            Area::Nowhere => 0,
        }
    }
}
