/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables of a command's own, by several threads.  Each makes the rows of one
 * sheet after the other in memory, and waits for its turn to put them behind
 * those of the sheet before.
 */
#include "config.h"

#include <sys/types.h>

#include <pthread.h>
#include "base/crew.h"
#include "base/vip.h"
#include "table/parts.h"

struct press {
	struct writer	*writer;
	int		 (*rows)(void *, struct writer *, size_t);
	void		*ctx;
	pthread_mutex_t	 lock;
	pthread_cond_t	 turned;
	size_t		 taken, turn;	/* sheets */
	int		 stop;
	struct failure	 fail;
};

static void *
print(void *arg)
{
	struct press	*p = arg;
	struct writer	*page = writer_page(p->writer);
	size_t		 sheet;
	int		 more = 1;

	pthread_mutex_lock(&p->lock);
	while (more && !p->stop) {
		sheet = p->taken++;
		pthread_mutex_unlock(&p->lock);
		more = p->rows(p->ctx, page, sheet);
		pthread_mutex_lock(&p->lock);
		while (p->turn != sheet && !p->stop)
			pthread_cond_wait(&p->turned, &p->lock);
		if (!p->stop && writer_paste(p->writer, page, &p->fail) == -1)
			p->stop = 1;
		p->turn++;
		pthread_cond_broadcast(&p->turned);
	}
	pthread_mutex_unlock(&p->lock);
	writer_page_free(page);
	return NULL;
}

void
writer_sheets(struct writer *w, int (*rows)(void *, struct writer *, size_t),
    void *ctx, int jobs)
{
	struct press	 p = { .writer = w, .rows = rows, .ctx = ctx };

	pthread_mutex_init(&p.lock, NULL);
	pthread_cond_init(&p.turned, NULL);
	crew_run(print, &p, 0, crew_size(jobs));
	pthread_mutex_destroy(&p.lock);
	pthread_cond_destroy(&p.turned);
	if (p.fail.status != STATUS_OK)
		die(p.fail.status, "%s", p.fail.what);
}
