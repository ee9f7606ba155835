//! The table of the instances: who runs what, how far, how fast.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Text};
use ratatui::widgets::{Cell, Paragraph, Row, StatefulWidget, Table, TableState, Widget};
use run_batt::instances::{Activity, Status};

use super::super::seen::{Instance, Seen, Strange};
use super::super::state::{Pane, State};
use super::lists::rate;
use super::{Paint, titled};

/// Cells of the bar of an instance.
const BAR: usize = 8;

/// What a column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Process,
    Host,
    What,
    Bar,
    Done,
    Rate,
    Found,
    Errors,
    InHand,
}

/// The columns with their widths, and from which width of the screen on each is there.
const COLUMNS: [(Column, u16, u16); 9] = [
    (Column::Process, 7, 0),
    (Column::Host, 9, 70),
    (Column::What, 12, 60),
    (Column::Bar, BAR as u16, 50),
    (Column::Done, 9, 0),
    (Column::Rate, 6, 0),
    (Column::Found, 4, 30),
    (Column::Errors, 4, 30),
    (Column::InHand, 9, 70),
];

pub fn draw(area: Rect, buffer: &mut Buffer, seen: &Seen, state: &State, paint: Paint) {
    let title = Line::raw(format!("instances, by {}", state.order.name()));
    let is_chosen = state.pane == Pane::Instances;
    let inner = titled(area, buffer, title, is_chosen, paint);
    if seen.instances.is_empty() && seen.strange.is_empty() {
        let nobody = "no instance is at work on this store";
        Paragraph::new(nobody)
            .style(paint.quiet())
            .render(inner, buffer);
        return;
    }
    let columns: Vec<(Column, u16)> = COLUMNS
        .into_iter()
        .filter(|(_, _, from)| area.width >= *from)
        .map(|(column, width, _)| (column, width))
        .collect();
    let header = columns
        .iter()
        .map(|(column, _)| cell(header(*column), *column));
    let instances = state.order.of(seen);
    let rows = instances.into_iter().map(|own| row(own, &columns, paint));
    let strange = seen
        .strange
        .iter()
        .map(|own| strange_row(own, &columns, paint));
    let widths = columns.iter().map(|(column, width)| match column {
        // What is left over goes there.
        Column::InHand => Constraint::Fill(1),
        _ => Constraint::Length(*width),
    });
    let table = Table::new(rows.chain(strange), widths)
        .header(Row::new(header).style(paint.quiet()))
        .row_highlight_style(if is_chosen {
            paint.selected()
        } else {
            Style::new()
        });
    let mut selection = TableState::new();
    selection.select(state.selected(seen).map(|(place, _)| place));
    StatefulWidget::render(table, inner, buffer, &mut selection);
}

fn header(column: Column) -> &'static str {
    match column {
        Column::Process => "process",
        Column::Host => "host",
        Column::What => "what",
        Column::Bar => "",
        Column::Done => "done",
        Column::Rate => "/s",
        Column::Found => "new",
        Column::Errors => "err",
        Column::InHand => "in hand",
    }
}

fn cell<'a>(text: impl Into<String>, column: Column) -> Cell<'a> {
    let text = Text::raw(text.into());
    Cell::new(match column {
        Column::Done | Column::Rate | Column::Found | Column::Errors => text.right_aligned(),
        _ => text,
    })
}

fn row<'a>(own: &'a Instance, columns: &[(Column, u16)], paint: Paint) -> Row<'a> {
    let Status {
        process,
        tasks,
        done,
        found,
        errors,
        tasks_a_second,
        in_hand,
        ..
    } = &own.status;
    let cells = columns.iter().map(|(column, _)| {
        let text = match column {
            Column::Process => process.id.to_string(),
            Column::Host => process.host.to_string(),
            Column::What => what(&own.status),
            Column::Bar => bar(own.share()),
            Column::Done => format!("{done}/{tasks}"),
            Column::Rate => rate(*tasks_a_second),
            Column::Found => found.to_string(),
            Column::Errors => errors.to_string(),
            Column::InHand => match own.remark() {
                Some(remark) => remark.to_owned(),
                None => {
                    let tasks: Vec<&str> = in_hand.iter().map(|task| &**task).collect();
                    tasks.join(" ")
                }
            },
        };
        let cell = cell(text, *column);
        match column {
            Column::Bar => cell.style(paint.frame()),
            Column::Found if *found > 0 => cell.style(paint.good()),
            Column::Errors if *errors > 0 => cell.style(paint.bad()),
            Column::InHand if own.remark().is_some() => cell.style(paint.notable()),
            _ => cell,
        }
    });
    let style = if own.is_at_work() {
        Style::new()
    } else {
        paint.quiet()
    };
    Row::new(cells.collect::<Vec<_>>()).style(style)
}

/// A file that says nothing, with what is wrong in the place of all else.
fn strange_row<'a>(own: &Strange, columns: &[(Column, u16)], paint: Paint) -> Row<'a> {
    let mut cells = vec![Cell::new("?")];
    if columns.len() > 1 {
        let span = columns.len() as u16 - 1;
        let text = format!("{}: {}", own.what, own.name);
        cells.push(Cell::new(text).column_span(span));
    }
    Row::new(cells).style(paint.notable())
}

fn what(status: &Status) -> String {
    match (status.activity, status.round, status.rounds) {
        (Activity::Search, Some(round), Some(of)) => format!("round {round}/{of}"),
        (Activity::Search, Some(round), None) => format!("round {round}"),
        (Activity::Search, None, _) => "search".to_owned(),
        (Activity::Run, ..) => "run".to_owned(),
    }
}

fn bar(share: f64) -> String {
    let full = (share * BAR as f64).floor() as usize;
    format!(
        "{}{}",
        "█".repeat(full),
        "░".repeat(BAR.saturating_sub(full))
    )
}
