/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "base/vip.h"
#include "calendar/ical.h"

/* Policies are read by one thread. */
const struct ical *
ical(void)
{
	static const struct {
		const char	*name;
		size_t		 at;
	} calls[] = {
#define CALL(name)	{ "ical" #name, offsetof(struct ical, name) },
		ICAL_CALLS
#undef CALL
	};
	static struct ical	 table;
	static void		*lib;
	void			*call;
	size_t			 i;

	if (lib != NULL)
		return &table;
	if ((lib = dlopen(LIBICAL_FILE, RTLD_NOW | RTLD_LOCAL)) == NULL)
		die(STATUS_RESOURCE, "%s", dlerror());
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if ((call = dlsym(lib, calls[i].name)) == NULL)
			die(STATUS_RESOURCE, "%s", dlerror());
		memcpy((char *)&table + calls[i].at, &call, sizeof(call));
	}
	return &table;
}
