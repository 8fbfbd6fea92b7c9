//! Whose people are whose.

use super::*;
use crate::model::answers::AnswerWord::{Distinct, Match, New};
use crate::model::answers::QuestionKind::{self, Account as OfAccount, Contact as OfContact};
use crate::model::answers::{AnswerWord, RecordVerdict};
use crate::model::records::Affiliations;

fn of(case: &Case, email_domains: &[&str]) -> Affiliations {
    let domains: Vec<String> = email_domains.iter().map(|domain| (*domain).to_owned()).collect();
    case.with_subjects(|subjects| affiliations(subjects, &case.crm, &domains))
}

#[test]
fn leads_belong_where_qualifying_would_put_them() {
    let acme = [(F::FullName, "Eva"), (F::Company, "ACME"), (F::Country, "BG")];
    let case = case([
        ANA,
        // A seller's choice, else the account of the contact that a seller chose, comes before any match.
        &with(ANA, &[(F::ExistingAccountId, "A2")]),
        &with(ANA, &[(F::ExistingContactId, "C2")]),
        &acme,
        // Closed leads belong nowhere; a person without a company by domain only.
        &with(ANA, &[(F::Status, "disqualified")]),
        &[(F::FullName, "Ivo"), (F::Domain, "acme.com")],
        &[(F::FullName, "Ivo")],
        // Beta may be either of two accounts.
        &[(F::FullName, "Jan"), (F::Company, "Beta"), (F::Country, "DE")],
        &[(F::FullName, "Uwe"), (F::Company, "Beta Ltd"), (F::Country, "DE")],
        // A company that the CRM has not, of two people, of whom the second knows the domain.
        &[(F::FullName, "Ida"), (F::Company, "Gamma")],
        &[(F::FullName, "Leo"), (F::Company, "Gamma GmbH"), (F::Domain, "gamma.example")],
        &with(ANA, &[(F::ExistingAccountId, "unknown")]),
    ])
    .account("A1", "Acme Ltd", "acme.com", "BG")
    .account("A2", "Delta", "", "")
    .account("B1", "Beta", "", "DE")
    .account("B2", "Beta", "", "DE")
    .contact("C1", "Ana Kirova", "ana@acme.com", "", "A1")
    .contact("C2", "Bob", "", "", "A2");
    let found = of(&case, &["", ""]);
    // 0 to 3 are A1, A2, B1, B2; then the company with an id; then the one without.
    let (a1, a2, gamma, beta) = (Some(0), Some(1), Some(4), Some(5));
    assert_eq!(found.of_lead, [a1, a2, a2, a1, None, a1, None, beta, beta, gamma, gamma, a1]);
    // The first, the second, the fourth with a chosen account and the last are Ana of the CRM.
    let c1 = Some(0);
    let c2 = Some(1);
    assert_eq!(found.contact_of_lead, [c1, c1, c2, None, None, None, None, None, None, None, None, c1]);
    assert_eq!(found.of_contact, [Some(0), Some(1)]);
    let [gamma, beta] = &found.companies[..] else { panic!("{:?}", found.companies) };
    assert_eq!((gamma.name.as_str(), gamma.domain.as_str()), ("Gamma", "gamma.example"));
    assert_eq!((beta.id.as_str(), beta.name.as_str(), beta.country.as_str()), ("", "Beta", "DE"));
    // The id is the one that the account gets when it is made.
    let mut making = case.clone();
    making.leads.retain(|lead| text(lead, F::Company).starts_with("Gamma"));
    let made = making.run().accounts;
    assert_eq!(made.iter().map(|account| account.id.as_str()).collect::<Vec<_>>(), [gamma.id.as_str()]);
}

#[test]
fn contacts_belong_to_their_account_or_to_the_one_of_their_address() {
    let mut case = case([])
        .account("A1", "Acme Ltd", "acme.com", "BG")
        .account("B1", "Beta", "beta.com", "")
        .account("B2", "Beta Two", "beta.com", "")
        .contact("C1", "Ana", "", "", "A1")
        .contact("C2", "Bob", "bob@acme.com", "", "")
        .contact("C3", "Cid", "cid@acme.com", "", "gone")
        .contact("C4", "Dan", "dan@beta.com", "", "")
        .contact("C5", "Eva", "", "", "")
        .contact("C6", "Fay", "", "", "A1");
    case.crm.contacts[5].active = false;
    let found = of(&case, &["", "acme.com", "acme.com", "beta.com", "", ""]);
    assert_eq!(found.of_contact, [Some(0), Some(0), Some(0), None, None, None]);
    // Without accounts from the CRM an id is taken at its word.
    case.crm.accounts.clear();
    let found = of(&case, &["", "acme.com", "acme.com", "beta.com", "", ""]);
    assert_eq!(found.of_contact, [Some(0), None, Some(1), None, None, None]);
    assert_eq!(found.companies.iter().map(|company| company.id.as_str()).collect::<Vec<_>>(), ["A1", "gone"]);
}

#[test]
fn people_belong_where_answers_put_them() {
    // Of Acme there are two accounts; Ana is a contact of the first, and her address brings Zenith to who has another name.
    let eva: &[(F, &str)] =
        &[(F::FullName, "Eva Lind"), (F::Company, "Omega"), (F::Domain, "zenith.com"), (F::Email, "eva@zenith.com")];
    let mut case = case([ANA, ANA, ANA, ANA, ANA, ANA, eva, eva, eva])
        .account("A1", "Acme Ltd", "acme.com", "BG")
        .account("A2", "Acme GmbH", "acme.com", "BG")
        .account("Z1", "Zenith", "", "")
        .contact("C1", "Kim Oduya", "", "", "A2")
        .contact("E1", "Eva Lind", "eva@zenith.com", "", "Z1");
    let said = |lead: u32, kind: QuestionKind, word: AnswerWord, record: &str| RecordVerdict {
        lead: EntityId(lead),
        kind,
        word,
        record: record.to_owned(),
        answer: lead,
    };
    case.verdicts = [
        said(1, OfAccount, Match, "A2"),
        said(2, OfAccount, Distinct, "A2"),
        said(3, OfAccount, New, ""),
        // The contact that somebody names brings its account, unless that was told apart.
        said(4, OfContact, Match, "C1"),
        said(5, OfContact, Match, "C1"),
        said(5, OfAccount, Distinct, "A2"),
        said(7, OfAccount, Distinct, "Z1"),
        said(8, OfContact, New, ""),
    ]
    .into_iter()
    .collect();
    let found = of(&case, &["", "zenith.com"]);
    let names: Vec<String> = found
        .of_lead
        .iter()
        .map(|of| match of.map(|at| at as usize) {
            None => "none".to_owned(),
            Some(at) if at < 3 => case.crm.accounts[at].id.clone(),
            Some(at) => found.companies[at - 3].name.clone(),
        })
        .collect();
    // The first stays between the two accounts.
    assert_eq!(names, ["Acme Ltd", "A2", "A1", "Acme Ltd", "A2", "A1", "Z1", "Omega", "Omega"]);
    assert_ne!(found.of_lead[0], found.of_lead[3], "the one that is to be made is none of the two");
    let (c1, e1) = (Some(0), Some(1));
    assert_eq!(found.contact_of_lead, [None, None, None, None, c1, c1, e1, e1, None]);
    // As qualifying has it, where that does not ask.
    let decided = case.run();
    for lead in [1, 2, 4, 5, 6] {
        assert_eq!(decided.decisions[lead].found().account_id, names[lead], "{lead}");
    }
}
