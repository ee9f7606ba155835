//! Pictures, read again: pixels of PNG files, and where an SVG document has its grids.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use roxmltree::{Document, Node};
use run_batt::picture::palette::{self, Rgb};
use serde_json::Value;

use crate::common::{Finished, Workplace, fixture, repository};
use crate::{TASK, WRONG};

/// The grids of a task of the fixtures by their names: `demo:0, input` and so on.
pub(crate) fn grids(task: &str) -> Vec<(String, Vec<Vec<i8>>)> {
    let path = fixture(&format!("tasks/{task}.json"));
    let task: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("a task")).expect("JSON");
    let mut grids = Vec::new();
    for (list, kind) in [("train", "demo"), ("test", "test")] {
        for (place, sample) in task[list].as_array().expect("samples").iter().enumerate() {
            for (member, name) in [("input", "input"), ("output", "expected")] {
                let rows = serde_json::from_value(sample[member].clone()).expect("a grid");
                grids.push((format!("{kind}:{place}, {name}"), rows));
            }
        }
    }
    grids
}

/// A picture, decoded.
#[derive(PartialEq)]
pub(crate) struct Pixels {
    pub(crate) width: usize,
    bytes: Vec<u8>,
}

impl Pixels {
    pub(crate) fn read(workplace: &Workplace, path: &str) -> Self {
        Self::of(&workplace.path(path))
    }

    fn of(path: &Path) -> Self {
        let file = File::open(path).expect("a picture");
        let mut decoder = png::Decoder::new(BufReader::new(file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut bytes).expect("pixels");
        assert_eq!(info.color_type, png::ColorType::Rgb);
        Self {
            width: info.width as usize,
            bytes,
        }
    }

    pub(crate) fn at(&self, left: usize, top: usize) -> Rgb {
        let place = 3 * (top * self.width + left);
        Rgb(
            self.bytes[place],
            self.bytes[place + 1],
            self.bytes[place + 2],
        )
    }
}

/// A grid in a picture: its name, and where it is; the side of a cell.
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) cell: usize,
}

/// The grids of a document of SVG.
pub(crate) fn places(document: &Document<'_>) -> Vec<Place> {
    let groups = document.descendants().filter(|own| own.has_tag_name("g"));
    let place = |group: Node<'_, '_>| {
        let transform = group.attribute("transform").expect("a place");
        let numbers = transform.split(|own: char| !own.is_ascii_digit() && own != '.');
        let numbers: Vec<&str> = numbers.filter(|own| !own.is_empty()).collect();
        let [left, top, cell] = numbers[..] else {
            panic!("{transform}")
        };
        let whole = |number: &str| {
            number
                .split('.')
                .next()
                .expect("a part")
                .parse()
                .expect("a number")
        };
        Place {
            name: group
                .first_element_child()
                .and_then(|own| own.text())
                .expect("a title")
                .to_owned(),
            left: whole(left),
            top: whole(top),
            cell: whole(cell),
        }
    };
    groups.map(place).collect()
}

#[test]
fn every_cell_of_a_picture_has_the_colour_that_the_grid_has() {
    let workplace = Workplace::new();
    for cell in ["3", "4", "16", "33"] {
        let line = [
            "show", TASK, "-e", WRONG, "--cell", cell, "--png", "task.png", "--svg", "task.svg",
        ];
        let finished = workplace.run(&line);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let text = workplace.read("task.svg");
        let document = Document::parse(&text).expect("XML");
        let pixels = Pixels::read(&workplace, "task.png");
        let size = format!("task.png: {} × ", pixels.width);
        assert!(finished.stdout.contains(&size), "{finished:?}");
        let places = places(&document);
        let grids = grids(TASK);
        let outputs = places.iter().filter(|own| own.name.ends_with(", output"));
        assert_eq!(places.len(), grids.len() + outputs.count(), "{cell}");
        let inner = |side: usize| usize::from(side >= 4);
        for (name, rows) in &grids {
            let place = places
                .iter()
                .find(|own| own.name == *name)
                .expect("the grid");
            let line = inner(place.cell);
            for (row, cells) in rows.iter().enumerate() {
                for (column, &own) in cells.iter().enumerate() {
                    let left = place.left + column * place.cell + line;
                    let top = place.top + row * place.cell + line;
                    let last = place.cell - line - 1;
                    for (right, down) in [(0, 0), (last / 2, last / 2), (last, last)] {
                        let found = pixels.at(left + right, top + down);
                        assert_eq!(
                            found,
                            palette::rgb(own),
                            "{name}, row {row}, column {column}"
                        );
                    }
                }
            }
        }
        // And of outputs, whose cells that differ have a mark in their middle.
        for (name, rows) in grids.iter().filter(|(name, _)| name.ends_with("expected")) {
            let name = name.replace("expected", "output");
            let place = places
                .iter()
                .find(|own| own.name == name)
                .expect("the output");
            let (_, input) = grids
                .iter()
                .find(|own| own.0 == name.replace("output", "input"))
                .expect("its input");
            let line = inner(place.cell);
            for (row, cells) in input.iter().enumerate() {
                for (column, &own) in cells.iter().enumerate() {
                    let own = if own == 2 { 7 } else { own };
                    let left = place.left + column * place.cell + line;
                    let top = place.top + row * place.cell + line;
                    let corner = pixels.at(left, top);
                    let expected = palette::rgb(own);
                    if place.cell >= 8 {
                        assert_eq!(corner, expected, "{name}, row {row}, column {column}");
                    }
                    let middle = (place.cell - line) / 2;
                    let middle = pixels.at(left + middle, top + middle);
                    let differs = own != rows[row][column];
                    if place.cell >= 8 {
                        let [_, white] = palette::MARK;
                        let seen = if differs { white } else { expected };
                        assert_eq!(middle, seen, "{name}, row {row}, column {column}");
                    }
                }
            }
        }
    }
}

#[test]
fn svg_says_what_is_drawn_to_those_who_do_not_see_it() {
    let workplace = Workplace::new();
    let finished = workplace.run(&["show", TASK, "-e", WRONG, "--svg", "task.svg"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let text = workplace.read("task.svg");
    let document = Document::parse(&text).expect("XML");
    let root = document.root_element();
    let title = root.first_element_child().expect("a title");
    assert_eq!(
        (title.tag_name().name(), title.text()),
        ("title", Some("Task 3c9b0459"))
    );
    let described: Vec<&str> = document
        .descendants()
        .filter(|own| own.has_tag_name("desc"))
        .filter_map(|own| own.text())
        .collect();
    assert_eq!(described.len(), grids(TASK).len() / 2);
    assert!(
        described[0].starts_with("8 cells differ: row 1 column 1, "),
        "{}",
        described[0]
    );
    let images = document
        .descendants()
        .filter(|own| own.attribute("role") == Some("img"));
    assert_eq!(images.count(), grids(TASK).len() / 2 * 3);
}

#[test]
fn the_pictures_of_the_readme_are_what_the_commands_draw() {
    let workplace = Workplace::new();
    let docs = repository().join("docs");
    let folder = docs.parent().expect("a folder");
    let mut command = workplace.command(&[
        "show",
        "3c9b0459",
        "--program",
        "fixtures/solvers/first.py",
        "--svg",
    ]);
    command.arg(workplace.path("task.svg")).current_dir(folder);
    assert_eq!(Finished::of(&mut command).code, Some(0));
    let kept = std::fs::read_to_string(docs.join("task.svg")).expect("a picture");
    assert_eq!(
        workplace.read("task.svg"),
        kept,
        "make docs/task.svg again, as the README says"
    );
    let finished = workplace.run(&[
        "show",
        "0520fde7",
        "-e",
        "cellwise(lefthalf(I), righthalf(I), ZERO)",
        "--png",
        "show.png",
    ]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let kept = Pixels::of(&docs.join("show.png"));
    assert!(
        Pixels::read(&workplace, "show.png") == kept,
        "make docs/show.png again, as the README says"
    );
}
