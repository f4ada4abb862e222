/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dlfcn.h>
#include <string.h>

#include "base/err.h"
#include "base/late.h"

void
late_load(const char *file, const struct late_call *calls, size_t n,
    void *table)
{
	void	*lib, *call;
	size_t	 i;

	if ((lib = dlopen(file, RTLD_NOW | RTLD_LOCAL)) == NULL)
		die(STATUS_RESOURCE, "%s", dlerror());
	for (i = 0; i < n; i++) {
		if ((call = dlsym(lib, calls[i].name)) == NULL)
			die(STATUS_RESOURCE, "%s", dlerror());
		/* No cast makes a function of an object. */
		memcpy((char *)table + calls[i].at, &call, sizeof(call));
	}
}
