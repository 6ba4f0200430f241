//! How far it is.

use super::partner::Position;

/// Mean radius of the earth (IUGG), kilometres.
const EARTH_RADIUS_KM: f64 = 6_371.008_8;

/// Great-circle distance by the haversine formula, kilometres.
pub fn kilometres(from: Position, to: Position) -> f64 {
    let (a, b) = (from.latitude.to_radians(), to.latitude.to_radians());
    let half_latitude = (b - a) / 2.0;
    let half_longitude = (to.longitude - from.longitude).to_radians() / 2.0;
    let h = half_latitude.sin().powi(2) + a.cos() * b.cos() * half_longitude.sin().powi(2);
    2.0 * EARTH_RADIUS_KM * h.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn berlin_to_munich() {
        let berlin = Position {
            latitude: 52.52,
            longitude: 13.405,
        };
        let munich = Position {
            latitude: 48.137,
            longitude: 11.575,
        };
        assert!((kilometres(berlin, munich) - 504.0).abs() < 2.0);
        assert_eq!(kilometres(berlin, berlin), 0.0);
    }
}
