"""Splink on a table of leads, set up as an expert would: reads a CSV, writes (id, cluster) as Parquet.

Usage: leads_splink.py INPUT.csv OUTPUT.parquet [--threads N] [--threshold P] [--best TRUTH.csv]
"""

import argparse
import json
import logging
import time

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

# Mailboxes of a function, not of a person: such an address is no evidence that two leads are one.
ROLES = "info|sales|contact|office|admin|hello|mail|support|enquiries|marketing|team|service|hr|accounts|billing"
FREE = "gmail|googlemail|yahoo|hotmail|outlook|icloud|aol|live|msn|gmx|web|proton|protonmail|ymail|me|mail"
# What people type to get past a required field: seen in a profile of the columns' commonest values.
NOTHING = "none|no|n a|na|nil|test|noemail|unknown|not given|x+|null|asdf"
LEGAL = "inc|incorporated|llc|ltd|limited|corp|corporation|co|company|gmbh|ag|plc|sa|bv|pty|group"

NORMALISE = f"""
create table leads as
with raw as (
    select * from read_csv(?, all_varchar = true, header = true, nullstr = '')
),
clean as (
    select
        id as unique_id,
        nullif(regexp_replace(strip_accents(lower(first_name)), '[^a-z]', '', 'g'), '') as first_name,
        nullif(regexp_replace(strip_accents(lower(last_name)), '[^a-z]', '', 'g'), '') as last_name,
        nullif(trim(lower(email)), '') as mail,
        nullif(regexp_replace(phone, '[^0-9]', '', 'g'), '') as digits,
        nullif(trim(regexp_replace(regexp_replace(strip_accents(lower(company)), '[^a-z0-9]+', ' ', 'g'),
            '( ({LEGAL}))+ *$', '')), '') as company,
        nullif(trim(regexp_replace(strip_accents(lower(street)), '[^a-z0-9]+', ' ', 'g')), '') as street,
        nullif(regexp_replace(strip_accents(lower(city)), '[^a-z]', '', 'g'), '') as city,
        nullif(regexp_replace(lower(postcode), '[^a-z0-9]', '', 'g'), '') as postcode,
    from raw
)
select
    * exclude (mail, digits, street),
    case when regexp_matches(street, '^({NOTHING})?$') then null else street end as street,
    case when length(digits) < 8 or regexp_matches(digits, '^(0+|9+|1+|1?123456.*)$') then null
        else right(digits, 9) end as phone,
    case when mail not like '%_@_%._%' or regexp_matches(mail, '^(({ROLES})@|({NOTHING})@)') then null else mail end
        as email,
    case when mail not like '%_@_%._%' or regexp_matches(mail, '@(({FREE})\\.|({NOTHING})\\.)') then null
        else split_part(mail, '@', 2) end as domain,
    split_part(email, '@', 1) as mailbox,
    case when first_name is null or last_name is null then null
        else least(first_name, last_name) || ' ' || greatest(first_name, last_name) end as full_name,
from clean
"""


def settings():
    name = cl.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            cll.And(cll.NullLevel("first_name"), cll.NullLevel("last_name")),
            cll.ExactMatchLevel("full_name").configure(tf_adjustment_column="full_name"),
            cll.CustomLevel(
                "jaro_winkler_similarity(full_name_l, full_name_r) >= 0.92", "Full names alike, in either order"
            ),
            cll.And(
                cll.JaroWinklerLevel("last_name", 0.88),
                cll.CustomLevel(
                    "first_name_l is null or first_name_r is null"
                    " or left(first_name_l, 1) = left(first_name_r, 1)"
                    " or jaro_winkler_similarity(first_name_l, first_name_r) >= 0.75"
                ),
            ),
            cll.JaroWinklerLevel("last_name", 0.88),
            cll.JaroWinklerLevel("first_name", 0.88),
            cll.ElseLevel(),
        ],
    )
    email = cl.CustomComparison(
        output_column_name="email",
        comparison_levels=[
            cll.NullLevel("email"),
            cll.ExactMatchLevel("email").configure(tf_adjustment_column="email"),
            cll.CustomLevel("mailbox_l = mailbox_r and length(mailbox_l) > 5", "Same mailbox, other domain"),
            cll.CustomLevel(
                "jaro_winkler_similarity(email_l, email_r) >= 0.92"
                " and jaro_winkler_similarity(mailbox_l, mailbox_r) >= 0.85",
                "E-mails alike",
            ),
            cll.ElseLevel(),
        ],
    )
    phone = cl.CustomComparison(
        output_column_name="phone",
        comparison_levels=[
            cll.NullLevel("phone"),
            cll.ExactMatchLevel("phone").configure(tf_adjustment_column="phone"),
            cll.DamerauLevenshteinLevel("phone", 1),
            cll.ElseLevel(),
        ],
    )
    # Company, street and place go together: colleagues share all three. As one comparison they count once.
    same_company = "(company_l = company_r or domain_l = domain_r)"
    same_place = "(postcode_l = postcode_r or city_l = city_r)"
    same_street = "(street_l = street_r or jaro_winkler_similarity(street_l, street_r) >= 0.92)"
    workplace = cl.CustomComparison(
        output_column_name="workplace",
        comparison_levels=[
            cll.CustomLevel(
                "coalesce(company_l, domain_l, street_l, postcode_l, city_l) is null"
                " or coalesce(company_r, domain_r, street_r, postcode_r, city_r) is null",
                "Nothing known",
            ).configure(is_null_level=True),
            cll.CustomLevel(f"{same_company} and {same_street}", "Same company, same street"),
            cll.CustomLevel(f"{same_street} and {same_place}", "Same street, same place"),
            cll.CustomLevel(f"{same_company} and {same_place}", "Same company, same place"),
            cll.CustomLevel(same_street, "Same street"),
            cll.CustomLevel(same_company, "Same company"),
            cll.JaroWinklerLevel("company", 0.92),
            cll.ExactMatchLevel("postcode").configure(tf_adjustment_column="postcode"),
            cll.ExactMatchLevel("city").configure(tf_adjustment_column="city"),
            cll.ElseLevel(),
        ],
    )
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[name, email, phone, workplace],
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("phone", "substr(first_name, 1, 1)"),
            block_on("phone", "substr(last_name, 1, 1)"),
            block_on("last_name", "postcode"),
            block_on("first_name", "postcode"),
            block_on("company", "first_name"),
            block_on("company", "last_name"),
            block_on("full_name", "city"),
            block_on("domain", "last_name"),
            block_on("full_name", "substr(street, 1, 6)"),
        ],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def train(linker):
    linker.training.estimate_probability_two_random_records_match(
        [block_on("email", "last_name"), block_on("full_name", "phone"), block_on("full_name", "company", "postcode")],
        recall=0.7,
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (block_on("email"), block_on("full_name")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1e6)


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("input")
    ask.add_argument("output")
    ask.add_argument("--threads", type=int, default=2)
    ask.add_argument("--threshold", type=float, default=0.95)
    ask.add_argument("--model", help="write the trained parameters here, to look at them")
    told = ask.parse_args()

    logging.getLogger("splink").setLevel(logging.ERROR)
    start = time.perf_counter()

    def lap(what):
        nonlocal start
        now = time.perf_counter()
        print(f"{what} {now - start:.1f} s", flush=True)
        start = now

    con = duckdb.connect(config={"threads": told.threads})
    con.execute(NORMALISE, [told.input])
    lap("load and normalise")
    db = DuckDBAPI(connection=con)
    linker = Linker(db.register("leads"), settings())
    train(linker)
    lap("train")
    if told.model:
        with open(told.model, "w") as out:
            json.dump(linker.misc.save_model_to_json(), out, indent=1)
    pairs = linker.inference.predict(threshold_match_probability=told.threshold)
    lap("predict")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        pairs, threshold_match_probability=told.threshold
    )
    lap("cluster")
    con.execute(
        f"copy (select unique_id as id, cluster_id as cluster from {clusters.physical_name})"
        f" to '{told.output}' (format parquet, compression zstd)"
    )
    lap("write")


if __name__ == "__main__":
    main()
