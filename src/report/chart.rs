//! Charts as inline SVG and the tables they stand in. Colours come from the page's
//! style sheet by class, so that they follow the reader's light, dark or paper.

use std::fmt::Write as _;

use super::sums::{Cell, Row, Sums};
use super::text::{dollars, escape, grouped};
use crate::value::Verdict;

/// Most bars of a chart.
const BARS: usize = 10;

/// What the bars of a chart stand for.
pub(super) struct Bars<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub what: &'a str,
    /// The filter a click sets.
    pub filter: &'a str,
    /// The words of a row: what it is called, and what stands behind it in small.
    pub words: fn(&Row) -> (String, String),
    /// Whether to say out of how many claims.
    pub of: bool,
}

/// Bars of the rows with most rejected claims.
pub(super) fn bars(sums: &Sums, bars: &Bars<'_>) -> String {
    let (rows, rest, others) = sums.top(BARS, !bars.of);
    let most = rows
        .iter()
        .map(|row| row.cell.rejects() + row.cell.claims[1] * u64::from(!bars.of))
        .max()
        .unwrap_or(0)
        .max(1);
    let mut page = format!(
        "<figure class=\"chart\" id=\"{0}\"><figcaption><h3>{1}</h3><p>{2}</p></figcaption><table>\
         <colgroup><col class=\"word\"><col><col class=\"count\"><col class=\"sum\"></colgroup>\
         <thead><tr><th scope=\"col\">{1}</th><th scope=\"col\">Bar</th>\
         <th scope=\"col\">Claims</th><th scope=\"col\">Dollars rejected</th></tr></thead><tbody>",
        bars.id, bars.title, bars.what
    );
    for row in rows {
        let (word, small) = (bars.words)(row);
        let key = String::from_utf8_lossy(&row.key);
        let _ = write!(
            page,
            "<tr><th scope=\"row\"><button type=\"button\" data-filter=\"{}\" data-value=\"{}\">\
             <span>{}</span> <small>{}</small></button></th>",
            bars.filter,
            escape(&key),
            escape(&word),
            escape(&small)
        );
        bar(&mut page, &row.cell, most, bars.of);
    }
    if others.total() > 0 {
        let _ = write!(
            page,
            "<tr class=\"others\"><th scope=\"row\">{} others</th>",
            if rest > 0 {
                grouped(rest as u64)
            } else {
                "all".to_owned()
            }
        );
        bar(&mut page, &others, most, bars.of);
    }
    page.push_str("</tbody></table></figure>");
    page
}

/// The cells of a row: the bar, the claims, the dollars. A bar of a rule shows what it
/// rejects and what it warns of; one of a payer or provider what is rejected.
fn bar(page: &mut String, cell: &Cell, most: u64, of: bool) {
    let rejects = permille(cell.rejects(), most);
    let warns = if of {
        0
    } else {
        permille(cell.claims[1], most).min(1000 - rejects)
    };
    let _ = write!(
        page,
        "<td><svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"track\" width=\"1000\" height=\"10\"/>\
         <rect class=\"rejected\" width=\"{rejects}\" height=\"10\"/>\
         <rect class=\"warned\" x=\"{rejects}\" width=\"{warns}\" height=\"10\"/></svg></td>"
    );
    let claims = if of {
        format!(
            "{} <small>of {}</small>",
            grouped(cell.rejects()),
            grouped(cell.total())
        )
    } else if cell.claims[1] > 0 {
        format!(
            "{} <small>+ {} warned</small>",
            grouped(cell.rejects()),
            grouped(cell.claims[1])
        )
    } else {
        grouped(cell.rejects())
    };
    let _ = write!(
        page,
        "<td>{claims}</td><td>{}</td></tr>",
        dollars(cell.rejected)
    );
}

/// A part of a whole in thousandths; something never looks like nothing.
fn permille(part: u64, whole: u64) -> u64 {
    if part == 0 || whole == 0 {
        return 0;
    }
    let share = u128::from(part) * 1000 / u128::from(whole);
    u64::try_from(share).unwrap_or(1000).clamp(6, 1000)
}

/// A ring of the shares of the four verdicts, clean first, clockwise from the top.
pub(super) fn ring(shares: [u64; 4]) -> String {
    let total: u64 = shares.iter().sum::<u64>().max(1);
    let mut page = String::from(
        "<svg class=\"ring\" viewBox=\"0 0 120 120\" aria-hidden=\"true\"><g transform=\"rotate(-90 60 60)\">",
    );
    let mut done = 0;
    for (verdict, claims) in Verdict::ALL.iter().zip(shares) {
        if claims == 0 {
            continue;
        }
        let (from, long) = (
            u128::from(done) * 10_000 / u128::from(total),
            (u128::from(claims) * 10_000 / u128::from(total)).max(40),
        );
        let _ = write!(
            page,
            "<circle class=\"{verdict}\" cx=\"60\" cy=\"60\" r=\"50\" pathLength=\"10000\" \
             stroke-dasharray=\"{long} 10000\" stroke-dashoffset=\"-{from}\"/>"
        );
        done += claims;
    }
    page.push_str("</g></svg>");
    page
}
