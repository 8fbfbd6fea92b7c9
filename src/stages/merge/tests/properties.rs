//! What holds whatever the rows.

use super::*;
use proptest::prelude::*;

const VARIED: [Field; 18] = [
    F::FullName,
    F::FirstName,
    F::LastName,
    F::MiddleName,
    F::Salutation,
    F::NameSuffix,
    F::Company,
    F::Email,
    F::Phone,
    F::Street,
    F::City,
    F::Region,
    F::Postcode,
    F::Country,
    F::BudgetCurrency,
    F::Notes,
    F::Status,
    F::StatusReason,
];

fn any_row() -> impl Strategy<Value = (Row, u32)> {
    let texts = proptest::collection::vec(proptest::option::of("[abAB]{1,3}"), VARIED.len());
    let flag = proptest::option::of(any::<bool>());
    let day = proptest::option::of(0i64..4);
    let rating = [day.clone(), day.clone(), day.clone()];
    let days = ([day.clone(), day.clone(), day.clone(), day.clone(), day], rating);
    (0u16..3, texts, flag, days, 0u32..4).prop_map(|(source, texts, flag, (days, rating), cluster)| {
        let mut row = Row { source, key: 0, cells: Vec::new() };
        row.cells.extend(VARIED.into_iter().zip(texts).filter_map(|(field, text)| Some((field, text?))));
        row.cells.extend(flag.map(|flag| (F::OptOut, flag.to_string())));
        // Any small number will do for an amount.
        let numbers =
            [F::CreatedAt, F::ModifiedAt, F::ClosedAt, F::BudgetAmount, F::EstimatedValue].into_iter().zip(days);
        let rating = [F::ManualStars, F::RatedAt, F::RatingExpiresAt].into_iter().zip(rating);
        row.cells.extend(numbers.chain(rating).filter_map(|(field, number)| Some((field, number?.to_string()))));
        (row, cluster)
    })
}

fn any_plan() -> impl Strategy<Value = MergePlan> {
    let way = (0..Survivorship::ALL.len()).prop_map(|i| Survivorship::ALL[i].1);
    proptest::collection::vec(way, Field::ALL.len()).prop_map(|survivorship| MergePlan { survivorship })
}

/// Clusters of arbitrary labels, numbered by their smallest lead.
fn clusters(labels: &[u32]) -> Clusters {
    let mut seen: Vec<u32> = Vec::new();
    let number = |label: &u32| match seen.iter().position(|it| it == label) {
        Some(place) => place as u32,
        None => {
            seen.push(*label);
            seen.len() as u32 - 1
        }
    };
    Clusters::from_assignment(labels.iter().map(number).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_the_rows(
        mut rows in proptest::collection::vec(any_row(), 1..12),
        plan in any_plan(),
        order in any::<proptest::sample::Index>(),
    ) {
        for (i, (row, _)) in rows.iter_mut().enumerate() {
            row.key = 1000 + i as u128;
            row.cells.push((F::SourceId, format!("{i:03}")));
        }
        let run = |rows: &[(Row, u32)]| {
            let (rows, labels): (Vec<Row>, Vec<u32>) = rows.iter().cloned().unzip();
            let leads = leads(&rows);
            let entities = merge(&plan, &leads, &clusters(&labels), &[], AS_OF, true).0;
            (leads, entities)
        };
        let (leads, entities) = run(&rows);

        // Each row is in exactly one golden lead.
        let mut members = entities.members.clone();
        members.sort_unstable();
        prop_assert_eq!(members, (0..leads.len() as u32).map(LeadId).collect::<Vec<_>>());
        prop_assert!(entities.ids.windows(2).all(|pair| pair[0] < pair[1]));

        for entity in 0..entities.len() {
            let members = entities.members(entity);
            prop_assert!(members.is_sorted());
            prop_assert!(members.contains(&entities.survivors[entity]));
            prop_assert!(members.iter().all(|row| entities.of[row.index()].index() == entity));
            for field in Field::ALL {
                let column = *field as usize;
                let given = entities.lineage[column][entity];
                let filled = members.iter().any(|row| leads.values[column].is_filled(row.index()));
                // A golden value is the value of a member; the only one may have none.
                if given != NO_MEMBER && !filled {
                    prop_assert_eq!(members, [LeadId(given)]);
                } else if given != NO_MEMBER {
                    prop_assert!(members.contains(&LeadId(given)));
                    prop_assert!(leads.values[column].is_filled(given as usize));
                    if let Some(text) = leads.values[column].text(given as usize) {
                        prop_assert_eq!(golden(&entities, entity, field.name()), text);
                    }
                } else if *field == F::EstimatedValue {
                    // Only those in another currency than the lead's are left out.
                    let held = golden(&entities, entity, F::BudgetCurrency.name());
                    let fits = |row: &LeadId| leads.text(F::BudgetCurrency, *row).is_none_or(|own| own == held);
                    let fitting = |row: &LeadId| leads.values[column].is_filled(row.index()) && fits(row);
                    prop_assert!(!members.iter().any(fitting));
                } else if *field != F::SourceId {
                    prop_assert!(!filled, "a blank {} against a value", field.name());
                }
            }
            let (value, held) = (entities.lineage[F::EstimatedValue as usize][entity], F::BudgetCurrency.name());
            if let Some(own) = Some(value).filter(|&row| row != NO_MEMBER).and_then(|row| leads.text(F::BudgetCurrency, LeadId(row))) {
                prop_assert_eq!(golden(&entities, entity, held), own, "the currency of another row");
            }
            for field in CONSENT {
                let Values::Boolean(flags) = leads.column(field) else { unreachable!() };
                let any = members.iter().any(|row| flags[row.index()] == Some(true));
                prop_assert_eq!(golden(&entities, entity, field.name()) == "true", any);
            }
        }

        // Values that stand once for many leads are those of each.
        for name in entities.facts.names() {
            let column = entities.facts.column(name).unwrap();
            let Some(distinct) = entities.facts.distinct(name) else { continue };
            for (entity, &code) in distinct.codes.iter().enumerate() {
                prop_assert_eq!(distinct.values.get(code as usize).unwrap(), column.get(entity).unwrap(), "{}", name);
            }
        }

        // The order of the rows is of no consequence.
        let mut turned = rows.clone();
        turned.rotate_left(order.index(rows.len()));
        turned.reverse();
        let (_, again) = run(&turned);
        prop_assert_eq!(&entities.ids, &again.ids);
        let frame = |of: &Entities| of.facts.frame(of.facts.names());
        prop_assert!(frame(&entities).equals_missing(&frame(&again)));
        prop_assert_eq!(&entities.contact_points, &again.contact_points);
        prop_assert_eq!(&entities.history, &again.history);
    }
}
