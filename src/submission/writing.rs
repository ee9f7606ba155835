//! A submission as JSON: Kaggle's form, a line for each task.

use std::sync::Arc;

use arc_programs::task::TaskName;
use arc_programs::value::Grid;

use super::{ATTEMPTS, Attempts, BLANK, Submission};

impl Submission {
    /// JSON text: `{"task": [{"attempt_1": [[…]], "attempt_2": [[…]]}, …], …}`.
    pub fn to_json(&self) -> String {
        let line = |(task, samples): (&TaskName, &Vec<Attempts>)| {
            let samples: Vec<String> = samples.iter().map(attempts_json).collect();
            // A name is safe within quotes.
            format!("\"{task}\": [{}]", samples.join(", "))
        };
        let lines: Vec<String> = self.0.iter().map(line).collect();
        format!("{{\n{}\n}}\n", lines.join(",\n"))
    }
}

fn attempts_json(Attempts(grids): &Attempts) -> String {
    let member = |(name, grid): (&str, &Option<Arc<Grid>>)| {
        let rows: Vec<String> = match grid {
            Some(grid) => grid.rows().map(row_json).collect(),
            None => vec![row_json(&[0; BLANK]); BLANK],
        };
        format!("\"{name}\": [{}]", rows.join(", "))
    };
    let members: Vec<String> = ATTEMPTS.into_iter().zip(grids).map(member).collect();
    format!("{{{}}}", members.join(", "))
}

fn row_json(row: &[i8]) -> String {
    let cells: Vec<String> = row.iter().map(i8::to_string).collect();
    format!("[{}]", cells.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_kaggle_has_it() {
        let grid = Arc::new(Grid::new(1, 2, vec![3, 4]).unwrap());
        let both = Attempts([Some(Arc::clone(&grid)), None]);
        let tasks = [
            ("0520fde7", vec![both.clone(), Attempts::default()]),
            ("1d.fill-2", vec![both]),
            ("empty", Vec::new()),
        ];
        let tasks = tasks.map(|(name, samples)| (name.parse().unwrap(), samples));
        let json = Submission(tasks.into_iter().collect()).to_json();
        let expected = r#"{
"0520fde7": [{"attempt_1": [[3, 4]], "attempt_2": [[0, 0], [0, 0]]}, {"attempt_1": [[0, 0], [0, 0]], "attempt_2": [[0, 0], [0, 0]]}],
"1d.fill-2": [{"attempt_1": [[3, 4]], "attempt_2": [[0, 0], [0, 0]]}],
"empty": []
}
"#;
        assert_eq!(json, expected);
        let none = Submission::default().to_json();
        assert!(
            serde_json::from_str::<serde_json::Map<_, _>>(&none)
                .unwrap()
                .is_empty()
        );
    }
}
