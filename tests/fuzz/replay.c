/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The main() of a fuzzer where there is no libFuzzer: run it once on each
 * file that is named.
 */
#include "config.h"

#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
main(int argc, char *argv[])
{
	FILE	*fp;
	uint8_t	*data, *fit;
	size_t	 len, size;
	int	 i;

	size = 1 << 20;
	if ((data = malloc(size)) == NULL)
		err(1, NULL);
	for (i = 1; i < argc; i++) {
		if ((fp = fopen(argv[i], "rb")) == NULL)
			err(1, "%s", argv[i]);
		len = fread(data, 1, size, fp);
		if (ferror(fp) || len == size)
			errx(1, "%s: unreadable or too large", argv[i]);
		fclose(fp);
		/* Just so large that a byte too far is seen. */
		if ((fit = malloc(len ? len : 1)) == NULL)
			err(1, NULL);
		for (size_t k = 0; k < len; k++)
			fit[k] = data[k];
		LLVMFuzzerTestOneInput(fit, len);
		free(fit);
	}
	free(data);
	return 0;
}
