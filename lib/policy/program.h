/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_PROGRAM_H
#define VIP_PROGRAM_H

/*
 * What a plan is made of.  Private to the evaluation half of lib/policy:
 * plan.c (binding and loading), cell.c and numbers.c, noted.c (what another
 * pass has loaded), compile.c (expressions to instructions) and kinds.c,
 * eval.c (instructions to values) and texts.c, population.c (ranks and
 * totals) and cuts.c, reason.c (values to words).
 *
 * Everything lives in slots: columns, constants, lets, facts and temporary
 * values.  An instruction reads slots and writes one, or jumps.  "and" and
 * "or" are jumps wherever only "is it true?" is asked: as unknown is not
 * true, and "not" is pushed down to the comparisons, no third value is
 * needed there.
 */

#include <locale.h>
#include <regex.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"
#include "policy/words.h"

__extension__ typedef __int128 wide;

#define NOWHERE		UINT32_MAX	/* no instruction, slot, number */
#define DEEPEST		3000		/* levels of an expression, with lets */

enum code {
	I_RETURN,		/* n is what a test or a ladder comes to */
	I_JUMP,
	I_IF,			/* jumps if a to b is one of "how", LESS ... */
	I_IFN,			/* the same of a to n */
	I_IF_CUT,		/* if a is in population b, that is n, is "how" */
	I_HOLD,			/* a test of a chain: the n-th is true */
	I_HOLD_IF, I_HOLD_IFN,	/* the to-th is, unless the same would jump */
	/* the rest set the slot "to" */
	I_LET,			/* let n, which is computed once a row */
	I_MOVE,
	I_SCALE,		/* a by the whole number n */
	I_ADD, I_SUB, I_MUL, I_DIV, I_NEG, I_ABS, I_ROUND, I_MIN, I_MAX,
	I_COMPARE,		/* a, b by "how", an enum op */
	I_COMPARE_TEXT,		/* the same; "ready" says which is normal */
	I_IS_TEXT,		/* is a = b if "how", or a != b? "ready" so */
	I_SAME_TEXT,		/* a = b, caseless */
	I_NOT, I_AND, I_OR,	/* three-valued */
	I_MISSING,
	I_IN_TEXTS,		/* set n of folded texts */
	I_IN_NUMBERS,		/* list n of numbers */
	I_LIKE, I_HAS_WORD,	/* text n, folded */
	I_MATCHES,		/* pattern n */
	I_TIME_LESS,		/* a - b in days */
	I_TIME_MOVE,		/* a by duration n, forward if "how" */
	I_TIME_DAYS,		/* a by b days */
	I_DAY,			/* the midnight before */
	I_CLOCK,		/* seconds since midnight */
	I_DAYS_SINCE, I_MONTHS_SINCE, I_YEARS_SINCE,
	I_MONTH, I_MONTHDAY, I_WEEKDAY,
	I_LENGTH, I_LOWER,
	I_GROUP,		/* the group of a, a text, in series n */
	I_POPULATION,		/* population n of a; in group b if "how" */
	I_VIP,			/* a is the name of a tier above the default */
	I_LISTED,		/* a, joined by ";", has the text of b */
	I_GAIN,		/* this row's gain n */
	I_STATUS		/* a is the status n */
};

enum { READY_A = 1, READY_B = 2 };

/* What two values may be to one another; UNCOMPARED: one is missing. */
enum { LESS = 1, SAME = 2, MORE = 4, UNCOMPARED = 8 };

struct insn {
	uint8_t		 code;
	uint8_t		 how;
	uint8_t		 ready;
	uint32_t	 to;		/* a slot, or where to jump */
	uint32_t	 a, b;		/* slots */
	int64_t		 n;
};

/* One reading of a column of the input. */
struct reading {
	const char	*name;
	enum type	 type;
	struct place	 at;		/* of its first use; line 0: none */
	int		 needed;	/* or else it may be absent */
	int		 hinted;	/* its absence deserves a note */
	size_t		 cell;		/* SIZE_MAX where it is absent */
	uint32_t	 slot;
	enum as		 as;
	const struct clause *form;	/* the clause that says so; or NULL */
	const char	*format;	/* of a time, or NULL: ISO 8601 */
	uint32_t	 base;		/* slot of the time it is counted from */
	const struct zone *zone;
	struct zone	*own_zone;
	struct wording	*map;		/* or NULL */
};

/* A reading that there is a cell for. */
enum load_kind {
	LOAD_NUMBER,			/* as it stands */
	LOAD_TEXT,			/* the same */
	LOAD_DATE,			/* mostly a date and no more */
	LOAD_OTHER,
	LOAD_KINDS
};

struct load {
	size_t		 cell;
	uint32_t	 slot;
	enum type	 type;
	enum load_kind	 kind;
	const struct reading *reading;
};

/*
 * Reads n numbers into slots, and notes them first of all where the row is to
 * be noted: 0, or -1 if one is none.
 */
typedef int load_numbers_fn(struct value *slot, const struct row *,
	    const struct load *, size_t n);
/* Sets slots to n numbers that were noted. */
typedef void take_numbers_fn(struct value *slot, const int32_t *note,
	    const struct load *, size_t n);

struct number_ways {
	load_numbers_fn	*load;
	take_numbers_fn	*take;
};

struct program {
	const struct expr *expr;	/* or NULL: a column by name */
	const char	*name;
	enum type	 want;
	int		 optional;	/* its columns may be absent */
	int		 hinted;	/* and a note says so */

	enum type	 type;
	uint32_t	 code;		/* sets "slot"; NOWHERE: it stands */
	uint32_t	 slot;
	uint32_t	 chained;	/* the slot that a chain sets */
	uint32_t	 test;		/* is it true? NOWHERE: never */
	uint32_t	 reason;	/* a node, or NOWHERE */
};

/*
 * Tests that are asked together, in one piece of code; or of a ladder, which
 * has no values, up to the first that is true.
 */
struct chain {
	size_t		*programs;	/* NO_PROGRAM is true */
	size_t		*values;	/* or NO_PROGRAM; or NULL */
	size_t		 n;
	uint32_t	 code;
};

struct let_code {
	const struct let *let;
	int		 type;		/* of compile.c */
	int		 busy;		/* its type is being found */
	int		 done;
	int		 folded, day;	/* 1 yes, -1 no, 0 not asked yet */
	int		 row_only;	/* without population functions */
	struct value	 value;		/* if folded */
	int		 needed, hinted;	/* of its columns */
	uint32_t	 code, slot;
};

/* Facts: slots that a command sets. */
struct fact_slot {
	const char	*name;		/* of a profile or a metric */
	uint32_t	 slot;
};

/* ------------------------------------------------------------- populations */

/*
 * A series is one expression over all rows, with its group; a population
 * is a function of it.  One that is only compared with a constant becomes
 * a cut: a row is in if its x is not less.
 */
enum population_kind {
	POP_RANK_WITHIN,	/* rank(x) <= n */
	POP_TOP_SHARE,		/* top(x, n%) */
	POP_PARETO,
	POP_PERCENTILE_GE, POP_PERCENTILE_GT,	/* percentile(x) >= n */
	POP_MEAN, POP_MEDIAN, POP_TOTAL,
	POP_RANK, POP_PERCENTILE
};

enum settled_state { SETTLED_NONE, SETTLED_ALL, SETTLED_CUT, SETTLED_VALUE };

struct settled {
	enum settled_state	 state;
	num			 n;
};

struct population {
	enum population_kind	 kind;
	num			 n;
	uint32_t		 series;
	char			*key;		/* its text */
	struct settled		*settled;	/* one a group */
	struct settled		 unseen;	/* of a group without rows */
	int			 overflow;	/* a total that is no number */
};

struct series {
	char		*key;
	const struct expr *x, *group;
	int		 needed, hinted;	/* of their columns */
	enum type	 type;		/* of x */
	enum type	 group_type;	/* or TYPE_MISSING: no groups */
	uint32_t	 code, slot;	/* of x */
	uint32_t	 group_code, group_slot;
	int		 all;		/* every value is kept */
	int		 sorted;	/* and stays, in order */
	size_t		 best;		/* only so many of the largest */
	struct keys	*groups;	/* once settled */
	size_t		 ngroup;	/* 1 without groups */
	num		**values;	/* one a group, if sorted: ascending */
	size_t		*nvalue;
};

/* What has been seen of a series: in a frame, and then in the plan. */
struct sample {
	num		*v;
	uint32_t	*group;
	size_t		 n, cap;
	int		 keep;		/* every value */
	size_t		 best;		/* or a heap of the best */
	uint64_t	 count;		/* without groups */
	wide		 sum;
	struct keys	*groups;
};

/* --------------------------------------------------------------- referrals */

/* A row whose key another has already. */
struct again {
	size_t	 line, first;
};

/* Who referred whom, as far as it was seen; by the number of the key. */
struct kin {
	struct keys	*names;
	size_t		*line;		/* of the key's row; 0: none was seen */
	uint32_t	*referrer;	/* or KEY_NONE */
	num		**x;		/* of each gain that sums one up */
	size_t		 cap;
	struct again	*again;
	size_t		 nagain, capagain;
};

/* The rows as one column has them refer to each other. */
struct tree {
	size_t		 key, by;	/* readings */
	struct place	 at;
	struct kin	 kin;
	uint32_t	*loop;		/* the length of a key's loop, or 0; or NULL */
};

/* What is counted in a tree, or summed up. */
struct gain {
	char		*key;		/* its text */
	uint32_t	 tree;
	const struct expr *x;		/* or NULL: rows */
	int		 whole;		/* of the whole chain */
	int		 needed, hinted;
	uint32_t	 code, slot;	/* of x */
	wide		*sum;		/* once settled */
};

/* ----------------------------------------------------------------- reasons */

enum reason_kind { REASON_AND, REASON_OR, REASON_NOT, REASON_LET,
	REASON_LEAF };
enum piece_kind { PIECE_TEXT, PIECE_SLOT, PIECE_VALUE, PIECE_CUT };

struct piece {
	enum piece_kind	 kind;
	const char	*text;		/* before the value; padded */
	size_t		 len;
	uint32_t	 code, slot;	/* of the value; PIECE_CUT: of x */
	int		 bare;		/* a text without quotes */
	uint32_t	 population;
	uint32_t	 group_code, group_slot;
};

struct reason {
	enum reason_kind kind;
	uint32_t	 code, slot;	/* what it comes to, three-valued */
	const char	*name;		/* of a let */
	uint32_t	 first, n;	/* pieces, also of an "and" that holds */
	size_t		 room;		/* for those, where values are numbers */
	uint32_t	 kid[2];
};

/* -------------------------------------------------------------------- plan */

/*
 * A text of 1 to 16 bytes of ASCII, in two words that tell it from others as
 * long as it.
 */
struct brief {
	uint64_t	 head, tail;
	size_t		 len;
};

#define BRIEFS_MOST	8

struct texts {
	struct keys	*keys;		/* folded */
	struct brief	 brief[BRIEFS_MOST];
	size_t		 nbrief;		/* all of them, or 0 */
};

struct numbers {
	num		*v;
	size_t		 n;
};

struct pattern {
	regex_t		 re;
	int		 compiled;
};

#define PLAN_VECTOR(type, name)	\
	type *name; size_t n##name, cap##name

struct plan {
	const struct policy	*pol;
	const struct zone	*zone;
	const char		*file;		/* for messages */
	when			 now;
	int64_t			 today;
	struct civil		 date;		/* today */
	struct arena		*arena;
	int			 bound;
	int			 decides[FACT_NFACTS];
	const struct calendar	*calendar;	/* for business durations */
	locale_t		 locale;	/* of the patterns */

	const char *const	*names;		/* plan_bind_names() */
	const enum type		*types;
	size_t			 nnames;

	PLAN_VECTOR(struct program, program);
	PLAN_VECTOR(struct chain, chain);
	PLAN_VECTOR(struct insn, code);
	PLAN_VECTOR(struct place, place);	/* of each instruction */
	PLAN_VECTOR(struct value, slot);	/* as a frame begins */
	PLAN_VECTOR(struct reading, reading);
	struct load		*load;		/* in the order of the cells */
	size_t			 nload;
	struct load		*quick;		/* the same by kind */
	size_t			 upto[LOAD_KINDS];	/* a kind ends there */
	struct number_ways	 number_ways;
	PLAN_VECTOR(struct let_code, let);
	struct keys		*lets;		/* pointers, to let[] */
	PLAN_VECTOR(struct texts, texts);
	PLAN_VECTOR(struct numbers, numbers);
	PLAN_VECTOR(struct cell, text);		/* of I_LIKE and I_HAS_WORD */
	PLAN_VECTOR(struct pattern, pattern);
	PLAN_VECTOR(struct duration, duration);
	PLAN_VECTOR(struct series, series);
	PLAN_VECTOR(struct population, population);
	PLAN_VECTOR(struct tree, tree);
	PLAN_VECTOR(struct gain, gain);
	PLAN_VECTOR(struct reason, reason);
	PLAN_VECTOR(struct piece, piece);

	uint32_t		 tier_slot, vip_slot, risk_slot;
	struct keys		*tiers;		/* above the default */
	PLAN_VECTOR(struct fact_slot, profile);
	PLAN_VECTOR(struct fact_slot, status);
	int			 told;		/* there are slots of facts */

	int			 grown;		/* the trees are settled */
	int			 astray;	/* with rows that must not be */
	struct sample		*sample;	/* one a series */
	int			 settled;	/* and the populations */
};

/* A new member at the end of a vector of the plan, zeroed. */
void	*vector_room(void *, size_t n, size_t *cap, size_t size);
#define PLAN_ADD(plan, name)						\
	((plan)->name = vector_room((plan)->name, (plan)->n##name,	\
	    &(plan)->cap##name, sizeof(*(plan)->name)),			\
	    &(plan)->name[(plan)->n##name++])

struct scrap;				/* text made while judging a row */

struct truth {				/* of a node of a reason */
	uint64_t	 epoch;
	int		 truth;
};

struct frame {
	const struct plan	*plan;
	struct value		*slot;
	uint64_t		 epoch;		/* of the lets: this row's */
	uint64_t		*let_epoch;
	struct truth		*truth;
	size_t			*held;		/* where I_HOLD is to write */
	when			 dated;		/* the time whose day is known */
	int64_t			 day;
	int			 overflow;
	struct place		 overflow_at;
	struct buf		 one, two;	/* texts that are compared */
	struct scrap		*scraps, *scrap;
	struct sample		*sample;
	size_t			 line;		/* of this row */
	int			 quick;		/* by load_quick(), which notes
						   the numbers that it loads */
	struct kin		*kin;		/* one a tree */
	uint32_t		*node;		/* this row's key, in each */
};

/* compile.c */
struct operand {
	uint32_t	 slot;
	int		 type;		/* enum type, or a KIND */
	int		 constant;	/* then "value" is what the slot has */
	struct value	 value;
};

enum {				/* of operands that no cell can be */
	KIND_CLOCK = 16,	/* seconds since midnight */
	KIND_DURATION
};

struct pool {			/* slots for passing values */
	uint32_t	*v;
	size_t		 n, used, cap;
};

struct compiler {
	struct plan	*plan;
	struct pool	 pool;
	int		 depth;
	int		 needed;	/* columns must be there */
	int		 hinted;
	int		 lenient;
};

void	 plan_compile(struct plan *);
void	 compile_enter(struct compiler *, const struct expr *);
void	 compile_leave(struct compiler *);
/*
 * Instructions that compute an expression, up to an I_RETURN; NOWHERE if
 * the slot has it without any.
 */
uint32_t compile_value(struct compiler *, const struct expr *, int want,
	    uint32_t *slot, int *type);
/*
 * The population function of a condition that settles to a cut, and whether
 * the condition is that a row is not in; NULL for other conditions.
 */
const struct expr *compile_cut(struct compiler *, const struct expr *,
	    uint32_t *population, int *negated);
/* The end of a plan for want of sense in the policy. */
_Noreturn void plan_die(const struct plan *, struct place, const char *, ...)
	    __attribute__((format(printf, 3, 4)));

/* What makes a jump if a comparison is true (1), or is not (0). */
uint8_t	 compile_jump(enum op, int when_true);

/* kinds.c */
/* An expression, or that of the let whose name it is. */
const struct expr *expr_peel(const struct expr *);
int	 expr_is_population(const struct expr *);
int	 expr_is_fact(const struct expr *);
struct let_code *compile_let(struct compiler *, const struct let *);
int	 compile_let_type(struct compiler *, const struct expr *);
/* What an expression is; TYPE_MISSING if nothing in it tells. */
int	 compile_type(struct compiler *, const struct expr *);
/* That of the first argument that has one. */
int	 compile_any_type(struct compiler *, const struct expr *);
/* How one, or the two sides of a comparison are read. */
int	 compile_side(struct compiler *, const struct expr *,
	    const struct expr *other);
void	 compile_sides(struct compiler *, const struct expr *,
	    const struct expr *, enum op, int *, int *);
/* The same of + and -; returns what they come to. */
int	 compile_sum(struct compiler *, const struct expr *, int *, int *);
void	 compile_want(struct compiler *, const struct expr *, int is,
	    int want);
/* Those in which no column has a part: is it one? */
int	 compile_constant(struct compiler *, const struct expr *,
	    struct value *);
int	 compile_number(struct compiler *, const struct expr *, num *);
/* A duration as days, or -1. */
int	 compile_days(const struct duration *, num *);

/* plan.c */
/* Add a reading of a column, or find it. */
size_t	 plan_reading(struct plan *, const char *, enum type, struct place,
	    int needed, int hinted);
enum type plan_reading_type(const struct plan *, const char *);

/* reason.c */
void	 reason_compile(struct compiler *, size_t program);

void	 text_quote(struct buf *, const char *, size_t);

/* cell.c: 0, or -1 if it is none; or why it is none */
int	 money_parse(struct cell, const char *currency, num *);
int	 truth_parse(struct cell, int64_t *);
const char *number_fault(struct cell);

/* numbers.c: by AVX2 where the program and the processor have it */
load_numbers_fn	 load_numbers, load_numbers_avx2;
take_numbers_fn	 take_numbers, take_numbers_avx2;
struct number_ways number_ways(void);

/* noted.c */
#define NOTE_NONE	INT32_MIN	/* missing */
#define NOTE_OTHER	(INT32_MIN + 1)	/* what no note can say */
#define NOTE_UNIT	3		/* bits of a number's unit */
extern const int32_t	 note_unit[8];	/* a millionth times a power of ten */
int32_t	 note_number(const struct value *);
void	 frame_take(struct frame *, const struct row *);

/* texts.c */
/* The normal form of a cell, in a buffer if it has to be made; folded. */
struct cell text_normal(struct cell, struct buf *);
struct cell text_folded(struct cell, struct buf *);
int	 text_equal(struct cell, struct cell);
void	 texts_add(struct texts *, const char *, size_t);
int	 text_is_in(struct cell, const struct texts *, struct buf *);
/* The same text in normal form, of I_IS_TEXT? */
int	 text_is_same(struct frame *, const struct insn *);
int	 text_compare(struct frame *, const struct insn *);
int	 text_is_like(struct cell, struct cell pattern);
int	 text_has_word(struct cell, struct cell word);
int	 text_matches(struct frame *, const struct pattern *, struct cell);

/* eval.c */
size_t	 frame_run(struct frame *, uint32_t code);
const char *frame_keep(struct frame *, const char *, size_t);
void	 scraps_reset(struct frame *);
void	 scraps_free(struct frame *);

/* population.c */
uint32_t series_group(const struct series *, const struct value *,
	    struct buf *);
struct value population_value(const struct plan *, const struct population *,
	    const struct value *x, uint32_t group);
const struct settled *population_settled(const struct plan *,
	    const struct population *, uint32_t group);
void	 sample_init(struct sample *, const struct series *);
void	 sample_free(struct sample *);
void	 population_free(struct population *);
/* What a group comes to that has no rows; and the end of settling. */
void	 settle_unseen(struct plan *);
void	 settle_end(struct plan *);
void	 series_free(struct series *);

/* referral.c: trees are observed, merged and settled before populations */
void	 kin_init(struct kin *, const struct plan *);
void	 kin_free(struct kin *, const struct plan *);
void	 tree_free(struct tree *, const struct plan *);
void	 gain_free(struct gain *);
void	 trees_observe(struct frame *);
void	 trees_merge(struct plan *, struct frame *);
void	 trees_settle(struct plan *);
/* Find the row in settled trees: 0, or -1 if it must not be in them. */
int	 trees_find(struct frame *, const struct row *, struct fault *);
/* 0, or -1 if it is out of range. */
int	 gain_value(const struct frame *, const struct gain *,
	    struct value *);
uint32_t compile_gain(struct compiler *, const struct expr *);
/* What gains sum up. */
void	 compile_gains(struct compiler *);

#endif /* VIP_PROGRAM_H */
