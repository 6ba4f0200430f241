//! Charts as SVG that stands in the page.

use plotters::prelude::*;

/// Size in the chart's own units; the page scales it.
const WIDTH: u32 = 560;
const ROW_HEIGHT: u32 = 30;
const MARGIN: u32 = 20;
/// Room for the names of the bars.
const NAMES_WIDTH: u32 = 225;

/// A bar with its name and what is written at its end.
pub struct Bar {
    pub name: String,
    pub value: i64,
    pub label: String,
}

/// Lying bars, the first one on top; none where there is nothing to draw.
pub fn bars(bars: &[Bar]) -> Option<String> {
    let count = i32::try_from(bars.len()).ok().filter(|count| *count > 0)?;
    let least = bars.iter().map(|bar| bar.value).min()?.min(0);
    let most = bars.iter().map(|bar| bar.value).max()?.max(0);
    // Labels stand beside the bars' ends.
    let room = (most.saturating_sub(least) / 2).max(1);
    let (left, right) = match least < 0 {
        true => (least.saturating_sub(room), most.saturating_add(room)),
        false => (0, most.saturating_add(room)),
    };
    let height = bars.len() as u32 * ROW_HEIGHT + MARGIN;
    let mut svg = String::new();
    let drawn = draw(&mut svg, bars, count, (left, right), height);
    drawn.ok().map(|()| responsive(&svg, height))
}

fn draw(
    svg: &mut String,
    bars: &[Bar],
    count: i32,
    (left, right): (i64, i64),
    height: u32,
) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(svg, (WIDTH, height)).into_drawing_area();
    let (names, plot) = area.split_horizontally(NAMES_WIDTH);
    let mut chart = ChartBuilder::on(&plot)
        .margin(10)
        .build_cartesian_2d(left as f64..right as f64, 0_f64..f64::from(count))?;
    let text = ("sans-serif", 16).into_font().color(&BLACK);
    let fill = RGBColor(70, 70, 70).filled();
    let row = |index: usize| f64::from(count) - index as f64;
    chart.draw_series(bars.iter().enumerate().map(|(index, bar)| {
        let (top, bottom) = (row(index) - 0.18, row(index) - 0.82);
        Rectangle::new([(0.0, bottom), (bar.value as f64, top)], fill)
    }))?;
    chart.draw_series(bars.iter().enumerate().map(|(index, bar)| {
        let beside = (right - left) as f64 / 100.0;
        let at = bar.value.max(0) as f64 + beside;
        Text::new(bar.label.clone(), (at, row(index) - 0.35), text.clone())
    }))?;
    let each = f64::from(height - 20) / f64::from(count);
    for (index, bar) in bars.iter().enumerate() {
        let at = (0, (10.0 + each * (index as f64 + 0.35)) as i32);
        names.draw(&Text::new(bar.name.clone(), at, text.clone()))?;
    }
    area.present()?;
    Ok(())
}

/// Without a size of its own, so that it fits a phone and a page.
fn responsive(svg: &str, height: u32) -> String {
    svg.replacen(
        &format!("width=\"{WIDTH}\" height=\"{height}\""),
        "role=\"img\"",
        1,
    )
}
