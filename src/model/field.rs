//! The catalogue of a lead's standard fields: their names, types and meaning exist here and nowhere else.

use super::entities::ContactLabel;

/// The type of a column's clean values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// UTF-8 text.
    Text,
    /// Whole numbers, 64 bit.
    Integer,
    /// Numbers with a fraction (money, percentages), 64-bit floating point.
    Number,
    /// True or false.
    Boolean,
    /// A calendar day.
    Date,
    /// A moment to the microsecond, without a time zone.
    Timestamp,
}

impl ValueType {
    /// What a user calls a value of this type in a sentence ("a date").
    pub fn noun(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Date => "a date",
            Self::Timestamp => "a date and time",
        }
    }
}

/// How a raw value becomes a clean one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cleaner {
    /// Trimmed, inner white space collapsed; otherwise as it came.
    Text,
    /// As it came, line breaks kept (notes).
    Verbatim,
    /// A person's whole name ("Last, First" and titles understood).
    FullName,
    /// A given name.
    GivenName,
    /// A family name.
    FamilyName,
    /// A company's name.
    Company,
    /// An e-mail address.
    Email,
    /// A phone number, to E.164.
    Phone,
    /// A web address.
    Website,
    /// A registrable domain.
    Domain,
    /// A postal code.
    Postcode,
    /// A country, to ISO 3166-1 alpha-2.
    Country,
    /// An amount of money; its currency, where written, goes to the currency field beside it.
    Money,
    /// An ISO 4217 currency code.
    Currency,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// Yes or no, in many languages.
    Boolean,
    /// A consent flag: as `Boolean`, but also reads "Do Not Allow" (true) and "Allow" (false).
    OptOut,
    /// A date.
    Date,
    /// A date with or without a time.
    Timestamp,
    /// A lead's status: open, qualified or disqualified.
    Status,
    /// A purchase time frame, to one of a few words (immediate, this_quarter, next_quarter, this_year, unknown).
    Timeframe,
}

impl Cleaner {
    /// The type that this cleaner's values have.
    pub fn value_type(self) -> ValueType {
        match self {
            Self::Money | Self::Number => ValueType::Number,
            Self::Integer => ValueType::Integer,
            Self::Boolean | Self::OptOut => ValueType::Boolean,
            Self::Date => ValueType::Date,
            Self::Timestamp => ValueType::Timestamp,
            _ => ValueType::Text,
        }
    }
}

macro_rules! fields {
    ($($variant:ident $name:literal $cleaner:ident $doc:literal;)*) => {
        /// A standard field of a lead.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $(#[doc = $doc] $variant,)*
        }

        impl Field {
            /// Every standard field, in output order.
            pub const ALL: &'static [Field] = &[$(Field::$variant,)*];

            /// The field's name in pipeline files and output tables.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// How its raw values are cleaned.
            pub fn cleaner(self) -> Cleaner {
                match self { $(Self::$variant => Cleaner::$cleaner,)* }
            }

            /// One line about its meaning, kept as the column's description in Parquet.
            pub fn description(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }
        }
    };
}

fields! {
    SourceId "source_id" Text "The export's own identifier of the row";
    FullName "full_name" FullName "The person's whole name";
    FirstName "first_name" GivenName "Given name";
    MiddleName "middle_name" GivenName "Middle names or initials";
    LastName "last_name" FamilyName "Family name";
    Salutation "salutation" Text "Form of address or academic title (Mr, Dr, Prof.)";
    NameSuffix "name_suffix" Text "What follows the name (Jr., III, MBA)";
    JobTitle "job_title" Text "Position in the company";
    FileAs "file_as" Text "How the lead is filed: Last, First (Company)";
    Company "company" Company "Company or organisation";
    Website "website" Website "Web address of the company";
    Domain "domain" Domain "Registrable domain, from the website or a company e-mail address";
    ExistingAccountId "existing_account_id" Text "Account that a seller linked the lead to";
    ExistingContactId "existing_contact_id" Text "Contact that a seller linked the lead to";
    ExistingOpportunityId "existing_opportunity_id" Text "Opportunity that the lead has become";
    Email "email" Email "First e-mail address";
    Email2 "email_2" Email "Second e-mail address";
    Email3 "email_3" Email "Third e-mail address";
    Phone "phone" Phone "Business phone in E.164";
    MobilePhone "mobile_phone" Phone "Mobile phone in E.164";
    HomePhone "home_phone" Phone "Home phone in E.164";
    Fax "fax" Phone "Fax number in E.164";
    Street "street" Text "Street and house number";
    City "city" Text "City";
    Region "region" Text "State, province or region";
    Postcode "postcode" Postcode "Postal code";
    Country "country" Country "Country, ISO 3166-1 alpha-2";
    HomeStreet "home_street" Text "Street and house number at home";
    HomeCity "home_city" Text "City at home";
    HomeRegion "home_region" Text "State, province or region at home";
    HomePostcode "home_postcode" Postcode "Postal code at home";
    HomeCountry "home_country" Country "Country at home, ISO 3166-1 alpha-2";
    OtherStreet "other_street" Text "Street and house number of a further address";
    OtherCity "other_city" Text "City of a further address";
    OtherRegion "other_region" Text "State, province or region of a further address";
    OtherPostcode "other_postcode" Postcode "Postal code of a further address";
    OtherCountry "other_country" Country "Country of a further address, ISO 3166-1 alpha-2";
    MailingAddress "mailing_address" Text "Which address mailings go to: business, home or other";
    Source "source" Text "Where we heard of the lead: campaign, event, referral";
    InitiatedBy "initiated_by" Text "Who or what exactly initiated the lead";
    RatingType "rating_type" Text "automatic or manual";
    ManualStars "manual_stars" Integer "Stars given by hand, 0 to 5";
    RatedAt "rated_at" Timestamp "When the stars were given by hand";
    RatingExpiresAt "rating_expires_at" Date "Last day on which the stars given by hand count";
    PurchaseTimeframe "purchase_timeframe" Timeframe "When the lead wants to buy: immediate, this_quarter, next_quarter, this_year, unknown";
    BudgetAmount "budget_amount" Money "Budget";
    BudgetCurrency "budget_currency" Currency "Currency of the budget, ISO 4217";
    PurchaseProcess "purchase_process" Text "Who decides: individual, committee, unknown";
    Need "need" Text "How badly the lead needs it";
    ProductInterest "product_interest" Text "Product or family of interest";
    EstimatedValue "estimated_value" Money "Estimated value of the deal";
    EstimatedCloseDate "estimated_close_date" Date "Estimated day of closing";
    AssignedTo "assigned_to" Text "Owner";
    Status "status" Status "open, qualified or disqualified";
    StatusReason "status_reason" Text "Why the status is what it is";
    ClosedAt "closed_at" Timestamp "When the lead was closed";
    CreatedAt "created_at" Timestamp "When the lead was created";
    ModifiedAt "modified_at" Timestamp "When the lead was last changed";
    OptOut "opt_out" OptOut "Wants no contact at all";
    DoNotEmail "do_not_email" OptOut "Wants no e-mail";
    DoNotCall "do_not_call" OptOut "Wants no calls";
    Notes "notes" Verbatim "Free notes";
}

impl Field {
    /// The e-mail addresses; further ones fill the blanks before them.
    pub const EMAILS: [Self; 3] = [Self::Email, Self::Email2, Self::Email3];
    /// The numbers at which somebody is called, likewise.
    pub const PHONES: [Self; 3] = [Self::Phone, Self::MobilePhone, Self::HomePhone];
    /// These and the fax's.
    pub const NUMBERS: [Self; 4] = [Self::Phone, Self::MobilePhone, Self::HomePhone, Self::Fax];

    /// The field of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Field> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }
}

/// The fields that make up a postal address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressFields {
    /// Whose address it is: `business`, `home` or `other`.
    pub label: ContactLabel,
    /// Street and house number.
    pub street: Field,
    /// City.
    pub city: Field,
    /// State, province or region.
    pub region: Field,
    /// Postal code.
    pub postcode: Field,
    /// Country.
    pub country: Field,
}

impl AddressFields {
    /// The three addresses of a lead, the main one first.
    pub const ALL: [Self; 3] = [
        Self {
            label: ContactLabel::Business,
            street: Field::Street,
            city: Field::City,
            region: Field::Region,
            postcode: Field::Postcode,
            country: Field::Country,
        },
        Self {
            label: ContactLabel::Home,
            street: Field::HomeStreet,
            city: Field::HomeCity,
            region: Field::HomeRegion,
            postcode: Field::HomePostcode,
            country: Field::HomeCountry,
        },
        Self {
            label: ContactLabel::Other,
            street: Field::OtherStreet,
            city: Field::OtherCity,
            region: Field::OtherRegion,
            postcode: Field::OtherPostcode,
            country: Field::OtherCountry,
        },
    ];

    /// The fields in the order in which an address is written.
    pub fn fields(self) -> [Field; 5] {
        [self.street, self.city, self.region, self.postcode, self.country]
    }

    /// The fields of which an address needs one: a region or a country alone is none.
    pub fn places(self) -> [Field; 3] {
        [self.street, self.city, self.postcode]
    }
}

/// One column of the lead table: a standard field or a custom column under its own name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LeadColumn {
    /// Name in rules and outputs.
    pub name: String,
    /// The standard field, or none for a custom column.
    pub field: Option<Field>,
    /// How raw values are cleaned.
    pub cleaner: Cleaner,
}

/// A group of criteria whose sum stands beside the score.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GroupColumns {
    /// The group.
    pub name: String,
    /// Whether it has bands.
    pub has_band: bool,
}

impl GroupColumns {
    /// Its columns once leads are scored, with what they hold: sum, percentage and, with bands, the band.
    pub fn columns(&self) -> impl Iterator<Item = (String, ValueType)> + use<> {
        let of = |what: &str| format!("{}_{what}", self.name);
        let band = self.has_band.then(|| (of("band"), ValueType::Text));
        [(of("score"), ValueType::Number), (of("percent"), ValueType::Number)].into_iter().chain(band)
    }
}

/// The columns of the lead table: every standard field first, in catalogue order, then custom columns by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LeadSchema {
    columns: Vec<LeadColumn>,
    /// Groups of criteria, whose columns come once leads are scored.
    groups: Vec<GroupColumns>,
}

impl LeadSchema {
    /// The standard fields followed by the custom columns (name, cleaner), sorted by name; repeats are dropped.
    pub fn new(custom: impl IntoIterator<Item = (String, Cleaner)>) -> Self {
        let mut columns: Vec<LeadColumn> = Field::ALL
            .iter()
            .map(|&field| LeadColumn { name: field.name().to_owned(), field: Some(field), cleaner: field.cleaner() })
            .collect();
        let standard = columns.len();
        columns.extend(custom.into_iter().map(|(name, cleaner)| LeadColumn { name, field: None, cleaner }));
        columns[standard..].sort_by(|a, b| a.name.cmp(&b.name));
        columns.dedup_by(|a, b| a.name == b.name);
        Self { columns, groups: Vec::new() }
    }

    /// The same for leads that are scored in these groups.
    pub fn with_groups(self, groups: Vec<GroupColumns>) -> Self {
        Self { groups, ..self }
    }

    /// The groups of criteria.
    pub fn groups(&self) -> &[GroupColumns] {
        &self.groups
    }

    /// All columns in order.
    pub fn columns(&self) -> &[LeadColumn] {
        &self.columns
    }

    /// Number of columns.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Never true: the standard fields are always there.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Position of a standard field's column.
    pub fn index_of(&self, field: Field) -> usize {
        field as usize
    }

    /// Position of the column of this name: exact, else the only one that is equal in another case.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name).or_else(|| {
            let mut same = self.columns.iter().enumerate().filter(|(_, c)| c.name.eq_ignore_ascii_case(name));
            match (same.next(), same.next()) {
                (Some((index, _)), None) => Some(index),
                _ => None,
            }
        })
    }
}
