//! What every run begins with: clean rows, what the CRM has, and the duplicates among the rows.

use std::sync::Arc;

use super::account::{self, Read};
use super::stopwatch::Stopwatch;
use super::{RunError, answers};
use crate::config::plan::{Only, Plan};
use crate::engine;
use crate::model::answers::{Answer, QuestionKind};
use crate::model::assignments::Assignments;
use crate::model::consent::{Consent, Refusal, Suppression};
use crate::model::crm::Crm;
use crate::model::emissions::Emissions;
use crate::model::entities::Entities;
use crate::model::issued::IssuedIds;
use crate::model::leads::Leads;
use crate::model::matching::{Clusters, Links};
use crate::model::progress::Progress;
use crate::model::records::RecordScores;
use crate::model::rows::{Finding, Places, Reject};
use crate::model::sales::Revenue;
use crate::model::scorecards::Scorecards;
use crate::model::summary::InputSummary;
use crate::stages::load::{self, Loaded};
use crate::stages::report::Evidence;
use crate::stages::{self, cluster, standardize};

/// Without wishes, for runs that reach nobody.
static NOBODY: Consent = Consent { wishes: Vec::new(), contacts: Vec::new(), lines: Vec::new() };
/// Without sales, for runs that decide nothing.
static NOTHING: Revenue = Revenue { rows: Vec::new(), leads: Vec::new(), has_documents: false };

/// Clean rows, and the duplicates among them.
pub(super) struct Linked {
    pub(super) leads: Arc<Leads>,
    pub(super) crm: Crm,
    pub(super) read: Read,
    pub(super) rejects: Vec<Reject>,
    pub(super) findings: Vec<Finding>,
    /// Rejected rows that want no contact.
    pub(super) refusals: Vec<Refusal>,
    /// Entries of suppression lists.
    pub(super) suppressions: Vec<Suppression>,
    pub(super) links: Arc<Links>,
    pub(super) clusters: Clusters,
    /// The places of the leads and of the decisions files.
    pub(super) places: Places,
    /// People's answers, with what came of those about pairs.
    pub(super) answers: Vec<Answer>,
}

impl Linked {
    /// What the tables tell, with what came of the golden leads.
    pub(super) fn evidence<'a>(
        &'a self,
        plan: &'a Plan,
        entities: &'a Entities,
        scores: &'a Scorecards,
        records: &'a RecordScores,
        assignments: &'a Assignments,
        emissions: &'a Emissions,
    ) -> Evidence<'a> {
        Evidence {
            leads: &self.leads,
            places: &self.places,
            links: &self.links,
            duplicate_rules: plan.dedupe.as_ref().map_or(&[], |dedupe| &dedupe.rules),
            entities,
            consent: &NOBODY,
            known: None,
            revenue: &NOTHING,
            scores,
            records,
            assignments,
            emissions,
            issued: None,
            near_misses: None,
            rejects: &self.rejects,
            findings: &self.findings,
            crm: &self.crm,
            answers: &self.answers,
        }
    }
}

/// The stages that every run goes through: cleaning, and finding duplicates.
pub(super) fn linked(
    plan: &Plan,
    loaded: Loaded,
    earlier: &IssuedIds,
    watch: &mut Stopwatch,
    progress: &dyn Progress,
) -> Result<Linked, RunError> {
    let Loaded { raw, crm, damaged, damaged_contacts, mut rejects, mut findings, inputs, lead_files } = loaded;

    progress.begin("standardize", 0);
    let standardized = standardize::standardize(&plan.standardize, plan.load.name, raw);
    let mut leads = standardized.leads;
    let mut refusals = standardized.refusals;
    refusals.extend(standardize::damaged_refusals(&plan.standardize, &damaged, &damaged_contacts));
    rejects.extend(standardized.rejects);
    findings.extend(standardized.findings);
    let country = plan.standardize.default_country.as_deref();
    let lists = crm.suppressions.as_ref();
    let lists = standardize::suppressions(&plan.load, &plan.consent, country, lists, &mut rejects)?;
    findings.extend(lists.findings);
    let (crm, unclean) = standardize::crm(&plan.standardize, &crm);
    // What is wrong with a history item that stands in a lead's row was found there.
    let of_leads = |finding: &Finding| usize::from(finding.origin.source) < plan.load.sources.len();
    findings.extend(unclean.into_iter().filter(|finding| !of_leads(finding)));
    findings.extend(standardize::references(&leads, &crm));
    let users = plan.changes.iter().flat_map(|set| &set.owners).map(|(owner, user)| (owner.as_str(), user.as_str()));
    let queue = plan.assign.fallback.as_deref();
    findings.extend(standardize::owners(&mut leads, crm.owners.as_deref(), users, queue));
    watch.lap("standardize");
    let mut read =
        Read { rows: inputs.iter().take(lead_files).map(|input| input.rows).sum(), inputs, earlier_ids: None };
    read.inputs.extend(account::tables(plan));
    account::check_rejects(plan, &leads, &read, &rejects)?;

    let Duplicates { links, clusters, places, answers, decided } = link(plan, &mut leads, earlier, progress)?;
    leads.closed_duplicates = stages::changes::closed_duplicates(&plan.changes, &leads, &clusters);
    read.inputs.extend(decided);
    watch.lap("link");
    Ok(Linked {
        leads: Arc::new(leads),
        crm,
        read,
        rejects,
        findings,
        refusals,
        suppressions: lists.entries,
        links: Arc::new(links),
        clusters,
        places,
        answers,
    })
}

/// Duplicates among the leads.
struct Duplicates {
    links: Links,
    clusters: Clusters,
    /// The places of the leads and of the decisions files.
    places: Places,
    /// People's answers.
    answers: Vec<Answer>,
    /// The decisions files and the model.
    decided: Vec<InputSummary>,
}

/// Without a plan every row is a lead of its own.
fn link(plan: &Plan, leads: &mut Leads, earlier: &IssuedIds, progress: &dyn Progress) -> Result<Duplicates, RunError> {
    let mut places = Places::clone(&leads.places);
    let only_duplicates = plan.only == Some(Only::Dedupe);
    let (mut answers, mut decided) = load::decisions(&plan.decisions, leads, &mut places)?;
    let verdicts = stages::answers::pairs(&mut answers, &places);
    let made = stages::changes::made_leads(&plan.changes, leads, earlier, &verdicts);
    let Some(plan) = &plan.dedupe else {
        let clusters = Clusters::from_assignment((0..leads.len() as u32).collect());
        stages::answers::wait(&mut answers, &[QuestionKind::Lead], "the run looks for no duplicates");
        return Ok(Duplicates { links: Links::default(), clusters, places, answers, decided });
    };
    progress.begin("match forms", 0);
    let mut columns = standardize::match_columns(leads, &plan.named_columns());
    standardize::tell_sources(&mut columns, leads, plan)?;
    if only_duplicates {
        // Nobody asks for the cells as read any more: room for what linking needs.
        leads.raw = Vec::new();
    }
    let mut facts = [verdicts.as_slice(), &made].concat();
    facts.sort_by_key(|(pair, _)| *pair);
    facts.dedup();
    let linkage = engine::link(&columns, plan, &facts, progress)?;
    let terms = cluster::Terms {
        match_weight: engine::weigh::weight(plan.match_at),
        clean: &columns.apart(false),
        prior: engine::weigh::weight(linkage.links.model.prior),
        evidence: &|pair| linkage.evidence(pair),
    };
    let clusters = cluster::cluster(leads.len(), &linkage.links, &terms);
    let unneeded = answers::unneeded(leads.len(), &linkage, &verdicts, &terms, plan.review_at);
    stages::answers::tell_pairs(&mut answers, &clusters.of, &unneeded);
    let mut links = linkage.links;
    cluster::settle(&mut links, &clusters, plan.review_at);
    let model = plan.model.as_ref().map(|file| InputSummary {
        shown: file.shown.clone(),
        bytes: file.bytes,
        hash: file.hash.clone(),
        ..InputSummary::default()
    });
    decided.extend(model);
    Ok(Duplicates { links, clusters, places, answers, decided })
}
