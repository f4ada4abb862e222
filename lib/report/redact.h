/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_REDACT_H
#define VIP_REDACT_H

#include "report/model.h"

/*
 * What a report keeps to itself.  Names are hidden where they are read, so
 * that no text made of them can tell them; amounts and tiers in the report
 * that was made.  Whoever is hidden goes by a pseudonym: the same for the
 * same customer in every report made with the same key, and nothing that
 * hashing a list of customers could undo without that key.
 */
enum {
	REDACT_NAMES = 1,	/* of customers, their keys, and all that
				   somebody wrote in words of his own */
	REDACT_CONTACTS = 2,	/* telephone, mail, address and the like */
	REDACT_AMOUNTS = 4,	/* money */
	REDACT_STAFF = 8,	/* agents, sponsors, managers */
	REDACT_TIERS = 16	/* that somebody is a VIP; names with it */
};

/* In all that takes one, NULL hides nothing. */
struct redactor;

/*
 * A list of what to hide (names, contacts, amounts, staff, tiers, all, none)
 * and of roles that need not know (agent, analyst, partner): 0, or -1.
 */
int		 redact_parse(const char *list, unsigned *what);
const char	*redact_words(void);		/* for messages */
/* Does that need a key?  Pseudonyms do. */
int		 redact_is_keyed(unsigned what);

struct redactor	*redactor_new(unsigned what, const void *key, size_t len);
void		 redactor_free(struct redactor *);

int		 redacts(const struct redactor *, unsigned what);

/*
 * The text itself or, where it is to be hidden, a pseudonym that lives in
 * the report, made from what does not change: a customer's key.  "" stays.
 */
const char	*redact_customer(const struct redactor *, struct report *,
		    const char *key, const char *text);
const char	*redact_person(const struct redactor *, struct report *,
		    const char *name);
/* What somebody wrote, which may name anybody, or an amount. */
const char	*redact_free(const struct redactor *, struct report *,
		    const char *text);
/* A reason with values in it: what may be an amount becomes "#". */
const char	*redact_reason(const struct redactor *, struct report *,
		    const char *text);

/* Money, and who is of which tier, in a report that was made. */
void		 report_redact(struct report *, const struct redactor *);

#endif /* VIP_REDACT_H */
