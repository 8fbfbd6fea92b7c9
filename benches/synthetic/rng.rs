//! Random numbers that are the same everywhere: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
//! number generators", 2014), and draws by rank as names are distributed in life.

/// A stream of random numbers.
#[derive(Clone)]
pub(crate) struct Rng(u64);

/// Mixes a value until every bit depends on every other: the output function of SplitMix64.
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A hash of text (FNV-1a, mixed), never 0: 0 stands for "nothing there".
pub(crate) fn hash(text: &str) -> u64 {
    let fnv = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    mix(text.bytes().fold(0xcbf2_9ce4_8422_2325, fnv)) | 1
}

impl Rng {
    /// The stream of one thing (a company, a town) of a kind: independent of the order in which things are made.
    pub(crate) fn of(seed: u64, kind: u64, index: u64) -> Self {
        Rng(mix(seed ^ mix(kind.wrapping_add(0x9e37_79b9_7f4a_7c15) ^ mix(index.wrapping_add(1)))))
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number in `0..limit` (Lemire's multiplication); 0 when there is no choice.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    /// A number in `0.0..1.0`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Whether something of this probability happens.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of several, all equally likely.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// The index of one of several weights.
    pub(crate) fn weighted(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.unit() * weights.clone().sum::<f64>();
        let mut last = 0;
        for (index, weight) in weights.enumerate() {
            if weight > 0.0 {
                last = index;
                left -= weight;
                if left < 0.0 {
                    break;
                }
            }
        }
        last
    }

    /// Digits, as many as asked for.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

/// Ranks drawn by the law of Zipf and Mandelbrot: rank k with a weight of 1 / (k + shift).
pub(crate) struct Zipf {
    cumulative: Vec<f64>,
}

impl Zipf {
    pub(crate) fn new(ranks: usize, shift: f64) -> Self {
        let mut sum = 0.0;
        let step = |rank: usize| {
            sum += 1.0 / (rank as f64 + 1.0 + shift);
            sum
        };
        Zipf { cumulative: (0..ranks.max(1)).map(step).collect() }
    }

    pub(crate) fn draw(&self, rng: &mut Rng) -> usize {
        let at = rng.unit() * self.cumulative[self.cumulative.len() - 1];
        self.cumulative.partition_point(|&sum| sum <= at).min(self.cumulative.len() - 1)
    }
}
