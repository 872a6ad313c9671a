//! Properties of whole maps.

use super::*;
use proptest::prelude::*;

fn point(name: &str, lon: f64, lat: f64) -> Point {
    let (id, name) = (name.to_lowercase(), name.to_owned());
    Point { id, name, lon, lat, precision: 1, disputed: false, weight: 1 }
}

fn of(points: &[Point]) -> Map {
    map(points, &Shape::default()).expect("points on earth")
}

/// All numbers of a path, as places.
fn places(path: &str) -> Vec<Xy> {
    let spaced: String = path
        .chars()
        .map(|c| match c {
            'M' | 'l' | 'z' => format!(" {c} "),
            '-' => " -".to_owned(),
            c => c.to_string(),
        })
        .collect();
    let (mut at, mut relative, mut pair, mut places) = ([0.0, 0.0], false, Vec::new(), Vec::new());
    for word in spaced.split_whitespace() {
        match word {
            "M" => relative = false,
            "l" => relative = true,
            "z" => {}
            number => pair.push(number.parse::<f64>().expect("a number")),
        }
        if let [x, y] = pair[..] {
            at = if relative { [at[0] + x, at[1] + y] } else { [x, y] };
            places.push(at);
            pair.clear();
        }
    }
    places
}

/// What holds of every map.
fn check(map: &Map) {
    assert!(map.height >= map.width / 2.0 - 1.0 && map.height <= map.width + 1.0, "{} by {}", map.width, map.height);
    for path in [&map.sea, &map.land, &map.coast, &map.borders, &map.contested] {
        for [x, y] in places(path) {
            assert!(x > -0.2 && y > -0.2 && x < map.width + 0.2 && y < map.height + 0.2, "{x}, {y}");
        }
    }
    for place in &map.points {
        let (x, y, r) = (place.x, place.y, place.radius);
        assert!(r >= 1.0 && x >= r && y >= r && x + r <= map.width && y + r <= map.height, "{place:?}");
    }
    let labels = map.points.iter().filter_map(|place| Some(place.label.as_ref()?.bounds));
    let boxes: Vec<Bounds> = labels
        .chain(map.countries.iter().map(|country| country.bounds))
        .chain(map.scale.iter().map(|scale| scale.bounds))
        .collect();
    for (n, one) in boxes.iter().enumerate() {
        assert!(one.left >= 0.0 && one.top >= 0.0 && one.right <= map.width && one.bottom <= map.height, "{one:?}");
        assert!(boxes[..n].iter().all(|other| !other.meets(*one, 0.0)), "{one:?} overlaps");
        for place in map.points.iter().filter(|place| !place.area) {
            let at = Bounds::around([place.x, place.y], 2.0, 2.0);
            assert!(!one.meets(at, 0.0), "{one:?} covers {place:?}");
        }
    }
}

#[test]
fn the_caucasus_is_small_and_right() {
    let map = of(&[point("Yerevan", 44.51, 40.18), point("Baku", 49.87, 40.41), point("Goris", 46.34, 39.51)]);
    check(&map);
    let size = map.land.len() + map.coast.len() + map.borders.len() + map.contested.len();
    assert!(size < 40_000, "{size} bytes");
    let names: Vec<&str> = map.countries.iter().map(|country| country.name.as_str()).collect();
    assert!(["Armenia", "Azerbaijan", "Georgia", "Iran"].iter().all(|name| names.contains(name)), "{names:?}");
    assert!(!map.coast.is_empty() && !map.borders.is_empty());
    assert!(map.points.iter().all(|place| place.label.as_ref().is_some_and(|label| !label.numbered)));
    let scale = map.scale.expect("a region has a scale");
    assert!(scale.length > 60.0 && scale.km == 100);
}

#[test]
fn one_village_shows_what_is_around_it() {
    let map = of(&[point("Sotk", 45.86, 40.2)]);
    check(&map);
    assert!((map.points[0].x - 320.0).abs() < 1.0 && !map.borders.is_empty());
}

#[test]
fn a_country_that_surrounds_the_page_is_land() {
    for (lon, lat) in [(90.0, 60.0), (-100.0, 40.0), (0.0, -89.9), (134.0, -25.0), (-45.0, 75.0)] {
        let map = of(&[point("Somewhere", lon, lat)]);
        check(&map);
        assert_eq!(places(&map.land).len(), 4, "all land at {lon}, {lat}: {}", map.land);
    }
    for (lon, lat) in [(-90.0, -60.0), (0.0, 90.0), (-150.0, 10.0), (80.0, -40.0)] {
        assert_eq!(of(&[point("Sea", lon, lat)]).land, "", "all sea at {lon}, {lat}");
    }
}

#[test]
fn across_the_180th_meridian_nothing_smears() {
    let map = of(&[point("Suva", 178.4, -18.1), point("Apia", -171.8, -13.8)]);
    check(&map);
    assert!(!map.world);
    for path in [&map.coast, &map.land] {
        let lines = path.split('M').map(|line| places(&format!("M{line}")));
        for line in lines {
            for pair in line.windows(2) {
                assert!((pair[0][0] - pair[1][0]).abs() < 100.0, "{pair:?}");
            }
        }
    }
}

#[test]
fn the_whole_world_in_an_oval() {
    let points = [
        point("Washington", -77.0, 38.9),
        point("Tokyo", 139.7, 35.7),
        point("Prague", 14.4, 50.1),
        point("Sydney", 151.2, -33.9),
    ];
    let map = of(&points);
    check(&map);
    assert!(map.world && map.scale.is_none() && map.off.is_empty());
    assert!(map.land.len() < 60_000, "{} bytes", map.land.len());
}

#[test]
fn places_far_from_all_others_are_left_off_and_told() {
    let mut points: Vec<Point> = (0..6).map(|n| point(&format!("p{n}"), 44.0 + f64::from(n), 40.0)).collect();
    points.push(point("Prague", 14.4, 50.1));
    points.push(point("Nowhere", f64::NAN, 0.0));
    let map = of(&points);
    assert_eq!(map.off, ["prague", "nowhere"]);
    assert_eq!(map.points.len(), 6);
    let shape = Shape { leave_off: false, ..Shape::default() };
    assert_eq!(super::map(&points, &shape).expect("points").off, ["nowhere"]);
}

#[test]
fn nothing_on_earth_is_no_map() {
    assert_eq!(map(&[], &Shape::default()), None);
    assert_eq!(
        map(&[point("x", f64::NAN, 1.0), point("y", 0.0, 91.0), point("z", f64::INFINITY, 0.0)], &Shape::default()),
        None
    );
}

#[test]
fn contested_borders_stand_apart() {
    let kosovo = of(&[point("Mitrovica", 20.87, 42.89)]);
    assert!(!kosovo.contested.is_empty() && !kosovo.borders.is_empty());
    let sotk = [point("Sotk", 45.86, 40.2)];
    assert!(of(&sotk).contested.is_empty());
    let contested = vec![("Armenia".to_owned(), "Azerbaijan".to_owned())];
    assert!(!map(&sotk, &Shape { contested, ..Shape::default() }).expect("a map").contested.is_empty());
}

#[test]
fn areas_are_rings_within_the_page() {
    let mut points = vec![point("Syunik", 46.2, 39.3), point("Goris", 46.34, 39.51)];
    points[0].precision = 4;
    let map = of(&points);
    check(&map);
    assert!(map.points[0].area && map.points[0].radius > map.points[1].radius);
}

#[test]
fn weights_are_areas() {
    let mut points = vec![point("a", 44.0, 40.0), point("b", 46.0, 40.0)];
    points[1].weight = 4;
    let map = of(&points);
    let squared = |n: usize| map.points[n].radius.powi(2);
    assert!((squared(1) / squared(0) - 4.0).abs() < 0.3);
}

fn anywhere() -> impl Strategy<Value = Vec<Point>> {
    let near = (44.0..50.0_f64, 38.0..42.0_f64);
    let far = (-180.0..=180.0_f64, -90.0..=90.0_f64);
    let odd = prop::sample::select(vec![
        (180.0, 0.0),
        (-180.0, 90.0),
        (179.9, 71.0),
        (0.0, -90.0),
        (f64::NAN, 3.0),
        (0.0, 0.0),
    ]);
    let one = (prop_oneof![6 => near, 2 => far, 1 => odd], 0..9_u8, 0..5_u32, "[A-Za-zəş /]{0,22}");
    let one =
        one.prop_map(|((lon, lat), precision, weight, name)| Point { precision, weight, ..point(&name, lon, lat) });
    prop::collection::vec(one, 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_map_is_sound(points in anywhere(), width in 200.0..1000.0_f64, leave_off: bool) {
        let shape = Shape { width, leave_off, ..Shape::default() };
        let drawn = map(&points, &shape);
        prop_assert_eq!(&drawn, &map(&points, &shape));
        if let Some(drawn) = drawn {
            check(&drawn);
            prop_assert_eq!(drawn.points.len() + drawn.off.len(), points.len());
        }
    }
}
