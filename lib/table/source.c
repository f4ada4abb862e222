/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes: from a file or pipe, unpacked, brought to UTF-8, and kept for a
 * second reading.  What is kept is what came out of the file descriptor, so
 * a packed pipe is kept packed.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <lzma.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/claims.h"
#include "base/pages.h"
#include "base/vip.h"
#include "table/parts.h"

#define RAW		65536		/* bytes unpacked or converted at once */
#define CHUNK_MAX	(32 * PAGES_STEP)
#define AHEAD		(4 * PAGES_STEP) /* that have their pages already */
#define BEHIND		PAGES_HUGE_SIZE	/* dropped at once, and none in part */
#define XZ_MEMORY	(512ULL * 1024 * 1024)

struct source {
	int		 fd;
	const char	*name;
	int		 regular;
	int		 ended;		/* the descriptor said so */
	off_t		 start;
	struct stat	 st;
	uint64_t	 offset;	/* of the next byte of raw_read() */

	/* What has been read, first in memory, then in a file. */
	int		 keep;
	size_t		 memory;
	char		**chunks;
	size_t		 nchunks, chunk;
	uint64_t	 kept;
	uint64_t	 in_memory;
	uint64_t	 ready;		/* with its pages, to the end of a step */
	_Atomic uint64_t dropped;
	size_t		 taken;		/* of "memory", by others */
	int		 spill;

	/* The front of what raw_read() gives, for who looks at it first. */
	char		*in;
	size_t		 in_pos, in_len;

	enum { PLAIN, GZIP, ZSTD, XZ } packing;
	int		 unpacking;	/* within a stream */
	struct failure	 damage;	/* found behind what was given last */
	z_stream	 gzip;
	ZSTD_DStream	*zstd;
	lzma_stream	 xz;

	/* The same of what unpacked_read() gives. */
	char		 head[4];
	size_t		 head_pos, head_len;

	size_t		 mark;
	const char	*encoding;
	iconv_t		 iconv;		/* or (iconv_t)-1 */
	char		*from, *to;
	size_t		 from_len, to_pos, to_len;
	int		 from_ended;
	uint64_t	 from_offset;
};

int
failure_set(struct failure *f, enum status status, const char *fmt, ...)
{
	va_list	 ap;

	if (f->status != STATUS_OK)
		return -1;
	f->status = status;
	va_start(ap, fmt);
	vsnprintf(f->what, sizeof(f->what), fmt, ap);
	va_end(ap);
	return -1;
}

int
fd_high(int fd)
{
	int	 high, error;

	if (fd == -1 || fd > STDERR_FILENO)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	error = errno;
	close(fd);
	errno = error;
	return high;
}

size_t
default_memory(void)
{
	struct rlimit	 rl;
	long		 pages, size;
	uint64_t	 bytes = 1ULL << 30;

	pages = sysconf(_SC_PHYS_PAGES);
	size = sysconf(_SC_PAGESIZE);
	if (pages > 0 && size > 0)
		bytes = (uint64_t)pages * (uint64_t)size;
	if (getrlimit(RLIMIT_AS, &rl) == 0 && rl.rlim_cur != RLIM_INFINITY &&
	    rl.rlim_cur < bytes)
		bytes = rl.rlim_cur;
	return (size_t)(bytes / 4);
}

/* ---- raw bytes */

static ssize_t
fd_read(int fd, char *p, size_t n)
{
	struct pollfd	 pfd = { .fd = fd, .events = POLLIN };
	ssize_t		 r;

	for (;;) {
		r = read(fd, p, n);
		if (r != -1 || (errno != EINTR && errno != EAGAIN))
			return r;
		if (errno == EAGAIN && poll(&pfd, 1, -1) == -1 &&
		    errno != EINTR)
			return -1;
	}
}

int
temporary_open(void)
{
	const char	*dir;
	char		*path;
	int		 fd, error;

	dir = getenv("TMPDIR");
	if (dir == NULL || *dir == '\0')
		dir = "/tmp";
	if (asprintf(&path, "%s/vip-XXXXXX", dir) == -1)
		return -1;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd != -1)
		unlink(path);
	error = errno;
	free(path);
	errno = error;
	return fd_high(fd);
}

FILE *
temporary_file(void)
{
	FILE	*file = tmpfile();

	if (file == NULL)
		die_errno(errno == EMFILE || errno == ENFILE ?
		    STATUS_RESOURCE : STATUS_IO, "a temporary file");
	return file;
}

static int
spill_write(struct source *s, const char *p, size_t n, struct failure *f)
{
	ssize_t	 w;
	off_t	 at;

	if (s->spill == -1 && (s->spill = temporary_open()) == -1)
		return failure_set(f, STATUS_CREATE,
		    "a temporary file for what is read twice: %s",
		    strerror(errno));
	at = (off_t)(s->kept - s->in_memory);
	while (n > 0) {
		w = pwrite(s->spill, p, n, at);
		if (w == -1 && errno == EINTR)
			continue;
		if (w <= 0)
			return failure_set(f, STATUS_IO,
			    "the temporary file for what is read twice: %s",
			    strerror(w == 0 ? EIO : errno));
		p += w;
		n -= (size_t)w;
		at += w;
		s->kept += (uint64_t)w;
	}
	return 0;
}

/* So that of what may be kept an eighth at most goes unused, or a step. */
static size_t
chunk_size(size_t memory)
{
	size_t	 n = CHUNK_MAX;

	while (n > memory / 8 && n > PAGES_STEP)
		n /= 2;
	return n;
}

/* Most of what is kept is little: of that, pages come one by one. */
size_t
source_ahead(struct source *s, char **where)
{
	uint64_t	 start, end, from;

	if (s->ended || s->kept < PAGES_STEP || s->kept > s->in_memory)
		return 0;
	start = (uint64_t)(s->nchunks - 1) * s->chunk;
	end = (s->kept + AHEAD) / PAGES_STEP * PAGES_STEP;
	if (end > start + s->chunk)
		end = start + s->chunk;
	from = s->ready > s->kept ? s->ready : s->kept;
	if (end <= from)
		return 0;
	s->ready = end;
	*where = s->chunks[s->nchunks - 1] + (from - start);
	return (size_t)(end - from);
}

static int
keep_bytes(struct source *s, const char *p, size_t n, struct failure *f)
{
	size_t	 room, at;
	char	*chunk, **chunks;

	while (n > 0 && s->spill == -1) {
		at = (size_t)(s->kept % s->chunk);
		if (at == 0) {
			if (s->kept + s->taken + s->chunk > s->memory &&
			    s->kept > 0)
				break;
			chunks = realloc(s->chunks, (s->nchunks + 1) *
			    sizeof(*chunks));
			if (chunks == NULL)
				break;
			s->chunks = chunks;
			chunk = pages_map(s->chunk, s->nchunks == 0 ?
			    PAGES_SMALL : PAGES_SOON);
			if (chunk == NULL)
				break;
			s->chunks[s->nchunks++] = chunk;
		}
		room = s->chunk - at;
		if (room > n)
			room = n;
		if (p != s->chunks[s->nchunks - 1] + at)
			memcpy(s->chunks[s->nchunks - 1] + at, p, room);
		s->kept += room;
		s->in_memory = s->kept;
		p += room;
		n -= room;
	}
	return n == 0 ? 0 : spill_write(s, p, n, f);
}

static ssize_t
kept_read(struct source *s, char *p, size_t n, struct failure *f)
{
	uint64_t	 left;
	size_t		 at;
	ssize_t		 r;

	if (s->offset < s->in_memory) {
		at = (size_t)(s->offset % s->chunk);
		left = s->in_memory - s->offset;
		if (left > s->chunk - at)
			left = s->chunk - at;
		if (n > left)
			n = (size_t)left;
		memcpy(p, s->chunks[s->offset / s->chunk] + at, n);
		return (ssize_t)n;
	}
	left = s->kept - s->offset;
	if (n > left)
		n = (size_t)left;
	do
		r = pread(s->spill, p, n, (off_t)(s->offset - s->in_memory));
	while (r == -1 && errno == EINTR);
	if (r <= 0)
		return failure_set(f, STATUS_IO,
		    "the temporary file for what is read twice: %s",
		    strerror(r == 0 ? EIO : errno));
	return r;
}

static ssize_t
raw_read(struct source *s, char *p, size_t n, struct failure *f)
{
	ssize_t	 r;

	if (!s->regular && s->offset < s->kept) {
		r = kept_read(s, p, n, f);
	} else if (s->ended)
		return 0;
	else {
		r = fd_read(s->fd, p, n);
		if (r == -1)
			return failure_set(f, STATUS_IO, "%s",
			    strerror(errno));
		if (r == 0)
			s->ended = 1;
		else if (s->keep && !s->regular &&
		    keep_bytes(s, p, (size_t)r, f) == -1)
			return -1;
	}
	if (r > 0)
		s->offset += (uint64_t)r;
	return r;
}

/* Fill "in" if it is empty: 1, 0 at the end, -1. */
static int
raw_fill(struct source *s, struct failure *f)
{
	ssize_t	 r;

	if (s->in_pos < s->in_len)
		return 1;
	s->in_pos = s->in_len = 0;
	if ((r = raw_read(s, s->in, RAW, f)) <= 0)
		return (int)r;
	s->in_len = (size_t)r;
	return 1;
}

/* ---- packing */

static int
packing_of(const char *p, size_t n)
{
	if (n >= 3 && memcmp(p, "\x1f\x8b\x08", 3) == 0)
		return GZIP;
	if (n >= 4 && memcmp(p, "\x28\xb5\x2f\xfd", 4) == 0)
		return ZSTD;
	if (n >= 6 && memcmp(p, "\xfd" "7zXZ\0", 6) == 0)
		return XZ;
	return PLAIN;
}

static int
unpack_start(struct source *s)
{
	lzma_ret	 ret;

	s->unpacking = 0;
	switch (s->packing) {
	case PLAIN:
		break;
	case GZIP:
		memset(&s->gzip, 0, sizeof(s->gzip));
		if (inflateInit2(&s->gzip, 15 + 16) != Z_OK)
			return -1;
		break;
	case ZSTD:
		if ((s->zstd = ZSTD_createDStream()) == NULL)
			return -1;
		break;
	case XZ:
		memset(&s->xz, 0, sizeof(s->xz));
		ret = lzma_stream_decoder(&s->xz, XZ_MEMORY,
		    LZMA_CONCATENATED);
		if (ret != LZMA_OK)
			return -1;
		break;
	}
	return 0;
}

static void
unpack_end(struct source *s)
{
	switch (s->packing) {
	case PLAIN:
		break;
	case GZIP:
		inflateEnd(&s->gzip);
		break;
	case ZSTD:
		ZSTD_freeDStream(s->zstd);
		s->zstd = NULL;
		break;
	case XZ:
		lzma_end(&s->xz);
		break;
	}
	s->packing = PLAIN;
}

/*
 * These set "damage" where it is that, after what could be unpacked, and
 * the failure where reading failed.
 */

static ssize_t
cut_short(struct source *s, const char *packing)
{
	failure_set(&s->damage, STATUS_DATA, "the %s data ends too early",
	    packing);
	return 0;
}

static ssize_t
gzip_read(struct source *s, char *p, size_t n, struct failure *f)
{
	int	 more, ret;
	size_t	 i;

	for (;;) {
		if ((more = raw_fill(s, f)) == -1)
			return -1;
		if (more == 0)
			return s->unpacking ? cut_short(s, "gzip") : 0;
		if (!s->unpacking) {
			/* Another member, or the zeros that fill up a tape. */
			for (i = s->in_pos; i < s->in_len; i++)
				if (s->in[i] != '\0')
					break;
			if (i == s->in_len) {
				s->in_pos = i;
				continue;
			}
		}
		s->gzip.next_in = (unsigned char *)s->in + s->in_pos;
		s->gzip.avail_in = (unsigned)(s->in_len - s->in_pos);
		s->gzip.next_out = (unsigned char *)p;
		s->gzip.avail_out = n > INT32_MAX ? INT32_MAX : (unsigned)n;
		n = s->gzip.avail_out;
		s->unpacking = 1;
		ret = inflate(&s->gzip, Z_NO_FLUSH);
		s->in_pos = s->in_len - s->gzip.avail_in;
		if (ret == Z_STREAM_END) {
			inflateReset(&s->gzip);
			s->unpacking = 0;
		} else if (ret != Z_OK && ret != Z_BUF_ERROR)
			failure_set(&s->damage, ret == Z_MEM_ERROR ?
			    STATUS_RESOURCE : STATUS_DATA,
			    "the gzip data is damaged: %s",
			    s->gzip.msg == NULL ? "unknown error" :
			    s->gzip.msg);
		if (s->gzip.avail_out < n || s->damage.status != STATUS_OK)
			return (ssize_t)(n - s->gzip.avail_out);
	}
}

static ssize_t
zstd_read(struct source *s, char *p, size_t n, struct failure *f)
{
	ZSTD_inBuffer	 in;
	ZSTD_outBuffer	 out = { p, n, 0 };
	size_t		 ret;
	int		 more;

	for (;;) {
		if ((more = raw_fill(s, f)) == -1)
			return -1;
		in.src = s->in;
		in.size = s->in_len;
		in.pos = s->in_pos;
		if (more == 0 && !s->unpacking)
			return 0;
		ret = ZSTD_decompressStream(s->zstd, &out, &in);
		if (ZSTD_isError(ret))
			failure_set(&s->damage, STATUS_DATA,
			    "the zstd data is damaged: %s",
			    ZSTD_getErrorName(ret));
		s->in_pos = in.pos;
		s->unpacking = ret != 0;
		if (out.pos > 0 || s->damage.status != STATUS_OK)
			return (ssize_t)out.pos;
		if (more == 0 && ret != 0)
			return cut_short(s, "zstd");
	}
}

static ssize_t
xz_read(struct source *s, char *p, size_t n, struct failure *f)
{
	lzma_ret	 ret;
	int		 more;

	for (;;) {
		if (s->unpacking == 2)
			return 0;
		if ((more = raw_fill(s, f)) == -1)
			return -1;
		s->xz.next_in = (unsigned char *)s->in + s->in_pos;
		s->xz.avail_in = s->in_len - s->in_pos;
		s->xz.next_out = (unsigned char *)p;
		s->xz.avail_out = n;
		ret = lzma_code(&s->xz, more == 0 ? LZMA_FINISH : LZMA_RUN);
		s->in_pos = s->in_len - s->xz.avail_in;
		if (ret == LZMA_STREAM_END)
			s->unpacking = 2;
		else if (ret == LZMA_BUF_ERROR)
			cut_short(s, "xz");
		else if (ret == LZMA_MEM_ERROR || ret == LZMA_MEMLIMIT_ERROR)
			failure_set(&s->damage, STATUS_RESOURCE,
			    "the xz data needs more memory than there is");
		else if (ret != LZMA_OK)
			failure_set(&s->damage, STATUS_DATA,
			    "the xz data is damaged");
		if (s->xz.avail_out < n || s->damage.status != STATUS_OK)
			return (ssize_t)(n - s->xz.avail_out);
	}
}

static ssize_t
unpacked_read(struct source *s, char *p, size_t n, struct failure *f)
{
	size_t	 left;
	ssize_t	 r = 0;

	if ((left = s->head_len - s->head_pos) > 0) {
		if (n > left)
			n = left;
		memcpy(p, s->head + s->head_pos, n);
		s->head_pos += n;
		return (ssize_t)n;
	}
	if (s->packing != PLAIN) {
		if (s->damage.status == STATUS_OK)
			r = s->packing == GZIP ? gzip_read(s, p, n, f) :
			    s->packing == ZSTD ? zstd_read(s, p, n, f) :
			    xz_read(s, p, n, f);
		if (r == 0 && s->damage.status != STATUS_OK) {
			*f = s->damage;
			return -1;
		}
		return r;
	}
	if ((left = s->in_len - s->in_pos) > 0) {
		if (n > left)
			n = left;
		memcpy(p, s->in + s->in_pos, n);
		s->in_pos += n;
		return (ssize_t)n;
	}
	return raw_read(s, p, n, f);
}

/* ---- encoding */

static ssize_t
convert_read(struct source *s, char *p, size_t n, struct failure *f)
{
	char	*in, *out;
	size_t	 in_left, out_left, r;
	ssize_t	 got;

	while (s->to_pos == s->to_len) {
		if (s->from_ended == 2)
			return 0;
		if (!s->from_ended) {
			got = unpacked_read(s, s->from + s->from_len,
			    RAW - s->from_len, f);
			if (got == -1)
				return -1;
			if (got == 0)
				s->from_ended = 1;
			s->from_len += (size_t)got;
		}
		in = s->from;
		in_left = s->from_len;
		out = s->to;
		out_left = RAW;
		r = 0;
		if (in_left > 0)
			r = iconv(s->iconv, &in, &in_left, &out, &out_left);
		s->from_offset += s->from_len - in_left;
		if (r == (size_t)-1 && (errno == EILSEQ ||
		    (errno == EINVAL && s->from_ended))) {
			if (out_left < RAW) {
				/* What came before it goes out first. */
				memmove(s->from, in, in_left);
				s->from_len = in_left;
				s->to_pos = 0;
				s->to_len = RAW - out_left;
				break;
			}
			return failure_set(f, STATUS_DATA,
			    "byte %llu is not valid %s",
			    (unsigned long long)s->from_offset + 1,
			    s->encoding);
		}
		if (s->from_ended && in_left == 0) {
			iconv(s->iconv, NULL, NULL, &out, &out_left);
			s->from_ended = 2;
		}
		memmove(s->from, in, in_left);
		s->from_len = in_left;
		s->to_pos = 0;
		s->to_len = RAW - out_left;
	}
	if (n > s->to_len - s->to_pos)
		n = s->to_len - s->to_pos;
	memcpy(p, s->to + s->to_pos, n);
	s->to_pos += n;
	return (ssize_t)n;
}

static const struct bom {
	const char	*bytes;
	size_t		 len;
	const char	*encoding;
	const char	*family;
} marks[] = {
	{ "\xef\xbb\xbf", 3, NULL, "UTF-8" },
	{ "\xff\xfe\0\0", 4, "UTF-32LE", "UTF-32" },
	{ "\0\0\xfe\xff", 4, "UTF-32BE", "UTF-32" },
	{ "\xff\xfe", 2, "UTF-16LE", "UTF-16" },
	{ "\xfe\xff", 2, "UTF-16BE", "UTF-16" },
};

static int
encoding_start(struct source *s, const char *asked)
{
	const struct bom	*m = NULL;
	size_t			 i;

	s->encoding = asked;
	s->mark = 0;
	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (s->head_len >= marks[i].len && memcmp(s->head,
		    marks[i].bytes, marks[i].len) == 0) {
			m = &marks[i];
			break;
		}
	if (asked != NULL && (strcasecmp(asked, "UTF-8") == 0 ||
	    strcasecmp(asked, "UTF8") == 0))
		s->encoding = asked = NULL;
	else if (asked != NULL && m != NULL && strncasecmp(asked, m->family,
	    strlen(m->family)) != 0)
		m = NULL;		/* its bytes mean something else there */
	if (m != NULL) {
		s->head_pos = m->len;
		if (m->encoding == NULL)
			s->mark = m->len;
		s->encoding = m->encoding;
	}
	if (s->encoding == NULL)
		return 0;
	s->iconv = iconv_open("UTF-8", s->encoding);
	if (s->iconv == (iconv_t)-1)
		return -1;
	if (s->from == NULL) {
		s->from = xmalloc(RAW);
		s->to = xmalloc(RAW);
	}
	s->from_len = s->to_pos = s->to_len = 0;
	s->from_ended = 0;
	s->from_offset = s->head_pos;
	return 0;
}

/* Look at the first bytes: how are they packed, and written? */
static int
begin(struct source *s, const char *encoding, struct failure *f)
{
	ssize_t	 r;

	s->in_pos = s->in_len = 0;
	s->head_pos = s->head_len = 0;
	s->damage.status = STATUS_OK;
	while (s->in_len < 6) {
		r = raw_read(s, s->in + s->in_len, RAW - s->in_len, f);
		if (r == -1)
			return -1;
		if (r == 0)
			break;
		s->in_len += (size_t)r;
	}
	s->packing = packing_of(s->in, s->in_len);
	if (unpack_start(s) == -1) {
		s->packing = PLAIN;
		return failure_set(f, STATUS_RESOURCE, "out of memory");
	}
	if (s->packing != PLAIN)
		s->unpacking = s->packing != XZ;
	while (s->head_len < sizeof(s->head)) {
		size_t	 len = s->head_len;

		s->head_len = 0;	/* read past it */
		s->head_pos = 0;
		r = unpacked_read(s, s->head + len, sizeof(s->head) - len, f);
		s->head_len = len;
		if (r == -1)
			return -1;
		if (r == 0)
			break;
		s->head_len += (size_t)r;
	}
	if (encoding_start(s, encoding) == -1)
		return failure_set(f, errno == EINVAL ? STATUS_USAGE :
		    STATUS_RESOURCE, errno == EINVAL ?
		    "there is no encoding \"%s\"" : "encoding %s: out of memory",
		    s->encoding);
	return 0;
}

/* ---- the whole */

struct source *
source_open(const char *path, const char *name,
    const struct reader_options *options, struct failure *f)
{
	struct source	*s;
	struct failure	 why = { .status = STATUS_OK };
	int		 fd;

	if (path == NULL) {
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		if (fd != -1 && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
			close(fd);
			errno = EBADF;
			fd = -1;
		}
	} else
		fd = fd_high(open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY));
	if (fd == -1) {
		failure_set(f, errno == EMFILE || errno == ENFILE ||
		    errno == ENOMEM ? STATUS_RESOURCE : STATUS_NOINPUT,
		    "%s: %s", name, strerror(errno));
		return NULL;
	}
	if (path == NULL)
		claim_stdin("an input");
	else
		claim_path(CLAIM_INPUT, path, "an input");
	s = xcalloc(1, sizeof(*s));
	s->fd = fd;
	s->name = name;
	s->spill = -1;
	s->iconv = (iconv_t)-1;
	if (fstat(fd, &s->st) == -1 || S_ISDIR(s->st.st_mode)) {
		failure_set(f, STATUS_NOINPUT, "%s: %s", name,
		    strerror(S_ISDIR(s->st.st_mode) ? EISDIR : errno));
		source_free(s);
		return NULL;
	}
	s->start = lseek(fd, 0, SEEK_CUR);
	s->regular = S_ISREG(s->st.st_mode) && s->start != -1;
	if (s->regular)
		posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	else if (S_ISFIFO(s->st.st_mode))
		fcntl(fd, F_SETPIPE_SZ, 1024 * 1024);
	s->keep = 1;
	s->memory = options->memory == 0 ? default_memory() : options->memory;
	s->chunk = chunk_size(s->memory);
	s->in = xmalloc(RAW);
	if (begin(s, options->encoding, &why) == -1) {
		if (why.status == STATUS_USAGE)
			*f = why;	/* is not about the file */
		else
			failure_set(f, why.status, "%s: %s", name, why.what);
		source_free(s);
		return NULL;
	}
	return s;
}

void
source_free(struct source *s)
{
	if (s == NULL)
		return;
	unpack_end(s);
	if (s->iconv != (iconv_t)-1)
		iconv_close(s->iconv);
	source_forget(s);
	if (s->spill != -1)
		close(s->spill);
	close(s->fd);
	free(s->from);
	free(s->to);
	free(s->in);
	free(s);
}

ssize_t
source_read(struct source *s, char *p, size_t n, struct failure *f)
{
	if (s->iconv != (iconv_t)-1)
		return convert_read(s, p, n, f);
	return unpacked_read(s, p, n, f);
}

size_t
source_mark(const struct source *s)
{
	return s->mark;
}

const char *
source_looks(const struct source *s)
{
	const char	*p = s->head;

	if (s->head_len < sizeof(s->head))
		return NULL;
	if (p[0] != '\0' && p[1] == '\0' && p[2] != '\0' && p[3] == '\0')
		return "UTF-16LE";
	if (p[0] == '\0' && p[1] != '\0' && p[2] == '\0' && p[3] != '\0')
		return "UTF-16BE";
	if (p[0] != '\0' && p[1] == '\0' && p[2] == '\0' && p[3] == '\0')
		return "UTF-32LE";
	if (p[0] == '\0' && p[1] == '\0' && p[2] == '\0' && p[3] != '\0')
		return "UTF-32BE";
	return NULL;
}

/* Are the next bytes given just as they come from the pipe, and kept? */
static int
is_straight(const struct source *s)
{
	return !s->regular && s->packing == PLAIN &&
	    s->iconv == (iconv_t)-1 && s->head_pos == s->head_len &&
	    s->in_pos == s->in_len;
}

char *
source_place(const struct source *s, size_t before, size_t n)
{
	const size_t	 at = (size_t)(s->kept % s->chunk);

	/* At the end there is nothing to come, and what came may be dropped. */
	if (!s->keep || s->ended || !is_straight(s) || s->offset != s->kept ||
	    s->spill != -1 || at < before || n > s->chunk - at || at == 0)
		return NULL;
	return s->chunks[s->nchunks - 1] + at;
}

char *
source_kept(struct source *s, size_t n)
{
	const size_t	 at = (size_t)(s->offset % s->chunk);
	char		*p;

	if (!is_straight(s) || s->offset + n > s->in_memory ||
	    n > s->chunk - at)
		return NULL;
	p = s->chunks[s->offset / s->chunk] + at;
	s->offset += n;
	return p;
}

uint64_t
source_offset(const struct source *s)
{
	return s->offset;
}

uint64_t
source_size(const struct source *s)
{
	if (s->regular && s->st.st_size > s->start)
		return (uint64_t)(s->st.st_size - s->start);
	return s->ended || s->offset < s->kept ? s->kept : 0;
}

int
source_take(struct source *s, size_t n)
{
	if (n > s->memory || s->in_memory + s->taken > s->memory - n)
		return 0;
	s->taken += n;
	return 1;
}

void
source_take_none(struct source *s)
{
	s->taken = 0;
}

void
source_drop(struct source *s, uint64_t offset)
{
	uint64_t	 from = s->dropped;
	size_t		 n;

	if (offset > s->in_memory)
		offset = s->in_memory;
	offset -= offset % BEHIND;
	if (offset <= from ||
	    !atomic_compare_exchange_strong(&s->dropped, &from, offset))
		return;
	for (; from < offset; from += n) {
		n = s->chunk - (size_t)(from % s->chunk);
		if (n > offset - from)
			n = (size_t)(offset - from);
		pages_drop(s->chunks[from / s->chunk] + from % s->chunk, n);
	}
}

void
source_forget(struct source *s)
{
	size_t	 i;

	s->keep = 0;
	for (i = 0; i < s->nchunks; i++)
		pages_free(s->chunks[i], s->chunk);
	free(s->chunks);
	s->chunks = NULL;
	s->nchunks = 0;
	s->kept = s->in_memory = s->ready = 0;
	s->dropped = 0;
}

int
source_same(struct source *s, struct failure *f)
{
	struct stat	 st;

	if (!s->regular)
		return 0;
	if (fstat(s->fd, &st) == -1)
		return failure_set(f, STATUS_IO, "%s", strerror(errno));
	if (st.st_size != s->st.st_size ||
	    st.st_mtim.tv_sec != s->st.st_mtim.tv_sec ||
	    st.st_mtim.tv_nsec != s->st.st_mtim.tv_nsec)
		return failure_set(f, STATUS_DATA,
		    "the file changed while it was read");
	return 0;
}

int
source_rewind(struct source *s, struct failure *f)
{
	const char	*encoding = s->encoding;

	if (s->regular) {
		if (source_same(s, f) == -1)
			return -1;
		if (lseek(s->fd, s->start, SEEK_SET) == -1)
			return failure_set(f, STATUS_IO, "%s",
			    strerror(errno));
		s->ended = 0;
	}
	s->offset = 0;
	unpack_end(s);
	if (s->iconv != (iconv_t)-1)
		iconv_close(s->iconv);
	s->iconv = (iconv_t)-1;
	return begin(s, encoding, f);
}
