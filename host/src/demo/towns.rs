//! Towns in which people ask for heat pumps: the middle of each, roughly.

/// A town and its main postcode.
pub struct Town {
    pub name: &'static str,
    pub postcode: &'static str,
    pub latitude: f64,
    pub longitude: f64,
    /// Thousands; the more, the more requests come from there.
    pub inhabitants: u32,
}

const fn town(
    name: &'static str,
    postcode: &'static str,
    latitude: f64,
    longitude: f64,
    inhabitants: u32,
) -> Town {
    Town {
        name,
        postcode,
        latitude,
        longitude,
        inhabitants,
    }
}

/// Some of Germany's towns. The largest count less than they have inhabitants:
/// heat pumps are asked for by those who own a house.
pub const TOWNS: [Town; 44] = [
    town("Berlin", "10115", 52.53, 13.38, 900),
    town("Hamburg", "20095", 53.55, 10.00, 700),
    town("München", "80331", 48.14, 11.57, 600),
    town("Köln", "50667", 50.94, 6.96, 500),
    town("Frankfurt", "60311", 50.11, 8.68, 450),
    town("Stuttgart", "70173", 48.78, 9.18, 450),
    town("Düsseldorf", "40213", 51.23, 6.77, 400),
    town("Leipzig", "04109", 51.34, 12.37, 400),
    town("Dortmund", "44135", 51.51, 7.47, 400),
    town("Essen", "45127", 51.46, 7.01, 400),
    town("Bremen", "28195", 53.08, 8.81, 400),
    town("Dresden", "01067", 51.06, 13.73, 380),
    town("Hannover", "30159", 52.37, 9.74, 380),
    town("Nürnberg", "90402", 49.45, 11.08, 370),
    town("Duisburg", "47051", 51.43, 6.76, 350),
    town("Bochum", "44787", 51.48, 7.22, 330),
    town("Wuppertal", "42103", 51.26, 7.15, 320),
    town("Bielefeld", "33602", 52.02, 8.53, 320),
    town("Bonn", "53111", 50.74, 7.10, 320),
    town("Münster", "48143", 51.96, 7.63, 310),
    town("Mannheim", "68159", 49.49, 8.47, 310),
    town("Karlsruhe", "76133", 49.01, 8.40, 310),
    town("Augsburg", "86150", 48.37, 10.89, 300),
    town("Wiesbaden", "65183", 50.08, 8.24, 280),
    town("Aachen", "52062", 50.78, 6.09, 250),
    town("Braunschweig", "38100", 52.26, 10.52, 250),
    town("Kiel", "24103", 54.32, 10.14, 250),
    town("Chemnitz", "09111", 50.83, 12.92, 240),
    town("Magdeburg", "39104", 52.13, 11.63, 240),
    town("Freiburg", "79098", 48.00, 7.85, 240),
    town("Lübeck", "23552", 53.87, 10.69, 220),
    town("Erfurt", "99084", 50.98, 11.03, 210),
    town("Mainz", "55116", 50.00, 8.27, 220),
    town("Rostock", "18055", 54.09, 12.14, 210),
    town("Kassel", "34117", 51.31, 9.50, 200),
    town("Saarbrücken", "66111", 49.23, 7.00, 180),
    town("Potsdam", "14467", 52.40, 13.06, 190),
    town("Oldenburg", "26122", 53.14, 8.21, 170),
    town("Regensburg", "93047", 49.02, 12.10, 160),
    town("Ulm", "89073", 48.40, 9.99, 130),
    town("Würzburg", "97070", 49.79, 9.93, 130),
    town("Schwerin", "19053", 53.63, 11.41, 100),
    town("Görlitz", "02826", 51.15, 14.99, 60),
    town("Passau", "94032", 48.57, 13.47, 60),
];

/// The town of a postcode.
pub fn at(postcode: &str) -> Option<&'static Town> {
    TOWNS.iter().find(|town| town.postcode == postcode)
}
