//! The keys of `[changes]`.

use super::super::shape::{Section, Shape};
use super::key;

use Shape::{Map, Name, Scalar, Table, Word};

pub(super) const CHANGES: Section = Section {
    about: "Change sets: import files that bring the run's result into a CRM, and those that take it back",
    keys: &[
        key("salesforce", Table(&SET), "Files for Salesforce: Data Loader, Bulk API 2.0"),
        key("hubspot", Table(&SET), "Files for HubSpot: the import tool"),
        key("dynamics365", Table(&SET), "Files for Dynamics 365: Import from CSV"),
    ],
};

const SET: Section = Section {
    about: "A change set; every key may be left out",
    keys: &[
        key("external_id", Name, "The CRM's field of our ids; default Leadmill_Id__c, leadmill_id, \"Leadmill Id\""),
        key(
            "owners",
            Map(&Name),
            "Our owner = the CRM's id, name or e-mail address of the user; default: owner_id (HubSpot: email) of the owners file",
        ),
        key(
            "leads",
            Word(&["update", "create"]),
            "update (the default): only leads of this CRM; create: open leads that it has not become leads, too",
        ),
        key("status", Table(&STATUS), "The CRM's words for a lead's status"),
        key("reasons", Map(&Name), "Our reason = the CRM's word for it, where a status has a list of reasons"),
        key("stage", Name, "The stage of a new opportunity"),
        key("values", Table(&VALUES), "Columns with one value for all new records of a kind"),
    ],
};

const STATUS: Section = Section {
    about: "The CRM's words for a lead's status",
    keys: &[
        key("open", Name, "Opened again"),
        key("qualified", Name, "Closed as qualified"),
        key("disqualified", Name, "Closed as disqualified"),
        key("duplicate", Name, "Closed because another lead of the CRM is the same"),
    ],
};

const VALUES: Section = Section {
    about: "Column = value, by kind of new records",
    keys: &[
        key("accounts", Map(&Scalar), "Of new accounts"),
        key("contacts", Map(&Scalar), "Of new contacts"),
        key("opportunities", Map(&Scalar), "Of new opportunities"),
        key("notes", Map(&Scalar), "Of new notes"),
        key("leads", Map(&Scalar), "Of new leads"),
    ],
};
