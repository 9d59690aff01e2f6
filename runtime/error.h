/*
 * What went wrong, in a buffer of the caller's: never allocated, never
 * thread-local. Functions of the runtime return 0 or a negative enum
 * sw_error_code, take `struct sw_error *err` last and fill it in on failure.
 * Outputs are written only on success.
 */
#ifndef RUNTIME_ERROR_H
#define RUNTIME_ERROR_H

#define SW_ERROR_TEXT_MAX 1024

enum sw_error_code {
	SW_OK = 0,
	SW_ERROR_REFUSED = -1, /* the machine or a rule says no; exit 1 */
	SW_ERROR_USAGE = -2,   /* the caller asked for nonsense; exit 2 */
	SW_ERROR_SYSTEM = -3,  /* the system, a file, a peer failed; exit 3 */
	SW_ERROR_LIMIT = -4,   /* a named limit; exit 3 */
	SW_ERROR_BUSY = -5,    /* somebody else owns it; exit 3 */
	SW_ERROR_CORRUPT = -6, /* stored data is not what was written; exit 3 */
	SW_ERROR_UNKNOWN_OUTCOME = -7, /* a commit failed: ask again; exit 3 */
	SW_ERROR_UPGRADE = -8, /* the state is of another machine; exit 3 */
};

struct sw_error {
	enum sw_error_code code;
	char text[SW_ERROR_TEXT_MAX]; /* lower case, no full stop, a way out */
};

/* Fills *err in and returns the code. Text is cut at SW_ERROR_TEXT_MAX. */
int sw__error(struct sw_error *err, enum sw_error_code code, const char *format,
    ...) __attribute__((format(printf, 3, 4)));
/* The same with ": " and strerror(errno) behind it; SW_ERROR_SYSTEM. */
int sw__error_errno(struct sw_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Says more: appends to the text, as far as there is room. */
void sw__error_add(struct sw_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
