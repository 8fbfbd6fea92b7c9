//! Products as two shops list them, with variants that differ in one token.

use super::ceiling::Combination;
use super::layout::Layout;
use super::names::{Culture, rare};
use super::record::{Shown, Trap, Traps, key};
use super::rng::Rng;
use super::rows::{FileFormat, Rows};
use super::typos::typo;

const HEADER: &[&str] = &["name", "description", "manufacturer", "price"];
const ONE: &[FileFormat] = &[FileFormat::plain("", "", HEADER)];
const TWO: &[FileFormat] = &[FileFormat::plain("a", "a-", HEADER), FileFormat::plain("b", "b-", HEADER)];
const SIZES: &[f64] = &[0.55, 0.33, 0.08, 0.04];

const MODEL: usize = 0;
const LINE: usize = 1;
const MAKER: usize = 2;
const VARIANT: usize = 3;
const CONVINCING: &[Combination] = &[
    Combination::of(&[MODEL]),
    Combination::of(&[MODEL, VARIANT]),
    Combination::of(&[MAKER, LINE, VARIANT]),
    Combination::of(&[MAKER, LINE]),
    Combination::of(&[LINE, VARIANT]),
];

const MAKERS: &[&str] = &[
    "Sony",
    "Panasonic",
    "Samsung",
    "Canon",
    "Nikon",
    "Bose",
    "Garmin",
    "LG Electronics",
    "Philips",
    "Toshiba",
    "Pioneer",
    "JVC",
    "Logitech",
    "Netgear",
    "Linksys",
    "Kenwood",
    "Yamaha",
    "Denon",
    "Whirlpool",
    "Frigidaire",
    "Electrolux",
    "Bosch",
    "KitchenAid",
    "Olympus",
    "Sharp",
    "Sanyo",
    "Apple",
    "Kingston",
    "SanDisk",
    "Belkin",
    "Monster Cable",
    "Speck Products",
];
/// What it is, what varies about it, and the values; the price of the first one.
type Thing = (&'static str, &'static str, &'static [&'static str], f64);
const THINGS: &[Thing] = &[
    ("Digital Camera", "colour", &["Black", "Silver", "Red", "Blue"], 180.0),
    ("USB Flash Drive", "size", &["4GB", "8GB", "16GB", "32GB", "64GB"], 15.0),
    ("Memory Card", "size", &["4GB", "8GB", "16GB", "32GB", "64GB"], 20.0),
    ("LCD HDTV", "size", &["19\"", "32\"", "40\"", "46\"", "52\""], 450.0),
    ("Laptop", "memory", &["4GB", "8GB", "16GB", "32GB"], 800.0),
    ("Headphones", "colour", &["Black", "White"], 90.0),
    ("GPS Navigator", "series", &["200", "205", "255W", "260W", "265T"], 160.0),
    ("Cordless Phone", "handsets", &["1 Handset", "2 Handsets", "3 Handsets"], 60.0),
    ("Laser Printer Toner Cartridge", "colour", &["Black", "Cyan", "Magenta", "Yellow"], 75.0),
    ("Home Theater System", "channels", &["2.1 Channel", "5.1 Channel", "7.1 Channel"], 350.0),
    ("Side-by-Side Refrigerator", "colour", &["White", "Black", "Stainless Steel", "Bisque"], 1200.0),
    ("Over-the-Range Microwave", "colour", &["White", "Black", "Stainless Steel"], 240.0),
    ("Wireless Router", "speed", &["54Mbps", "150Mbps", "300Mbps"], 70.0),
    ("MP3 Player", "size", &["2GB", "4GB", "8GB", "16GB"], 99.0),
    ("Camera Lens", "length", &["35mm", "50mm", "18-55mm", "70-300mm"], 320.0),
    ("External Hard Drive", "size", &["320GB", "500GB", "1TB", "2TB"], 95.0),
    ("Office Software", "edition", &["Standard", "Professional", "Professional Upgrade", "Student Edition"], 150.0),
    ("Coffee Maker", "cups", &["4-Cup", "10-Cup", "12-Cup"], 45.0),
];
const CLAIMS: &[&str] = &[
    "built-in rechargeable battery",
    "energy star qualified",
    "1-year limited warranty",
    "easy to use",
    "remote control included",
    "high resolution display",
    "compact design",
    "bluetooth enabled",
    "for home and office",
    "refurbished quality",
    "auto focus",
    "noise reduction",
    "USB 2.0",
    "HDMI input",
    "wall mountable",
    "dishwasher safe",
    "with carrying case",
    "low power standby",
];

#[derive(Clone)]
struct Product {
    maker: &'static str,
    line: String,
    model: String,
    thing: &'static Thing,
    variant: usize,
    price: f64,
    claims: Vec<&'static str>,
    /// How many variants there were before: more than there are values would be the same thing again.
    siblings: usize,
}

fn product(rng: &mut Rng) -> Product {
    let thing = &THINGS[rng.below(THINGS.len())];
    let letters: String = (0..2 + rng.below(3)).map(|_| char::from(b'A' + rng.below(26) as u8)).collect();
    let model = match rng.below(3) {
        0 => format!("{letters}-{}{}", rng.digits(3), rng.pick(&["", "", "B", "S", "K"])),
        1 => format!("{letters}{}", rng.digits(4)),
        _ => format!("{letters}{}{}", rng.digits(2), letters.chars().next().unwrap_or('X')),
    };
    let line = if rng.chance(0.6) { rare(Culture::It, rng.below(700) as u64 ^ 0x9807) } else { String::new() };
    let claims = (0..2 + rng.below(3)).map(|_| rng.pick(CLAIMS)).collect();
    let price = thing.3 * (0.5 + rng.unit() * 1.6);
    Product {
        maker: rng.pick(MAKERS),
        line,
        model,
        variant: rng.below(thing.2.len()),
        thing,
        price,
        claims,
        siblings: 0,
    }
}

/// The name as a shop writes it; the first shop names the model last, the second one leaves out what it can.
fn row(product: &Product, shop: usize, rng: &mut Rng) -> ([String; 4], Traps, Shown) {
    let mut traps = Traps::default();
    let mut shown: Shown = [0; 8];
    let (what, kind, values, _) = *product.thing;
    let variant = values[product.variant];
    shown[LINE] = key(&format!("{} {what}", product.line));
    shown[MAKER] = key(product.maker);
    shown[VARIANT] = key(variant);
    shown[MODEL] = key(&product.model);
    let line = if product.line.is_empty() { String::new() } else { format!("{} ", product.line) };
    let mut name = if shop == 0 {
        format!("{} {line}{variant} {what} - {}", product.maker, product.model)
    } else {
        traps.add(Trap::OtherStyle);
        let model = match rng.below(4) {
            0 => product.model.replace('-', ""),
            1 => product.model.to_lowercase(),
            2 => format!("({})", product.model),
            _ => product.model.clone(),
        };
        match rng.below(5) {
            0 => format!("{line}{what} {variant} {model}"),
            1 => format!("{} {model} {line}{what}, {variant}", product.maker.to_uppercase()),
            2 => {
                shown[MODEL] = 0;
                traps.add(Trap::DroppedWords);
                format!("{} {line}{what} {variant}", product.maker)
            }
            3 => {
                format!("{} - {model} - {what} - {}", product.maker, variant.replace("GB", " GB").replace('"', "-inch"))
            }
            _ => format!("{model} {line}{what} by {} [{variant}]", product.maker),
        }
    };
    let mut claims = product.claims.clone();
    let at = rng.below(claims.len());
    claims.rotate_left(at);
    let mut description = match (shop, rng.below(4)) {
        (_, 0) => String::new(),
        (0, _) => {
            format!("{} {line}{what} - {}/ {kind}: {variant}/ {}", product.maker, product.model, claims.join("/ "))
        }
        _ => format!("{}. {kind} {variant}", claims.join(", ")),
    };
    if shop == 1 && description.len() > 60 && rng.chance(0.3) {
        description.truncate(description.floor_char_boundary(57));
        description.push_str("...");
        traps.add(Trap::Truncated);
    }
    let maker = if rng.chance(if shop == 0 { 0.1 } else { 0.35 }) {
        traps.add(Trap::Missing);
        ""
    } else {
        product.maker
    };
    if rng.chance(0.06) {
        name = typo(&name, rng);
        traps.add(Trap::Typo);
    }
    let price = match (shop, rng.below(10)) {
        (_, 0) => String::new(),
        (0, 1..7) => format!("{:.2}", product.price.floor() + 0.99),
        (0, _) => format!("${:.2}", product.price.floor() + 0.99),
        _ => format!("{:.2}", product.price * (0.85 + rng.unit() * 0.25)),
    };
    ([name, description, maker.to_string(), price], traps, shown)
}

/// Products in one list of both shops or in a list of each.
pub(crate) fn generate(rows: usize, seed: u64, layout: Option<Layout>) -> Rows {
    let layout = layout.unwrap_or(Layout::One(SIZES));
    let two = matches!(layout, Layout::Two);
    let mut out = Rows::new(if two { TWO } else { ONE }, CONVINCING);
    let mut entity = 0;
    let mut before: Option<Product> = None;
    while out.len() < rows {
        let rng = &mut Rng::of(seed, 0x9807, u64::from(entity));
        let mut own = product(rng);
        let mut twin = Traps::default();
        if let Some(other) = before.take().filter(|_| rng.chance(0.35)) {
            // The same thing with more memory, in another colour, or its successor.
            own = other;
            own.siblings += 1;
            if own.siblings < own.thing.2.len() && rng.chance(0.75) {
                own.variant = (own.variant + 1) % own.thing.2.len();
            } else {
                own.model.push(char::from(b'A' + rng.below(26) as u8));
                own.siblings = 0;
            }
            own.price *= 1.0 + rng.unit() * 0.3;
            twin.add(Trap::NearTwin);
        }
        for (nth, file) in layout.files(rng).into_iter().enumerate() {
            // Further rows mostly come from the other shop.
            let shop = if two { file } else { (nth + usize::from(rng.chance(0.25)) + entity as usize) % 2 };
            let (fields, mut traps, shown) = row(&own, shop, rng);
            traps.join(twin);
            out.push(file, entity, &fields.each_ref().map(String::as_str), traps, shown);
        }
        before = Some(own);
        entity += 1;
    }
    out.finish(rows, seed)
}
