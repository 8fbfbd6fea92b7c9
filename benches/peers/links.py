"""Counts how well leads were linked to the contacts that a CRM has, against the truth of the generator's kind `crm`.

Usage: links.py OUTPUT TRUTH.csv CONTACTS.csv      prints precision, recall, and what the accounts of linked contacts say

A row of a lead is linked right if its contact is of its own cluster. Of rows whose cluster has a contact, those that are
linked to it are found. An account is right if it is the one that the CRM has for the lead's true contact.
"""

import sys

import polars as pl

output, truth, contacts = sys.argv[1:]
cluster = dict(pl.read_csv(truth, infer_schema=False).select("id", "cluster").iter_rows())
account_of = dict(pl.read_csv(contacts, infer_schema=False).select("id", "account_id").iter_rows())
contact_of = {cluster[contact]: contact for contact in account_of}

members = pl.read_parquet(f"{output}/lead_members.parquet").select("source_id", "lead_id")
decisions = pl.read_parquet(f"{output}/decisions.parquet").select("lead_id", "decision", "contact_id", "account_id")
rows = members.join(decisions, on="lead_id", validate="m:1")

known = linked = right = review = accounts = right_accounts = 0
for row, _, decision, contact, account in rows.iter_rows():
    true = contact_of.get(cluster[row])
    known += true is not None
    review += decision == "review"
    if contact in account_of:
        linked += 1
        right += contact == true
    if true is not None and account_of[true] and account is not None:
        accounts += 1
        right_accounts += account == account_of[true]
print(f"rows                 {rows.height:>9,}")
print(f"of known people      {known:>9,}")
print(f"linked to a contact  {linked:>9,}")
print(f"left to a person     {review:>9,}")
print(f"precision            {right / max(linked, 1):>9.4f}")
print(f"recall               {right / max(known, 1):>9.4f}")
print(f"right accounts       {right_accounts / max(accounts, 1):>9.4f} of {accounts:,}")
