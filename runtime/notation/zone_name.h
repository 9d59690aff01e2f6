/*
 * Names of time zones: "UTC", "UTC+05:30", and those of the IANA database as
 * in "Europe/Berlin". Abbreviations are none: IST is three zones. Pure: whether
 * the database of this machine has a zone is a matter of its folder.
 */
#ifndef NOTATION_ZONE_NAME_H
#define NOTATION_ZONE_NAME_H

/* Where the database is, a file a zone (tzset of the C library reads it). */
#define SW_ZONE_FOLDER "/usr/share/zoneinfo"
/* Bytes of a name. */
#define SW_ZONE_NAME_MAX 64

enum sw_zone_kind {
	SW_ZONE_NONE,   /* cannot be the name of one */
	SW_ZONE_UTC,    /* "UTC" */
	SW_ZONE_OFFSET, /* "UTC+05:30", at most 14 hours */
	SW_ZONE_REGION  /* "Europe/Berlin": a path below SW_ZONE_FOLDER */
};

/* What the name is; *problem: what is wrong with it (static), if it is none. */
enum sw_zone_kind sw_zone_name(const char *name, const char **problem);

#endif
