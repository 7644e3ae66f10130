//! Mentions an hour over a long time, and what was usual: to be drawn.

/// Hours of which a curve is kept at most: ten years. What came before is not drawn.
const MOST_HOURS: usize = 10 * 366 * 24;

/// One hour.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Hour {
    pub counted: u32,
    /// Mentions; `None` while nothing was known.
    pub usual: Option<f32>,
}

/// Hours one after the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curve {
    /// Of the first, since 1970.
    pub start: i64,
    pub hours: Vec<Hour>,
}

/// Several hours together, as they are drawn: the busiest of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// Seconds since 1970.
    pub from: i64,
    pub until: i64,
    /// Mentions in the busiest hour.
    pub most: u32,
    /// The most that was usual in an hour.
    pub usual: Option<f32>,
}

/// Steps that people can read an axis in, in hours.
const STEPS: [i64; 12] = [1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 168, 336];

impl Curve {
    /// Counts in the hour of a second.
    pub fn add(&mut self, second: i64, many: u32) {
        if let Some(hour) = self.at(second.div_euclid(3_600)) {
            hour.counted = hour.counted.saturating_add(many);
        }
    }

    /// Says what is usual in an hour.
    pub fn set_usual(&mut self, number: i64, usual: f64) {
        if let Some(hour) = self.at(number) {
            // What is drawn needs no more digits.
            #[expect(clippy::cast_possible_truncation, reason = "to be drawn")]
            let usual = usual as f32;
            hour.usual = Some(usual);
        }
    }

    /// An hour, with those between it and the last; `None` before the first.
    pub fn at(&mut self, number: i64) -> Option<&mut Hour> {
        if self.hours.is_empty() {
            self.start = number;
        }
        let place = usize::try_from(number.checked_sub(self.start)?).ok()?;
        if place >= MOST_HOURS {
            return None;
        }
        if place >= self.hours.len() {
            self.hours.resize(place + 1, Hour::default());
        }
        self.hours.get_mut(place)
    }

    fn get(&self, number: i64) -> Option<Hour> {
        let place = usize::try_from(number.checked_sub(self.start)?).ok()?;
        self.hours.get(place).copied()
    }

    /// The busiest hour that has a second in [from, until]: its number, and it.
    pub fn peak(&self, from: i64, until: i64) -> Option<(i64, Hour)> {
        let hours = from.div_euclid(3_600)..=until.max(from).div_euclid(3_600);
        let last = self.start + i64::try_from(self.hours.len()).unwrap_or(0);
        let within = *hours.start()..=(*hours.end()).min(last);
        let known = within.filter_map(|number| Some((number, self.get(number)?)));
        // The first of equals.
        known.reduce(|best, one| {
            if one.1.counted > best.1.counted {
                one
            } else {
                best
            }
        })
    }

    /// The hours in at most so many columns of a readable length each; `offset`
    /// is what the reader's clocks are ahead, in seconds, so that a column of a
    /// day is a day of theirs.
    pub fn columns(&self, n_most: usize, offset: i64) -> Vec<Column> {
        let n_hours = i64::try_from(self.hours.len()).unwrap_or(i64::MAX);
        let most = i64::try_from(n_most.max(2)).unwrap_or(i64::MAX) - 1;
        let needed = n_hours.div_ceil_by(most);
        let step = STEPS.into_iter().find(|step| *step >= needed);
        let step = step.unwrap_or_else(|| needed.div_ceil_by(336) * 336);
        let shift = offset.div_euclid(3_600);
        let mut columns: Vec<Column> = Vec::new();
        for (number, hour) in (self.start..).zip(&self.hours) {
            let from = (number + shift).div_euclid(step) * step - shift;
            let from = from * 3_600;
            match columns.last_mut() {
                Some(last) if last.from == from => {
                    last.most = last.most.max(hour.counted);
                    last.usual = match (last.usual, hour.usual) {
                        (Some(one), Some(other)) => Some(one.max(other)),
                        (one, other) => one.or(other),
                    };
                }
                _ => columns.push(Column {
                    from,
                    until: from + step * 3_600,
                    most: hour.counted,
                    usual: hour.usual,
                }),
            }
        }
        columns
    }
}

/// Division that rounds up.
trait DivCeil {
    fn div_ceil_by(self, other: i64) -> i64;
}

impl DivCeil for i64 {
    fn div_ceil_by(self, other: i64) -> i64 {
        self.div_euclid(other) + i64::from(self.rem_euclid(other) > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_keep_the_busiest_hour_and_begin_where_days_do() {
        let mut curve = Curve::default();
        for hour in 0..72 {
            curve.add(hour * 3_600 + 5, 1);
        }
        curve.add(30 * 3_600, 8);
        curve.set_usual(30, 2.5);
        // One hour ahead: days begin at 23:00 UTC.
        let columns = curve.columns(5, 3_600);
        let starts: Vec<i64> = columns.iter().map(|one| one.from / 3_600).collect();
        assert_eq!(starts, [-1, 23, 47, 71]);
        assert_eq!((columns[1].most, columns[1].usual), (9, Some(2.5)));
        assert_eq!(curve.peak(0, 71 * 3_600).map(|(hour, _)| hour), Some(30));
        assert!(curve.columns(100, 0).len() == 72);
        assert!(Curve::default().columns(10, 0).is_empty());
    }
}
