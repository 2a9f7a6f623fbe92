//! The chart by date of service: columns of days, weeks, months or years.

use std::fmt::Write as _;

use super::sums::{Cell, Sums};
use super::text::{dollars, grouped};
use crate::value::{Date, Verdict};

/// Most columns of the chart by date.
const COLUMNS: i64 = 46;

/// How long a column of the chart by date is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    const ALL: [Unit; 4] = [Unit::Day, Unit::Week, Unit::Month, Unit::Year];

    /// The number of the column a day falls into; neighbours differ by one.
    fn column(self, day: i64) -> i64 {
        let date = Date::from_days(day);
        let months = i64::from(date.year()) * 12 + i64::from(date.month()) - 1;
        match self {
            Unit::Day => day,
            // 1970-01-01 was a Thursday; weeks start on Monday.
            Unit::Week => (day + 3).div_euclid(7),
            Unit::Month => months,
            Unit::Year => i64::from(date.year()),
        }
    }

    /// What stands under a column.
    fn label(self, column: i64) -> String {
        match self {
            Unit::Day => Date::from_days(column).to_string(),
            Unit::Week => Date::from_days(column * 7 - 3).to_string(),
            Unit::Month => format!(
                "{:04}-{:02}",
                column.div_euclid(12),
                column.rem_euclid(12) + 1
            ),
            Unit::Year => format!("{column:04}"),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Unit::Day => "day",
            Unit::Week => "week, from Monday",
            Unit::Month => "month",
            Unit::Year => "year",
        }
    }
}

/// Columns in order of time; what lies far before or after most claims is at the ends.
fn columns(days: &Sums) -> (Unit, Vec<(String, Cell)>) {
    let mut dated: Vec<(i64, Cell)> = days
        .rows
        .iter()
        .filter_map(|row| {
            Some((
                i64::from_be_bytes(row.key.as_ref().try_into().ok()?),
                row.cell,
            ))
        })
        .collect();
    dated.sort_by_key(|&(day, _)| day);
    let total: u64 = dated.iter().map(|(_, cell)| cell.total()).sum();
    // A mistyped year must not make all the others one column.
    let (mut before, mut from, mut through) = (0, None, 0);
    for &(day, cell) in &dated {
        if before + cell.total() > total / 20 && from.is_none() {
            from = Some(day);
        }
        if before < total - total / 20 {
            through = day;
        }
        before += cell.total();
    }
    let Some(from) = from else {
        return (Unit::Day, Vec::new());
    };
    let span = |unit: Unit| unit.column(through) - unit.column(from);
    let unit = Unit::ALL
        .into_iter()
        .find(|&unit| span(unit) < COLUMNS)
        .unwrap_or(Unit::Year);
    let of = |day: Option<&(i64, Cell)>| day.map_or(0, |&(day, _)| unit.column(day));
    let (mut first, mut last) = (of(dated.first()), of(dated.last()));
    if last - first >= COLUMNS {
        last = unit.column(through);
        first = unit.column(from).max(last - COLUMNS + 1);
    }
    let mut shown = Vec::new();
    let mut ends = [Cell::default(); 2];
    shown.resize(
        usize::try_from(last - first + 1).unwrap_or(1),
        Cell::default(),
    );
    for (day, cell) in &dated {
        let place = unit.column(*day) - first;
        let beyond = usize::from(place > 0);
        match usize::try_from(place)
            .ok()
            .and_then(|place| shown.get_mut(place))
        {
            Some(sum) => sum.merge(cell),
            None => ends[beyond].merge(cell),
        }
    }
    let mut columns: Vec<(String, Cell)> = (first..)
        .zip(shown)
        .map(|(column, cell)| (unit.label(column), cell))
        .collect();
    let [earlier, later] = ends;
    if earlier.total() > 0 {
        columns.insert(0, ("earlier".to_owned(), earlier));
    }
    if later.total() > 0 {
        columns.push(("later".to_owned(), later));
    }
    (unit, columns)
}

/// Width and height of the drawing, and where the columns stand in it.
const WIDTH: u64 = 960;
const HEIGHT: u64 = 250;
const LEFT: u64 = 56;
const TOP: u64 = 12;
const FLOOR: u64 = 216;

/// Columns by date of service, rejected claims at the foot.
pub(super) fn chart(days: &Sums) -> String {
    let (unit, columns) = columns(days);
    let mut page = format!(
        "<figure class=\"chart wide\" id=\"by-date\"><figcaption><h3>By date of service</h3>\
         <p>Claims by {}, by their first day of service</p></figcaption>",
        unit.word()
    );
    if columns.is_empty() {
        page.push_str(
            "<p class=\"none\">No claim has a date of service that can be read.</p></figure>",
        );
        return page;
    }
    let most = columns
        .iter()
        .map(|(_, cell)| cell.total())
        .max()
        .unwrap_or(1);
    let ceiling = round_up(most.max(1));
    let _ = write!(
        page,
        "<div class=\"scroll\"><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"Claims by date of service; the table below holds the same numbers\">"
    );
    let tall = FLOOR - TOP;
    for step in 0..=2 {
        let (y, value) = (FLOOR - tall * step / 2, ceiling * step / 2);
        if !(ceiling * step).is_multiple_of(2) {
            continue;
        }
        let _ = write!(
            page,
            "<path class=\"grid\" d=\"M{LEFT} {y}H{WIDTH}\"/><text x=\"{}\" y=\"{}\" class=\"y\">{}</text>",
            LEFT - 8,
            y + 4,
            grouped(value)
        );
    }
    let count = columns.len() as u64;
    let pitch = (WIDTH - LEFT) * 100 / count;
    let wide = (pitch * 7 / 10).min(5_600);
    let every = count.div_ceil(8);
    for (index, (label, cell)) in (0_u64..).zip(&columns) {
        let x = LEFT * 100 + pitch * index + (pitch - wide) / 2;
        let _ = write!(
            page,
            "<g><title>{label}: {} claims, {} rejected, {}</title>",
            grouped(cell.total()),
            grouped(cell.rejects()),
            dollars(cell.rejected)
        );
        let mut foot = FLOOR * 100;
        for (verdict, claims) in Verdict::ALL.iter().zip(cell.claims).rev() {
            let high =
                u64::try_from(u128::from(claims) * u128::from(tall) * 100 / u128::from(ceiling))
                    .unwrap_or(0);
            if high > 0 {
                foot -= high;
                let _ = write!(
                    page,
                    "<rect class=\"{verdict}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                    hundredths(x),
                    hundredths(foot),
                    hundredths(wide),
                    hundredths(high)
                );
            }
        }
        page.push_str("</g>");
        if index % every == 0 {
            let _ = write!(
                page,
                "<text class=\"x\" x=\"{}\" y=\"{}\">{label}</text>",
                hundredths(x + wide / 2),
                FLOOR + 20
            );
        }
    }
    page.push_str("</svg></div><p class=\"legend\">");
    for verdict in Verdict::ALL.iter().rev() {
        let _ = write!(
            page,
            "<span><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"{verdict}\" width=\"10\" height=\"10\" rx=\"2\"/></svg>{verdict}</span>"
        );
    }
    page.push_str(
        "</p><details><summary>As a table</summary><table><thead><tr><th scope=\"col\">From</th>\
         <th scope=\"col\">Clean</th><th scope=\"col\">Warned</th><th scope=\"col\">Unchecked</th>\
         <th scope=\"col\">Rejected</th><th scope=\"col\">Dollars rejected</th></tr></thead><tbody>",
    );
    for (label, cell) in columns.iter().filter(|(_, cell)| cell.total() > 0) {
        let _ = write!(page, "<tr><th scope=\"row\">{label}</th>");
        for claims in cell.claims {
            let _ = write!(page, "<td>{}</td>", grouped(claims));
        }
        let _ = write!(page, "<td>{}</td></tr>", dollars(cell.rejected));
    }
    page.push_str("</tbody></table></details></figure>");
    page
}

/// The least round number (1, 2, 4, 5, 6 or 8 and zeros) that is not below.
fn round_up(number: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        for step in [1, 2, 4, 5, 6, 8] {
            if power.saturating_mul(step) >= number {
                return power.saturating_mul(step);
            }
        }
        power = power.saturating_mul(10);
    }
}

fn hundredths(number: u64) -> String {
    format!("{}.{:02}", number / 100, number % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Cents;

    fn days(dates: &[(&str, u64)]) -> Sums {
        let mut sums = Sums::default();
        for (date, claims) in dates {
            let day = Date::parse_iso(date).unwrap().days().to_be_bytes();
            for _ in 0..*claims {
                sums.add([&day, b""], Verdict::Rejected, Cents(1));
            }
        }
        sums
    }

    #[test]
    fn a_mistyped_year_stands_at_the_end() {
        let (unit, columns) = columns(&days(&[
            ("1926-11-03", 1),
            ("2026-11-02", 40),
            ("2026-11-30", 40),
        ]));
        assert_eq!(unit, Unit::Day);
        let shown: Vec<(&str, u64)> = columns
            .iter()
            .filter(|(_, cell)| cell.total() > 0)
            .map(|(label, cell)| (label.as_str(), cell.total()))
            .collect();
        assert_eq!(
            shown,
            [("earlier", 1), ("2026-11-02", 40), ("2026-11-30", 40)]
        );
    }

    #[test]
    fn weeks_and_months_follow_the_calendar() {
        assert_eq!(Unit::Week.label(Unit::Week.column(0)), "1969-12-29");
        let (unit, columns) = columns(&days(&[("2025-12-31", 1), ("2026-06-01", 1)]));
        assert_eq!(unit, Unit::Week);
        assert_eq!(columns[0].0, "2025-12-29");
        let (unit, columns) = super::columns(&days(&[("2024-12-31", 1), ("2026-06-01", 1)]));
        assert_eq!(unit, Unit::Month);
        assert_eq!(
            (columns[0].0.as_str(), columns[1].0.as_str()),
            ("2024-12", "2025-01")
        );
    }
}
