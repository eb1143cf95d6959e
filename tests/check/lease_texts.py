"""Texts of a lease in English, German and Chinese."""

from __future__ import annotations

LEASE = """1. Rent

The Tenant shall not pay rent before the first day of each month. The Landlord may, at its own
discretion, terminate the lease with thirty (30) days' written notice, provided that the
Tenant has been informed of the long-term consequences.

2. Deposit

The deposit of $5,000 is held by “First National Bank” in an interest-bearing account – not by the Landlord.
It will be returned within 14 days, unless the Tenant's rooms are damaged. Nothing in this clause limits
the Tenant's rights.
"""
GERMAN = """Der Mieter zahlt die Miete spätestens am dritten Werktag eines jeden Monats. Die Vermieterin darf
die Wohnung nur nach rechtzeitiger Ankündigung betreten; ausgenommen sind Notfälle. Schönheitsreparaturen
trägt der Mieter nicht.
"""
CHINESE = "第一条 承租人应当在每月的第一天支付租金。第二条 出租人不得在没有事先通知的情况下进入房屋。\n"
SOURCES = {"lease.txt": LEASE, "miete.txt": GERMAN, "zulin.txt": CHINESE}
