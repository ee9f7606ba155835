//! A card on one sample: what is known, what is evaluated, and what they come to.
//!
//! Solvers come first, then the differs on what they returned. A solver is evaluated where
//! its result is not known, or where a differ that is not known needs its output. A differ
//! is evaluated once on each output, however many solvers returned it: on a task that
//! solvers are foreign to, many return the same.

use std::collections::HashMap;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::result_cache::{KnownOutput, ResultCache, SolverResult};
use super::{ProgramScore, SampleInputs, SampleScores};
use crate::card::{ScoredCall, ScoringPlan};
use crate::digest::Digest;
use crate::evaluation::{Evaluator, Limits, ProgramEnd, SharedResults};
use crate::score;
use crate::value::Value;

/// A card on a sample, and the cache that may know what they come to.
#[derive(Clone, Copy)]
pub(super) struct OnSample<'a> {
    pub(super) scoring: &'a ScoringPlan,
    pub(super) sample: &'a SampleInputs,
    pub(super) cache: &'a dyn ResultCache,
    /// Digest of the limits, which results follow from too.
    pub(super) of_limits: Digest,
    /// Which program each differ is.
    pub(super) differ_programs: &'a DifferPrograms,
}

/// Which program each differ of a card is: most are applied to many outputs.
#[derive(Debug)]
pub(super) struct DifferPrograms(Vec<u32>);

impl DifferPrograms {
    pub(super) fn of(scoring: &ScoringPlan) -> Self {
        let mut numbers: FxHashMap<Digest, u32> = FxHashMap::default();
        let number = |differ: &ScoredCall| {
            let next = numbers.len() as u32;
            *numbers.entry(differ.digest).or_insert(next)
        };
        Self(scoring.differs.iter().map(number).collect())
    }
}

/// The first differs of the card that are one program on one output: what they come to
/// need not be asked for again.
struct FirstDiffers<'a> {
    programs: &'a [u32],
    /// Of the input and of each solver, the first of these that is the same output; `None`
    /// where that is not known.
    outputs: Vec<Option<u32>>,
    /// By program and output, their places.
    places: FxHashMap<(u32, u32), usize>,
}

impl<'a> FirstDiffers<'a> {
    /// None yet, where the solvers have these outputs.
    fn of(on: &OnSample<'a>, outputs: impl Iterator<Item = Option<KnownOutput>>) -> Self {
        let mut numbers: FxHashMap<Digest, u32> = FxHashMap::default();
        let input = Some(KnownOutput::Digest(on.sample.of_input));
        let outputs = std::iter::once(input).chain(outputs).zip(0..);
        let outputs = outputs.map(|(output, number)| match output? {
            KnownOutput::Digest(digest) => Some(*numbers.entry(digest).or_insert(number)),
            KnownOutput::Nothing | KnownOutput::Unknown => None,
        });
        let programs = &on.differ_programs.0;
        Self {
            programs,
            outputs: outputs.collect(),
            places: HashMap::with_capacity_and_hasher(programs.len(), FxBuildHasher),
        }
    }

    /// The first differ that is this program on the output that it has as its input; `None`
    /// where it is the first itself, or nobody can tell.
    #[inline]
    fn before(&mut self, place: usize, input: Option<usize>) -> Option<usize> {
        let output = self.outputs[input.map_or(0, |solver| solver + 1)]?;
        let first = *self
            .places
            .entry((self.programs[place], output))
            .or_insert(place);
        (first != place).then_some(first)
    }
}

/// What is known of a card's programs on a sample before any is evaluated.
#[derive(Clone, Debug)]
pub(super) struct Known {
    solvers: Vec<Option<SolverResult>>,
    /// The outputs of solvers that are known, where a differ is not known on them.
    outputs: Vec<Option<Value>>,
    differs: Vec<Option<ProgramScore>>,
    /// The programs that are to be evaluated, by their places: what is not known, and the
    /// solvers whose output that needs.
    pub(super) asked: Vec<bool>,
}

/// What came of a program.
struct Outcome {
    value: Option<Value>,
    end: ProgramEnd,
}

/// What becomes of a differ.
#[derive(Clone, Copy)]
enum Fate {
    Known(ProgramScore),
    /// It is evaluated; what it comes to is the cache's under the key.
    Evaluated(Option<Digest>),
    /// It comes to what another comes to, by its place.
    SameAs(usize),
}

impl Known {
    fn of(
        scoring: &ScoringPlan,
        solvers: Vec<Option<SolverResult>>,
        outputs: Vec<Option<Value>>,
        differs: Vec<Option<ProgramScore>>,
    ) -> Self {
        let programs = solvers.len() + differs.len();
        let mut asked: Vec<bool> = Vec::with_capacity(programs);
        asked.extend(solvers.iter().map(Option::is_none));
        for (differ, known) in scoring.differs.iter().zip(&differs) {
            if let (Some(solver), None) = (differ.input, known)
                && outputs[solver].is_none()
            {
                asked[solver] = true;
            }
        }
        asked.extend(differs.iter().map(Option::is_none));
        Self {
            solvers,
            outputs,
            differs,
            asked,
        }
    }
}

impl OnSample<'_> {
    /// Asks the cache for all programs.
    pub(super) fn known(&self) -> Known {
        let ScoringPlan {
            solvers, differs, ..
        } = self.scoring;
        let keys = solvers.iter().map(|solver| self.key_of_solver(solver));
        let solvers = self.cache.solvers(&keys.collect::<Vec<_>>());
        let outputs = solvers.iter().map(|own| Some(own.as_ref()?.output));
        let mut first = FirstDiffers::of(self, outputs);
        let mut scores: Vec<Option<ProgramScore>> = vec![None; differs.len()];
        // All at once: each of these looks is a wait for memory, and so several wait together.
        let (mut places, mut keys, mut same) = (Vec::new(), Vec::new(), Vec::new());
        for (place, differ) in differs.iter().enumerate() {
            let input = match differ.input {
                Some(solver) => solvers[solver].as_ref().map(|known| known.output),
                None => Some(KnownOutput::Digest(self.sample.of_input)),
            };
            match (input, first.before(place, differ.input)) {
                (Some(KnownOutput::Nothing), _) => scores[place] = Some(ProgramScore::OF_NOTHING),
                (_, Some(first)) => same.push((place, first)),
                (Some(KnownOutput::Digest(input)), None) => {
                    places.push(place);
                    keys.push(self.key_of_differ(differ, input));
                }
                (Some(KnownOutput::Unknown) | None, None) => {}
            }
        }
        for (place, known) in places.into_iter().zip(self.cache.differs(&keys)) {
            scores[place] = known;
        }
        for (place, first) in same {
            scores[place] = scores[first];
        }
        let mut outputs: Vec<Option<Value>> = vec![None; solvers.len()];
        for (differ, score) in differs.iter().zip(&scores) {
            if let (Some(solver), None) = (differ.input, score)
                && outputs[solver].is_none()
                && let Some(known) = &solvers[solver]
                && let KnownOutput::Digest(digest) = known.output
            {
                outputs[solver] = self.cache.output(digest);
            }
        }
        Known::of(self.scoring, solvers, outputs, scores)
    }

    fn key_of_solver(&self, solver: &ScoredCall) -> Digest {
        Digest::of_all(&[self.of_limits, solver.digest, self.sample.digest])
    }

    fn key_of_differ(&self, differ: &ScoredCall, input: Digest) -> Digest {
        Digest::of_all(&[self.of_limits, differ.digest, self.sample.digest, input])
    }

    /// Evaluates what is not known, beyond what depends on the demo samples: that is in
    /// `shared_results`, for all programs that are asked for.
    pub(super) fn scores(
        &self,
        known: &Known,
        shared_results: &SharedResults,
        evaluator: &mut Evaluator,
        limits: Limits,
    ) -> SampleScores {
        let first_differ = self.scoring.solvers.len();
        let asked = &known.asked;
        let mut evaluating = Evaluating {
            on: *self,
            shared_results,
            limits,
            evaluator,
            over_limit: Vec::new(),
        };
        let mut outputs = evaluating.programs(0..first_differ, |solver| asked[solver], &[]);
        let evaluated_solvers = outputs.iter().flatten().count() as u64;
        let results = self.results_of_solvers(known, &outputs);
        for (output, known) in outputs.iter_mut().zip(&known.outputs) {
            if let (None, Some(value)) = (&output, known) {
                *output = Some(Outcome {
                    value: Some(value.clone()),
                    // It is only read.
                    end: ProgramEnd::NotEvaluated,
                });
            }
        }
        let fates = self.fates(known, &results);
        let is_evaluated = |differ: usize| matches!(fates[differ], Fate::Evaluated(_));
        let differs = first_differ..asked.len();
        let outcomes = evaluating.programs(
            differs,
            |program| is_evaluated(program - first_differ),
            &outputs,
        );
        let mut evaluated = evaluated_solvers;
        let mut differs: Vec<ProgramScore> = Vec::with_capacity(fates.len());
        let mut kept: Vec<(Digest, ProgramScore)> = Vec::new();
        for (fate, outcome) in fates.iter().zip(&outcomes) {
            differs.push(match fate {
                Fate::Known(score) => *score,
                Fate::SameAs(earlier) => differs[*earlier],
                Fate::Evaluated(key) => {
                    evaluated += 1;
                    let score = self.score_of_result(outcome.as_ref());
                    if let (Some(key), true) = (key, score.is_decided) {
                        kept.push((*key, score));
                    }
                    score
                }
            });
        }
        self.cache.keep_differs(&kept);
        SampleScores {
            solvers: results.iter().map(|own| own.score).collect(),
            remembered: asked.len() as u64 - evaluated,
            evaluated,
            differs,
            outputs: outputs.into_iter().map(|own| own?.value).collect(),
            over_limit: evaluating.over_limit,
        }
    }

    /// What the solvers come to; what was not known is the cache's now.
    fn results_of_solvers(&self, known: &Known, outputs: &[Option<Outcome>]) -> Vec<SolverResult> {
        let solvers = self.scoring.solvers.iter().zip(outputs).zip(&known.solvers);
        let result = |((solver, outcome), known): ((&ScoredCall, _), &Option<SolverResult>)| {
            if let Some(known) = known {
                return *known;
            }
            let result = self.result_of_solver(Option::as_ref(outcome));
            if result.score.is_decided {
                self.cache.keep_solver(self.key_of_solver(solver), result);
            }
            if let (
                KnownOutput::Digest(digest),
                Some(Outcome {
                    value: Some(value), ..
                }),
            ) = (result.output, outcome)
            {
                self.cache.keep_output(digest, value);
            }
            result
        };
        solvers.map(result).collect()
    }

    fn result_of_solver(&self, outcome: Option<&Outcome>) -> SolverResult {
        let expected = self.sample.expected.as_ref();
        let of_output = |output: &Value| score::of_solver(output, expected);
        let value = outcome.and_then(|own| own.value.as_ref());
        let known =
            |value| Digest::of_output(value).map_or(KnownOutput::Unknown, KnownOutput::Digest);
        SolverResult {
            score: ProgramScore::of(outcome.map(|own| own.end), value.map_or(0, of_output)),
            output: value.map_or(KnownOutput::Nothing, known),
        }
    }

    fn score_of_result(&self, outcome: Option<&Outcome>) -> ProgramScore {
        // What compares with an output that is not known says nothing.
        let is_known = self.sample.expected.is_some();
        let value = outcome.and_then(|own| own.value.as_ref());
        let value = value.filter(|_| is_known);
        ProgramScore::of(
            outcome.map(|own| own.end),
            value.map_or(0, score::of_differ),
        )
    }

    /// What becomes of each differ. Of those that are one differ on one output, the first
    /// is evaluated.
    fn fates(&self, known: &Known, results: &[SolverResult]) -> Vec<Fate> {
        let outputs = results.iter().map(|own| Some(own.output));
        let mut first = FirstDiffers::of(self, outputs);
        let differs = self.scoring.differs.iter().zip(&known.differs);
        let mut fates: Vec<Fate> = Vec::with_capacity(known.differs.len());
        for (place, (differ, known)) in differs.enumerate() {
            let first = first.before(place, differ.input);
            let result = differ.input.map(|solver| results[solver]);
            let output = result.map_or(KnownOutput::Digest(self.sample.of_input), |own| own.output);
            fates.push(match (known, output, first) {
                (Some(score), ..) => Fate::Known(*score),
                (None, KnownOutput::Nothing, _) => Fate::Known(ProgramScore {
                    is_decided: result.is_none_or(|own| own.score.is_decided),
                    ..ProgramScore::OF_NOTHING
                }),
                (None, KnownOutput::Unknown, _) => Fate::Evaluated(None),
                (None, KnownOutput::Digest(_), Some(first)) => match fates[first] {
                    Fate::Evaluated(_) => Fate::SameAs(first),
                    same => same,
                },
                (None, KnownOutput::Digest(input), None) => {
                    let key = self.key_of_differ(differ, input);
                    match self.cache.differ(key) {
                        Some(score) => Fate::Known(score),
                        None => Fate::Evaluated(Some(key)),
                    }
                }
            });
        }
        fates
    }
}

/// The evaluation of a card on a sample, in two goes.
struct Evaluating<'a> {
    on: OnSample<'a>,
    shared_results: &'a SharedResults,
    limits: Limits,
    evaluator: &'a mut Evaluator,
    over_limit: Vec<u32>,
}

impl Evaluating<'_> {
    /// What comes of those of some programs that are asked for, where the solvers have
    /// these outputs; one that is crowded by the others is evaluated alone.
    fn programs(
        &mut self,
        range: std::ops::Range<usize>,
        is_asked: impl Fn(usize) -> bool,
        outputs: &[Option<Outcome>],
    ) -> Vec<Option<Outcome>> {
        let OnSample {
            scoring, sample, ..
        } = self.on;
        if !range.clone().any(&is_asked) {
            return range.map(|_| None).collect();
        }
        let solvers = scoring.solvers.iter().zip(outputs);
        let known: Vec<(usize, &Value)> = solvers
            .filter_map(|(solver, own)| Some((solver.call, own.as_ref()?.value.as_ref()?)))
            .collect();
        let in_range = |program: usize| range.contains(&program) && is_asked(program);
        let evaluation = self.evaluator.on_sample(
            &scoring.plan,
            self.shared_results,
            &sample.inputs,
            &known,
            in_range,
            self.limits,
        );
        self.over_limit.extend(evaluation.over_limit());
        let outcome = |program: usize| {
            let call = scoring.program(program).call;
            is_asked(program).then(|| Outcome {
                value: evaluation.result_of(call).cloned(),
                end: evaluation.end_of(program, call),
            })
        };
        let mut outcomes: Vec<Option<Outcome>> = range.clone().map(outcome).collect();
        for (program, outcome) in range.zip(&mut outcomes) {
            if let Some(own) = outcome
                && own.end == ProgramEnd::Crowded
            {
                let scored = scoring.program(program);
                let input = scored.input.map(|solver| scoring.solvers[solver].call);
                let known = known.iter().find(|(call, _)| Some(*call) == input).copied();
                *own = self.alone(program, scored, known);
            }
        }
        outcomes
    }

    fn alone(
        &mut self,
        program: usize,
        scored: &ScoredCall,
        known: Option<(usize, &Value)>,
    ) -> Outcome {
        let OnSample {
            scoring, sample, ..
        } = self.on;
        let inputs = &sample.inputs;
        let evaluation =
            self.evaluator
                .alone(&scoring.plan, &scored.own, known, inputs, self.limits);
        self.over_limit.extend(evaluation.over_limit());
        Outcome {
            value: evaluation.result_of(scored.call).cloned(),
            end: evaluation.end_of(program, scored.call),
        }
    }
}
