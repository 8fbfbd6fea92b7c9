//! Answers about pairs of lead rows.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{agrees, no_row, says};
use crate::model::answers::{Answer, AnswerState, AnswerWord, QuestionKind};
use crate::model::leads::LeadId;
use crate::model::matching::{Pair, Verdict};
use crate::model::rows::Places;

/// The verdicts in force, each pair once, ascending. Of the others it is said why they are not.
pub fn pairs(answers: &mut [Answer], places: &Places) -> Vec<(Pair, Verdict)> {
    let mut said: BTreeMap<Pair, Vec<usize>> = BTreeMap::new();
    for (at, answer) in answers.iter_mut().enumerate().filter(|(_, answer)| answer.kind == QuestionKind::Lead) {
        let why = match (answer.row, answer.other) {
            (Some(left), Some(right)) if left != right => {
                said.entry(Pair::new(left, right)).or_default().push(at);
                continue;
            }
            (Some(_), Some(_)) => "both rows are the same one".to_owned(),
            (None, _) => no_row(&answer.left),
            (_, None) => no_row(&answer.right),
        };
        answer.becomes(AnswerState::Stale, why);
    }
    let in_force = said.into_iter().filter_map(|(pair, said)| Some((pair, strongest(answers, &said, places)?)));
    let mut in_force: BTreeMap<Pair, usize> = in_force.collect();
    break_chains(answers, &mut in_force, places);
    in_force.into_iter().map(|(pair, at)| (pair, verdict(answers[at].word))).collect()
}

fn verdict(word: AnswerWord) -> Verdict {
    match word {
        AnswerWord::Match => Verdict::Match,
        AnswerWord::Distinct | AnswerWord::New => Verdict::Distinct,
    }
}

/// Of all that is said about one pair what counts: the last file that does not contradict itself.
fn strongest(answers: &mut [Answer], said: &[usize], places: &Places) -> Option<usize> {
    let mut strongest = None;
    let groups: Vec<&[usize]> = said.chunk_by(|&a, &b| answers[a].origin.file == answers[b].origin.file).collect();
    for group in groups.into_iter().rev() {
        let first = group[0];
        let other = group.iter().copied().find(|&at| answers[at].word != answers[first].word);
        match (strongest, other) {
            (Some(by), _) => group.iter().for_each(|&at| fall_behind(answers, at, by, places)),
            (None, Some(other)) => {
                for &at in group {
                    let against = if answers[at].word == answers[first].word { other } else { first };
                    let why = says(&answers[against], places);
                    answers[at].becomes(AnswerState::Contradictory, why);
                }
            }
            (None, None) => {
                strongest = Some(first);
                group[1..].iter().for_each(|&at| fall_behind(answers, at, first, places));
            }
        }
    }
    strongest
}

/// Of two answers to one question the one that does not count.
fn fall_behind(answers: &mut [Answer], at: usize, by: usize, places: &Places) {
    match answers[at].word == answers[by].word {
        true => {
            let why = agrees(&answers[by], places);
            answers[at].becomes(AnswerState::Superfluous, why);
        }
        false => {
            let why = says(&answers[by], places);
            answers[at].becomes(AnswerState::Overruled, why);
        }
    }
}

/// Takes out of force what says that two rows are two, and by way of others that they are one. What stands in the earliest
/// file gives way; where all of it stands in one file, all of it.
fn break_chains(answers: &mut [Answer], in_force: &mut BTreeMap<Pair, usize>, places: &Places) {
    let mut beside: BTreeMap<LeadId, BTreeSet<LeadId>> = BTreeMap::new();
    for (pair, _) in in_force.iter().filter(|(_, at)| answers[**at].word == AnswerWord::Match) {
        beside.entry(pair.left).or_default().insert(pair.right);
        beside.entry(pair.right).or_default().insert(pair.left);
    }
    let apart: Vec<(Pair, usize)> = in_force.iter().map(|(&pair, &at)| (pair, at)).collect();
    let apart = apart.into_iter().filter(|&(_, at)| answers[at].word != AnswerWord::Match).collect::<Vec<_>>();
    for (pair, distinct) in apart {
        while let Some(chain) = chain(&beside, pair) {
            let mut involved: Vec<(Pair, usize)> = chain.iter().map(|link| (*link, in_force[link])).collect();
            involved.push((pair, distinct));
            let file = |at: usize| answers[at].origin.file;
            let earliest = involved.iter().map(|&(_, at)| file(at)).min().unwrap_or_default();
            let later = involved.iter().map(|&(_, at)| at).find(|&at| file(at) != earliest);
            let out: Vec<(Pair, usize)> = involved.into_iter().filter(|&(_, at)| file(at) == earliest).collect();
            let told: Vec<String> = out
                .iter()
                .map(|&(_, at)| {
                    let against = match later {
                        Some(later) => later,
                        None if at == distinct => out[0].1,
                        None => distinct,
                    };
                    format!("by way of other rows, {}", says(&answers[against], places))
                })
                .collect();
            for ((link, at), why) in out.iter().zip(told) {
                let state = if later.is_some() { AnswerState::Overruled } else { AnswerState::Contradictory };
                answers[*at].becomes(state, why);
                in_force.remove(link);
                if *at != distinct {
                    for (a, b) in [(link.left, link.right), (link.right, link.left)] {
                        beside.entry(a).or_default().remove(&b);
                    }
                }
            }
            if out.iter().any(|&(_, at)| at == distinct) {
                break;
            }
        }
    }
}

/// The fewest pairs that join the two rows of a pair, if there are any.
fn chain(beside: &BTreeMap<LeadId, BTreeSet<LeadId>>, pair: Pair) -> Option<Vec<Pair>> {
    if !beside.contains_key(&pair.right) {
        return None;
    }
    let mut from: BTreeMap<LeadId, LeadId> = BTreeMap::new();
    let mut open = VecDeque::from([pair.left]);
    while let Some(row) = open.pop_front() {
        if row == pair.right {
            let mut steps = std::iter::successors(Some(row), |row| from.get(row).copied()).collect::<Vec<_>>();
            steps.reverse();
            return Some(steps.windows(2).map(|step| Pair::new(step[0], step[1])).collect());
        }
        for &next in beside.get(&row).into_iter().flatten() {
            if next != pair.left && !from.contains_key(&next) {
                from.insert(next, row);
                open.push_back(next);
            }
        }
    }
    None
}

/// What came of the verdicts in force: `of` is the cluster of each row, `unneeded` are the pairs about which everything would
/// be the same without them.
pub fn tell_pairs(answers: &mut [Answer], of: &[u32], unneeded: &BTreeSet<Pair>) {
    let in_force = |answer: &&mut Answer| answer.kind == QuestionKind::Lead && answer.state == AnswerState::Waiting;
    for answer in answers.iter_mut().filter(in_force) {
        let (Some(left), Some(right)) = (answer.row, answer.other) else { continue };
        let are_one = of[left.index()] == of[right.index()];
        if answer.word == AnswerWord::Match && !are_one {
            let why = "other answers, or a source without duplicates in itself, keep the rows apart";
            answer.becomes(AnswerState::Contradictory, why);
        } else if unneeded.contains(&Pair::new(left, right)) {
            answer.becomes(AnswerState::Superfluous, "the run says the same without it");
        } else {
            answer.becomes(AnswerState::Applied, "");
        }
    }
}
