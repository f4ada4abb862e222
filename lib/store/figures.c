/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures of a snapshot, by tier: rows, sums of every column that holds
 * numbers alone, promoters and detractors, and how many rows have each risk
 * level and SLA status.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/parts.h"

enum nps { DETRACTORS, PASSIVES, PROMOTERS, NPS };

__extension__ typedef __int128 wide;

struct sum {
	uint64_t	 n;
	wide		 total;		/* of nums */
};

struct group {				/* of a tier */
	uint64_t	 rows;
	struct sum	*sum;		/* by column */
	uint64_t	 nps[NPS];
};

struct figures {
	const struct reader *rd;
	size_t		 columns;
	char		*numeric;	/* by column: no other value was seen */
	int		 tier, nps, risk, sla;	/* columns, or -1 */
	struct keys	*tiers;
	struct group	*group;
	size_t		 cap;
	struct keys	*words;		/* tier, NUL, "risk_level=high" */
	uint64_t	*count;
	size_t		 wordcap;
	struct buf	 name;
};

struct figures *
figures_new(const struct reader *rd, size_t skip, int tier)
{
	struct figures	*t = xcalloc(1, sizeof(*t));

	t->rd = rd;
	t->columns = reader_columns(rd);
	t->numeric = xcalloc(t->columns + 1, 1);
	memset(t->numeric, 1, t->columns);
	t->numeric[skip] = 0;
	t->tier = tier;
	t->nps = reader_column(rd, "nps");
	t->risk = reader_column(rd, "risk_level");
	t->sla = reader_column(rd, "sla_status");
	t->tiers = keys_new();
	t->words = keys_new();
	return t;
}

void
figures_rows_alone(struct figures *t)
{
	memset(t->numeric, 0, t->columns);
	t->nps = t->risk = t->sla = -1;
}

void
figures_free(struct figures *t)
{
	uint32_t	 i;

	if (t == NULL)
		return;
	for (i = 0; i < keys_count(t->tiers); i++)
		free(t->group[i].sum);
	free(t->group);
	free(t->numeric);
	free(t->count);
	keys_free(t->tiers);
	keys_free(t->words);
	buf_free(&t->name);
	free(t);
}

static struct group *
group_of(struct figures *t, const char *tier, size_t len)
{
	uint32_t	 i = keys_add(t->tiers, tier, len);
	size_t		 old = t->cap;

	if (i >= t->cap) {
		t->cap = t->cap == 0 ? 16 : t->cap * 2;
		t->group = xreallocarray(t->group, t->cap, sizeof(*t->group));
		memset(t->group + old, 0, (t->cap - old) * sizeof(*t->group));
	}
	if (t->group[i].sum == NULL)
		t->group[i].sum = xcalloc(t->columns + 1,
		    sizeof(*t->group[i].sum));
	return &t->group[i];
}

static void
count_word(struct figures *t, const char *tier, size_t tierlen,
    const char *column, const char *word, size_t len, uint64_t n)
{
	uint32_t	 i;
	size_t		 old = t->wordcap;

	t->name.len = 0;
	buf_add(&t->name, tier, tierlen);
	buf_addc(&t->name, '\0');
	buf_adds(&t->name, column);
	buf_add(&t->name, word, len);
	i = keys_add(t->words, t->name.p, t->name.len);
	if (i >= t->wordcap) {
		t->wordcap = t->wordcap == 0 ? 16 : t->wordcap * 2;
		t->count = xreallocarray(t->count, t->wordcap,
		    sizeof(*t->count));
		memset(t->count + old, 0,
		    (t->wordcap - old) * sizeof(*t->count));
	}
	t->count[i] += n;
}

static void
count_nps(struct group *g, struct cell c)
{
	num	 n;

	if (num_parse(c.p, c.len, &n) == -1 || n < 0 || n > 10 * NUM_ONE)
		return;
	if (n >= 9 * NUM_ONE)
		g->nps[PROMOTERS]++;
	else if (n <= 6 * NUM_ONE)
		g->nps[DETRACTORS]++;
	else
		g->nps[PASSIVES]++;
}

void
figures_row(struct figures *t, const struct row *row, const char *tier)
{
	struct group	*g;
	struct cell	 c = { "", 0 }, word;
	size_t		 i;
	num		 n;

	if (tier != NULL)
		c = cell_str(tier);
	else if (t->tier != -1)
		c = row_cell(row, (size_t)t->tier);
	g = group_of(t, c.p, c.len);
	g->rows++;
	if (t->risk != -1) {
		word = row_cell(row, (size_t)t->risk);
		count_word(t, c.p, c.len, "risk_level=", word.p, word.len, 1);
	}
	if (t->sla != -1) {
		word = row_cell(row, (size_t)t->sla);
		count_word(t, c.p, c.len, "sla_status=", word.p, word.len, 1);
	}
	if (t->nps != -1)
		count_nps(g, row_cell(row, (size_t)t->nps));
	for (i = 0; i < t->columns; i++) {
		if (!t->numeric[i])
			continue;
		c = row_cell(row, i);
		if (c.len == 0)
			continue;
		if (num_parse(c.p, c.len, &n) == -1) {
			t->numeric[i] = 0;
			continue;
		}
		g->sum[i].n++;
		g->sum[i].total += n;
	}
}

void
figures_merge(struct figures *t, const struct figures *from)
{
	struct group	*g;
	const char	*p;
	size_t		 i, len, tierlen;
	uint32_t	 k;

	for (i = 0; i < t->columns; i++)
		t->numeric[i] &= from->numeric[i];
	for (k = 0; k < keys_count(from->tiers); k++) {
		p = keys_bytes(from->tiers, k, &len);
		g = group_of(t, p, len);
		g->rows += from->group[k].rows;
		for (i = 0; i < NPS; i++)
			g->nps[i] += from->group[k].nps[i];
		for (i = 0; i < t->columns; i++) {
			g->sum[i].n += from->group[k].sum[i].n;
			g->sum[i].total += from->group[k].sum[i].total;
		}
	}
	for (k = 0; k < keys_count(from->words); k++) {
		p = keys_bytes(from->words, k, &len);
		tierlen = strnlen(p, len);
		count_word(t, p, tierlen, "", p + tierlen + 1,
		    len - tierlen - 1, from->count[k]);
	}
}

uint64_t
figures_rows(const struct figures *t)
{
	uint64_t	 n = 0;
	uint32_t	 i;

	for (i = 0; i < keys_count(t->tiers); i++)
		n += t->group[i].rows;
	return n;
}

/* A total of nums, which may be beyond what one num holds. */
static void
show_total(struct buf *b, wide total)
{
	char	 digits[48];
	size_t	 n = 0;
	int	 decimals = 6, at;

	if (total < 0) {
		buf_addc(b, '-');
		total = -total;
	}
	for (; decimals > 0 && total % 10 == 0; decimals--)
		total /= 10;
	for (at = 0; total > 0 || at <= decimals; at++, total /= 10) {
		if (decimals > 0 && at == decimals)
			digits[n++] = '.';
		digits[n++] = (char)('0' + (int)(total % 10));
	}
	while (n > 0)
		buf_addc(b, digits[--n]);
}

static void
put_figure(struct store *st, sqlite3_stmt *s, struct cell tier,
    const char *name, size_t len, uint64_t n, struct buf *sum)
{
	sql_bytes(st, s, 2, tier.p, tier.len);
	sql_bytes(st, s, 3, name, len);
	sql_int(st, s, 4, (int64_t)n);
	if (sum != NULL)
		sql_bytes(st, s, 5, sum->p, sum->len);
	else
		sql_null(st, s, 5);
	sql_again(st, s);
}

static void
record_group(const struct figures *t, struct store *st, sqlite3_stmt *s,
    struct cell tier, const struct group *g)
{
	static const char *const	 nps[NPS] = {
		[DETRACTORS] = "nps<=6", [PASSIVES] = "nps 7-8",
		[PROMOTERS] = "nps>=9"
	};
	struct buf			 sum = { 0 };
	const char			*name;
	size_t				 i;

	put_figure(st, s, tier, "rows", 4, g->rows, NULL);
	for (i = 0; t->nps != -1 && i < NPS; i++)
		put_figure(st, s, tier, nps[i], strlen(nps[i]), g->nps[i],
		    NULL);
	for (i = 0; i < t->columns; i++) {
		name = reader_column_name(t->rd, i);
		if (!t->numeric[i] || g->sum[i].n == 0 ||
		    strcmp(name, "rows") == 0)
			continue;
		sum.len = 0;
		show_total(&sum, g->sum[i].total);
		put_figure(st, s, tier, name, strlen(name), g->sum[i].n,
		    &sum);
	}
	buf_free(&sum);
}

void
figures_record(const struct figures *t, struct store *st, int64_t snapshot)
{
	sqlite3_stmt	*s;
	struct cell	 tier;
	const char	*p;
	size_t		 len;
	uint32_t	 i;

	/* Of two columns of one name the first is counted. */
	s = sql(st, "INSERT OR IGNORE INTO figure (snapshot, tier, name, n, "
	    "sum) VALUES (?, ?, ?, ?, ?)");
	sql_int(st, s, 1, snapshot);
	for (i = 0; i < keys_count(t->tiers); i++) {
		tier.p = keys_bytes(t->tiers, i, &tier.len);
		record_group(t, st, s, tier, &t->group[i]);
	}
	for (i = 0; i < keys_count(t->words); i++) {
		p = keys_bytes(t->words, i, &len);
		tier.p = p;
		tier.len = strnlen(p, len);
		put_figure(st, s, tier, p + tier.len + 1, len - tier.len - 1,
		    t->count[i], NULL);
	}
	sql_done(s);
}
